import Emulation
import Foundation
import SimulationKernel
import TestSupport
import Testing

@Suite struct `A broken reference file` {
    /// Three lines, and a character of two bytes.
    private static let text = #"""
        {"env": "CartPole-v1", "by": "né",
         "episodes": [{"start": [0, 0.01, 0, -1.5e-2], "steps": [
           {"action": 1, "state": [0, 0, 0, 0], "reward": 1, "terminated": false,
            "truncated": false}]}]}
        """#

    private static func error(_ data: Data) -> VerificationError? {
        do {
            _ = try ReferenceVerification(data, file: "cases.json")
            return nil
        } catch { return error }
    }

    @Test(arguments: [
        (#""env":"#, #""env""#, #"1:8: ':' is wanted, here is '"'"#),
        (#"{"env""#, "{env", "1:2: a key in double quotes is wanted, here is 'env'"),
        (#"v1","#, #"v1""#, #"1:23: ',' or '}' is wanted, here is '"'"#),
        (#"né""#, "né", #"1:34: by: '"' at the end of a text is wanted, here is the end of the"#),
        ("né", #"é\q"#, #"1:33: by: one of " \ / b f n r t u after '\' is wanted, here is 'q'"#),
        ("né", #"é\u00g0"#, #"1:36: by: four hexadecimal digits after '\u' is wanted, here"#),
        ("né", "n\té", "1:32: by: '\"' at the end of a text is wanted, here is a control"),
        ("0.01", "01", "2:30: episodes[0].start: ',' or ']' is wanted, here is '1'"),
        ("0.01", ".01", "2:29: episodes[0].start[1]: a value is wanted, here is '.'"),
        ("0.01", "0.", "2:31: episodes[0].start[1]: a digit is wanted, here is ','"),
        ("0.01", "1e+", "2:32: episodes[0].start[1]: a digit is wanted, here is ','"),
        ("0.01", "NaN", "2:29: episodes[0].start[1]: a value is wanted, here is 'NaN'"),
        ("0.01", "-Infinity", "start[1]: a digit is wanted, here is 'Infinity'"),
        ("0.01", "1e999", "2:29: episodes[0].start[1]: the number 1e999 is beyond Float64"),
        ("0.01", "é", "2:29: episodes[0].start[1]: a value is wanted, here is 'é'"),
        ("0.01,", "0.01,,", "2:34: episodes[0].start[2]: a value is wanted, here is ','"),
        ("e-2]", "e-2,]", "2:46: episodes[0].start[4]: a value is wanted, here is ']'"),
        ("e-2]", "e-2}", "2:45: episodes[0].start: ',' or ']' is wanted, here is '}'"),
        ("\"reward\"", "\"action\"", "3:41: episodes[0].steps[0]: the key 'action' is there"),
        ("false}]}]}", "false}]}]", "4:27: ',' or '}' is wanted, here is the end of the file"),
        ("false}]}]}", "false}]}]}]", "4:28: the end of the file is wanted, here is ']'"),
        ("0.01", "\"a\"", "2:29: episodes[0].start[1] is not a number"),
        ("0.01, ", "", "2:25: episodes[0].start has 3 values, 4 wanted"),
        ("\"reward\": 1, ", "", "3:4: episodes[0].steps[0].reward is missing"),
        ("\"action\": 1", "\"action\": 2", "3:15: episodes[0].steps[0].action is 2"),
        ("\"action\": 1", "\"action\": 0.5", "3:15: episodes[0].steps[0].action is 0.5, an"),
        ("CartPole-v1", "Acrobot-v1", "1:9: env is 'Acrobot-v1'"),
        ("\"CartPole-v1\"", "null", "1:9: env is null, a text is wanted"),
    ])
    func `is told by line, column and path, with what was wanted`(
        old: String, new: String, message: String
    ) throws {
        let text = Self.text.replacing(old, with: new, maxReplacements: 1)
        #expect(text != Self.text)
        let error = try #require(Self.error(Data(text.utf8)))
        #expect(error.description.hasPrefix("cases.json:"))
        #expect(error.description.contains(message), "\(error)")
    }

    @Test(arguments: [
        ("", "1:1: a value is wanted, here is the end of the file"),
        ("[]", "1:1: holds no case"), ("3", "1:1: is not an object"),
        ("[{\"a\": 1}]", "1:2: [0] is of no kind that is known"),
        ("nul", "1:1: a value is wanted, here is 'nul'"),
        (String(repeating: "[", count: 100_000), "values stand more than 64 deep"),
        (String(repeating: "{\"a\":", count: 100_000), "values stand more than 64 deep"),
    ])
    func `is refused when there is next to nothing in it`(text: String, message: String) {
        let error = Self.error(Data(text.utf8))
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }

    @Test func `is told from one in another encoding, and from one with a byte order mark`() {
        var data = Data(Self.text.utf8)
        #expect(Self.error(data) == nil)
        #expect(Self.error(Data([0xEF, 0xBB, 0xBF]) + data) == nil)
        data[10] = 0xFF
        #expect(Self.error(data)?.description == "cases.json:1:11: the text is not UTF-8")
    }

    @Test func `is refused wherever it was cut off`() throws {
        let data = Data(Self.text.utf8)
        for count in 0..<data.count {
            let error = try #require(Self.error(data.prefix(count)))
            #expect(error.line != nil && error.column != nil, "\(error)")
        }
    }

    /// Bytes that JSON is made of, at random places.
    @Test(arguments: Seed.first(200))
    func `never stops the program`(seed: Seed) {
        var stream = seed.stream
        let marks = Array("{}[]\",:-+.eE0189nft\\u \n".utf8)
        for _ in 0..<5 {
            var data = Data(Self.text.utf8)
            for _ in 0...stream.integer(below: 3) {
                data[stream.integer(below: data.count)] =
                    marks[stream.integer(below: marks.count)]
            }
            if let error = Self.error(data) { #expect(error.line != nil, "\(error)") }
        }
    }
}
