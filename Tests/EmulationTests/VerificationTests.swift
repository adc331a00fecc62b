import Emulation
import Foundation
import Testing

@Suite struct `A verification against recorded runs` {
    private static func golden(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Golden/\(name).json").path()
    }

    @Test(arguments: ["slotted-divisible", "slotted-indivisible"])
    func `agrees to 1e-9 with the published equations`(name: String) throws {
        let result = try ReferenceVerification(file: Self.golden(name))
        #expect(result.isWithinTolerance)
        #expect(!result.cases.isEmpty)
        for item in result.cases {
            #expect(item.extent.hasSuffix(" tasks"))
            #expect(item.largestErrors.allSatisfy { $0.error <= 1e-9 })
            #expect(!item.findings.isEmpty)
        }
    }

    private let divisible = """
        [{"model": "slotted, divisible", "allocation": "CWA", "slot_s": 1, "deadline_s": 0.5,
          "capacity_ghz": [10, 20], "rate_mbit_per_s": [400, 500],
          "slots": [{"queue_gcycles_at_start": [4, 1], "queue_gcycles_after": [0, 0],
            "tasks": [{"station": 0, "task": 0, "size_mbit": 4, "density_gcycles_per_mbit": 0.5,
              "servers": [0], "fractions": [1, 0], "makespan_s": 0.5, "failed": true,
              "reward": -5}]}]}]
        """

    private func verify(_ text: String) throws -> ReferenceVerification {
        try ReferenceVerification(Data(text.utf8), file: "cases.json")
    }

    @Test func `knows late tasks`() throws {
        let result = try verify(divisible)
        #expect(result.isWithinTolerance)
        #expect(result.cases.map(\.name) == ["slotted, divisible, CWA, 2 servers"])
    }

    @Test(arguments: [
        ("\"reward\": -5", "\"reward\": -5.00000001", "reward"),
        ("\"makespan_s\": 0.5", "\"makespan_s\": 0.6", "make-span"),
        ("[1, 0]", "[0.999, 0.001]", "fraction"),
        ("after\": [0, 0]", "after\": [0, 0.001]", "queue"),
        ("\"failed\": true", "\"failed\": false", "make-span"),
    ])
    func `finds what is off`(old: String, new: String, quantity: String) throws {
        let result = try verify(divisible.replacing(old, with: new))
        #expect(!result.isWithinTolerance)
        let worst = result.cases[0].findings.max { $0.error < $1.error }
        #expect(worst?.quantity == quantity)
    }

    @Test(arguments: [
        ("[{\"model\"", "[3, {\"model\"", "[0] is not an object"),
        ("divisible", "circular", "[0].model is 'slotted, circular'"),
        ("\"CWA\"", "\"EQUAL\"", "[0].allocation is 'EQUAL'"),
        ("\"slot_s\": 1", "\"slot_s\": 0", "[0].slot_s is 0.0"),
        ("\"slot_s\": 1,", "", "[0].slot_s is missing"),
        ("[10, 20]", "[10, -20]", "[0].capacity_ghz[1] is -20.0"),
        ("[10, 20]", "[]", "[0].capacity_ghz is empty"),
        ("[400, 500]", "[400]", "[0].rate_mbit_per_s has 1 values for 2 servers"),
        ("[4, 1]", "[4]", "[0].slots[0].queue_gcycles_at_start has 1 values"),
        ("\"station\": 0", "\"station\": 2", "[0].slots[0].tasks[0].station is 2"),
        ("\"station\": 0", "\"station\": -1", "[0].slots[0].tasks[0].station is -1"),
        ("\"servers\": [0]", "\"servers\": [0, 0]", "tasks[0].servers is [0, 0]"),
        ("\"servers\": [0]", "\"servers\": [5]", "tasks[0].servers is [5]"),
        ("\"servers\": [0]", "\"servers\": []", "tasks[0].servers is empty"),
        ("\"servers\": [0]", "\"servers\": \"0\"", "[0].slots[0].tasks[0].servers is not a list"),
        ("\"size_mbit\": 4", "\"size_mbit\": -4", "tasks[0].size_mbit is -4.0"),
        ("\"size_mbit\": 4", "\"size_mbit\": \"4\"", "tasks[0].size_mbit is not a number"),
        ("\"servers\": [0]", "\"servers\": [0.5]", "tasks[0].servers[0] is 0.5, an integer"),
        ("\"station\": 0", "\"station\": 1e30", "tasks[0].station is 1e+30, an integer"),
        ("\"reward\": -5", "\"rewards\": -5", "tasks[0].reward is missing"),
    ])
    func `says what is wrong with a file, and where`(
        old: String, new: String, message: String
    ) throws {
        let text = divisible.replacing(old, with: new)
        let error = #expect(throws: VerificationError.self) { _ = try verify(text) }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }

    @Test func `refuses files that are absent or empty`() {
        #expect(throws: VerificationError.self) {
            _ = try ReferenceVerification(file: "/nowhere/cases.json")
        }
        #expect(throws: VerificationError.self) { _ = try verify("[]") }
        #expect(throws: VerificationError.self) { _ = try verify("") }
    }
}
