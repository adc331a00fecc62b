import Testing

@testable import Topologies

@Suite struct `Slotted timing` {
    private static let slotted = "duration: 10 s\nslot: 1 s\ntiming: slotted\nprocesses: single"

    private static let steps = "[{from: 0 s, capacity: 1 GHz}, {from: 1 s, capacity: 2 GHz}]"
    private static let third = "    capacity: 20 GHz\n  - {name: bs3, capacity: 1 GHz}"

    private static func text(_ replacements: [Int: String?] = [:]) -> String {
        Sample.text(replacing: [3: slotted].merging(replacements) { _, new in new })
    }

    @Test func `is a timing of one process`() throws {
        let loading = load(Self.text())
        #expect(loading.diagnostics.map(\.description) == [])
        let topology = try #require(loading.topology)
        #expect(topology.timing == .slotted && topology.processes == .single)
        #expect(topology.canonicalText.contains("\ntiming slotted\n"))
    }

    @Test(arguments: [
        ([3: "duration: 10 s\nprocesses: single\ntiming: slotted"], "needs 'slot'"),
        ([3: "duration: 10 s\nslot: 1 s\ntiming: slotted"], "one process"),
        ([18: "clock: wall\nscheduler:"], "virtual clock"),
        ([18: "events: [{at: 1 s, capacity: 1 GHz, stations: bs1}]\nscheduler:"], "events"),
        ([19: "  policy: random\n  decision_time: 1 ms"], "take no time"),
        ([6: "    capacity: {profile: \(Self.steps)}"], "one capacity"),
        ([16: "    size: 3 Mbit\n    radio: {rate: 1 Mbit/s, delay: 1 ms}"], "radio"),
        ([16: "    size: 3 Mbit\n    result: 1 Mbit", 19: "  policy: waterfill"], "divided"),
        ([19: "  policy: dqn\ntraining: {step_time: 1 ms}"], "gradient steps"),
        ([8: Self.third, 10: "  rate: {uniform: [1 Mbit/s, 9 Mbit/s]}"], "one rate"),
    ])
    func `refuses what its equations do not know`(
        replacements: [Int: String], reason: String
    ) {
        let loading = load(Self.text(replacements.mapValues { $0 }))
        #expect(loading.topology == nil)
        let messages = loading.diagnostics.map(\.description).filter {
            $0.contains("slotted timing")
        }
        #expect(messages.count == 1 && messages[0].contains(reason), "\(loading.diagnostics)")
    }

    @Test(arguments: ["split: cwa", "split: hecwa", "observation: published"])
    func `alone has the published rules`(line: String) {
        let lines: [Int: String?] = [19: "  policy: random\n  \(line)"]
        #expect(load(Self.text(lines)).topology != nil)
        let found = summary(load(Sample.text(replacing: lines)))
        #expect(found.count == 1 && found[0].hasPrefix("20:"), "\(found)")
    }
}
