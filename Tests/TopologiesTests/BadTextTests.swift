import Testing
import Topologies

/// A whole text, and what must be reported.
struct BadText: Sendable, CustomTestStringConvertible {
    let bytes: [UInt8]
    let expected: [String]
    let says: String

    init(_ text: String, _ expected: [String], _ says: String = "") {
        self.init(bytes: Array(text.utf8), expected, says)
    }

    init(bytes: [UInt8], _ expected: [String], _ says: String = "") {
        self.bytes = bytes
        self.expected = expected
        self.says = says
    }

    var testDescription: String {
        "\(String(decoding: bytes.prefix(60), as: UTF8.self).debugDescription) -> \(expected)"
    }
}

@Suite struct `A text that is no topology` {
    @Test(arguments: characters + forbidden + structure)
    func `is reported at its place`(_ bad: BadText) {
        let loading = load(bad.bytes)
        #expect(summary(loading) == bad.expected)
        #expect(loading.topology == nil)
        #expect(loading.exitCode == 65)
        let said = loading.diagnostics.first.map { $0.message + " / " + ($0.hint ?? "") } ?? ""
        #expect(said.contains(bad.says), "\(said)")
    }

    static let characters: [BadText] = [
        BadText("", ["1:1 E005"], "empty file"),
        BadText("# only a comment\n\n", ["1:1 E005"]),
        BadText("---\n", ["1:1 E005"]),
        BadText(bytes: Array("a: b\nc: d\n  x: ".utf8) + [0xFF, 0x0A], ["3:6 E006"], "0xFF"),
        BadText(bytes: Array("é: ".utf8) + [0xC3], ["1:4 E006"], "0xC3"),
        BadText(bytes: Array("a: b\nc: ".utf8) + [0], ["2:4 E007"], "U+0000"),
        BadText("a: b\u{7}", ["1:5 E007"], "U+0007"),
        BadText("a: b\rc: d\n", ["1:5 E007"], "U+000D"),
        BadText("a: é\u{2028}c: d\n", ["1:5 E007"], "U+2028"),
        BadText("a: \u{85}", ["1:4 E007"], "U+0085"),
        BadText(bytes: [0xFF, 0xFE, 0x61, 0x00], ["1:1 E008"], "UTF-16"),
        BadText(bytes: [0xFE, 0xFF, 0x00, 0x61], ["1:1 E008"]),
        BadText("\u{FEFF}version: 2\n", ["1:10 E019"]),
        BadText(
            "version: 1\r\nseed: x\r\n",
            [
                "1:1 E018", "1:1 E018", "1:1 E018", "1:1 E018",
                "1:1 E018", "2:7 E021",
            ]),
        BadText(String(repeating: "x", count: 5000), ["1:1 E004"], "line of 5000 bytes"),
        BadText(String(repeating: "- 1\n", count: 66_000), ["65001:1 E004"], "more than 130000"),
    ]

    static let forbidden: [BadText] = [
        BadText("a: &a0 b\n", ["1:4 E009"], "'&a0'"),
        BadText("a: x\nb: *a0\n", ["2:4 E009"], "'*a0'"),
        BadText("*a : 1\n", ["1:1 E009"]),
        BadText("a: [1, *b, {c: &d 1}]\n", ["1:8 E009", "1:16 E009"]),
        BadText("a: {*b : 1}\n", ["1:5 E009"]),
        BadText("- &a x\n- *a\n", ["1:3 E009", "2:3 E009"]),
        BadText("a: !!python/object x\n", ["1:4 E010"], "tags"),
        BadText("!x a: b\n", ["1:1 E010"]),
        BadText("%YAML 1.2\n---\na: b\n", ["1:1 E010"], "directives"),
        BadText("a: |\n  *text\n", ["1:4 E067"], "several lines"),
        BadText("a: >-\n  text\n", ["1:4 E067"]),
        BadText("? a\n: b\n", ["1:1 E013"], "'key: value'"),
        BadText(
            "a: " + String(repeating: "[", count: 40), ["1:35 E011"], "nesting deeper than 32"),
        BadText(
            (0..<40).map { String(repeating: " ", count: $0) + "a:\n" }.joined(), ["33:33 E011"]),
        BadText(String(repeating: "- ", count: 40) + "a\n", ["1:65 E011"]),
        BadText("a:\n\tb: c\n", ["2:1 E012"], "use spaces"),
        BadText("a:\n  \tb: c\n", ["2:3 E012"]),
        BadText("a: b\n---\nc: d\n", ["2:1 E015"], "second document"),
        BadText("a: b\n...\nc: d\n", ["3:1 E015"]),
        BadText("---\n---\n", ["2:1 E015"]),
    ]

    static let structure: [BadText] = [
        BadText("a: [1, 2\nb: 3\n", ["1:4 E014"], "bracket '[' opened here is never closed"),
        BadText("a: {b: [1}\n", ["1:8 E014"], "meets '}' at 1:10"),
        BadText("a: ]\n", ["1:4 E013"], "closes nothing"),
        BadText("a: \"b\nc: d\"\n", ["1:4 E014"], "quote opened here"),
        BadText("a: 'it''s\n", ["1:4 E014"]),
        BadText("a:\n  b: 1\n c: 2\n", ["3:2 E013"], "does not fit the indentation"),
        BadText("a: b\n  c: d\n", ["2:4 E013"], "no key can be"),
        BadText("a: b: c\n", ["1:5 E013"]),
        BadText("a: 1\nb\nc: 2\n", ["2:1 E013"], "without ':'"),
        BadText("a: @b\n", ["1:4 E013"], "quote the text"),
        BadText("- a\n- b\n", ["1:1 E017"], "must be a mapping (got a list"),
        BadText("hello\n", ["1:1 E017"]),
        BadText(Sample.text + "[a]: 1\n", ["20:1 E017"], "a key must be a word"),
        BadText(
            "version: 1\nname: a\n  b\n",
            ["1:1 E018", "1:1 E018", "1:1 E018", "1:1 E018", "2:7 E067", "2:7 E024"]),
        BadText("a: 1\na: 2\n\"a\": 3\n'': 1\n'': 2\n", ["4:1 E016"]),
    ]

    @Test func `is not what quotes, comments and marks inside words make it`() {
        let text = Sample.text(replacing: [
            1: "# *a &b !c {[ ' \"\nversion: 1 # it's [ here, *x",
            5: "  - name: 'bs1' # 'x",
            13: "  - name: \"image\" #\"",
        ])
        #expect(summary(load(text)) == [])
        // An apostrophe, a star and a hash inside a word are part of it.
        let odd = Sample.text(replacing: [2: "name: it's*x#y&z"])
        #expect(summary(load(odd)) == ["2:7 E024"])
    }

    @Test func `shows twenty errors and says that there are more`() {
        let keys = (0..<100).map { "k\($0): 1\n" }.joined()
        let diagnostics = load(Sample.text + keys).diagnostics
        #expect(diagnostics.count == 21)
        #expect(diagnostics.first?.description.contains("k0") == true)
        #expect(diagnostics.last?.code == .tooManyDiagnostics)
    }

    @Test func `is shown with its line, a caret and a hint`() {
        let loading = load(Sample.text(replacing: [11: "  delay: 2 sm"]))
        #expect(
            loading.diagnostics.map(\.description) == [
                """
                sample.yaml:11:10: error[E031]: 'delay' needs a unit of duration; did you mean \
                'ms'? (got '2 sm', expected a number and one of ns, us, ms, s, min, h)
                      delay: 2 sm
                             ^
                hint: for example 20 ms
                """
            ])
    }
}
