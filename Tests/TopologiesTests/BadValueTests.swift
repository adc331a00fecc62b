import Testing
import Topologies

/// A line of the sample replaced, and what must be reported.
struct BadLine: Sendable, CustomTestStringConvertible {
    let line: Int
    let text: String?
    let expected: [String]
    /// Something that the first message or hint must say.
    let says: String

    init(_ line: Int, _ text: String?, _ expected: [String], _ says: String = "") {
        self.line = line
        self.text = text
        self.expected = expected
        self.says = says
    }

    var testDescription: String { "\(line): \(text ?? "-") -> \(expected.joined(separator: ", "))" }

    var loading: TopologyLoading { load(Sample.text(replacing: [line: text])) }
}

@Suite struct `A wrong value in a topology` {
    @Test func `is none in the sample`() {
        #expect(summary(load(Sample.text)) == [])
        #expect(load(Sample.text).topology != nil)
    }

    @Test func `is a time of decisions that no replay could repeat`() {
        let text = Sample.text(replacing: [
            19: "  policy: random\n  decision_time: measured\nclock: wall"
        ])
        let loading = Topology.load(
            bytes: Array(text.utf8), name: "sample.yaml", folder: "/nowhere", forReplay: true)
        #expect(summary(loading) == ["20:18 E063"])
        #expect(loading.exitCode == 65)
        #expect(loading.diagnostics.first?.message.contains("cannot be replayed") == true)
        #expect(load(text).diagnostics.isEmpty)
    }

    @Test func `is a station that nothing reaches`() {
        let text = Sample.text(replacing: [
            9: "links:\n  shape: none", 13: "  - name: image\n    stations: bs1",
        ])
        #expect(summary(load(text)) == ["7:11 W038"])
    }

    @Test(arguments: keys + names + numbers + units + laws + sections + events)
    func `is reported at its place`(_ bad: BadLine) {
        let loading = bad.loading
        #expect(summary(loading) == bad.expected)
        #expect(
            loading.topology == nil || loading.diagnostics.allSatisfy { $0.severity == .warning })
        #expect(loading.exitCode == (loading.topology == nil ? 65 : 0))
        let said = loading.diagnostics.first.map { $0.message + " / " + ($0.hint ?? "") } ?? ""
        #expect(said.contains(bad.says), "\(said)")
    }

    static let keys: [BadLine] = [
        BadLine(1, nil, ["1:1 E018"], "missing key 'version'"),
        BadLine(1, "version: 3", ["1:10 E019"], "version 3 is not supported"),
        BadLine(1, "version: 01", ["1:10 E028"], "ambiguous number"),
        BadLine(1, "version: one", ["1:10 E021"], "not a number"),
        BadLine(2, nil, ["1:1 E018"], "missing key 'name'"),
        BadLine(4, "staions:", ["1:1 E018", "4:1 E020"], "missing key 'stations'"),
        BadLine(6, "    capactiy: 10 GHz", ["5:5 E018", "6:5 E020"]),
        BadLine(3, "duration: 10 s\nduration: 20 s", ["4:1 E016"], "first at 3:1"),
        BadLine(3, "duration: 10 s\n\"duration\": 20 s", ["4:1 E016"], "first at 3:1"),
        BadLine(
            6, "    capacity: 10 GHz\n    name: a\n    capacity: 1 GHz\n    name: b",
            ["7:5 E016", "8:5 E016", "9:5 E016"], "first at 5:5"),
        BadLine(3, "duration:", ["3:10 E023"], "no value"),
        BadLine(3, "duration: ''", ["3:11 E023"], "empty"),
        BadLine(3, "duration: 10 s\nslots: 5", ["4:1 E063", "4:8 E043"], "exclude each other"),
        BadLine(3, nil, ["1:1 E018"], "one of 'duration', 'slots'"),
        BadLine(3, "slots: 5", ["3:8 E043"], "'slots' needs 'slot'"),
        BadLine(3, "slot: 1 h\nslots: 10000000", ["4:8 E043"], "at most 720 h"),
        BadLine(3, "duration: 700 h\nepisodes: 1000000", ["3:11 E043"], "at most 4000000000"),
        BadLine(3, "duration: 9 s\nwarmup: 9 s", ["4:9 E043"], "got 9 s, expected below 9 s"),
        BadLine(3, "duration: 10 s\nevents: [x]", ["4:10 E017"], "must be a mapping"),
        BadLine(3, "duration: 10 s\nsecurity: off", ["4:11 E017"], "such as 'keys'"),
        BadLine(3, "duration: 10 s\nsecurity: {}", ["4:11 E018"], "missing key 'keys'"),
    ]

    /// An entry of `events`; the sample has bs1 and bs2 for ten seconds and as many of drain.
    private static func event(_ entry: String, _ expected: [String], _ says: String) -> BadLine {
        BadLine(3, "duration: 10 s\nevents:\n  - {\(entry)}", expected, says)
    }

    static let events: [BadLine] = [
        BadLine(3, "duration: 10 s\nevents: {at: 1 s}", ["4:9 E017"], "must be a list"),
        event("at: 1 s", ["5:5 E018"], "needs one of 'leave', 'join'"),
        event("at: 1 s, leav: bs1", ["5:15 E020"], "did you mean 'leave'?"),
        event("from: 1 s, to: 2 s, learnr: away", ["5:26 E020"], "did you mean 'learner'?"),
        event("at: 1 s, kind: leave", ["5:15 E020", "5:21 E018"], "unknown key 'kind'"),
        event("at: 1 s, what: bs1", ["5:5 E018", "5:15 E020"], "needs one of 'leave', 'join'"),
        event("at: 1 s, leave: bs1, join: bs2", ["5:27 E063"], "exclude each other"),
        event("leave: bs1", ["5:5 E018"], "'leave' needs 'at'"),
        event("at: 1, leave: bs1", ["5:10 E031"], "needs a unit"),
        event("at: 20 s, leave: bs1", ["5:10 E043"], "never happens (got 20 s"),
        event("at: 1 s, leave: bs3", ["5:22 E035"], "no station or group 'bs3'"),
        event("at: 1 s, leave: []", ["5:22 E023"], "names nothing"),
        event("at: 1 s, leave: {a: b}", ["5:22 E017"], "a list of names"),
        event("at: 1 s, leave: bs1, orphans: adopted", ["5:36 E062"], "does not know"),
        event("at: 1 s, join: bs1, orphans: lost", ["5:26 E063"], "does not go with 'join'"),
        event("from: 1 s, leave: bs1", ["5:5 E018", "5:6 E063"], "needs 'at'"),
        event("at: 2 s, leave: bs1}\n  - {at: 4 s, leave: bs1", ["6:5 E045"], "away since 2 s"),
        event("at: 4 s, leave: bs1}\n  - {at: 2 s, leave: bs1", ["5:5 E045"], "a 'join' between"),
        event(
            "at: 4 s, leave: bs1}\n  - {at: 5 s, join: bs1}\n  - {at: 6 s, join: bs1",
            ["7:5 E045"], "there since 5 s"),
        event("at: 1 s, capacity: 0 GHz, stations: bs1", ["5:25 E026"], "1 MHz"),
        event("at: 1 s, capacity: 5 GHz", ["5:5 E018"], "'capacity' needs 'stations'"),
        event("at: 1 s, link: [bs1, bs2]", ["5:5 E018"], "one of 'rate', 'delay', 'loss'"),
        event("at: 1 s, link: bs1, rate: 1 Mbit/s", ["5:21 E017"], "expected [A, B]"),
        event("at: 1 s, link: [bs1, bs1], loss: 0.1", ["5:27 E036"], "no link to itself"),
        event("at: 1 s, link: [bs1, b2], loss: 0.1", ["5:27 E035"], "did you mean 'bs2'"),
        event("at: 1 s, link: [bs1, bs2], delay: 0 ms", ["5:40 E041"], "a delay above 0 s"),
        event("at: 1 s, link: [bs1, bs2], loss: 1", ["5:39 E026"], "0 … 0.9"),
        event("at: 1 s, link: [bs1, bs2], rate: 1 GHz", ["5:39 E031"], "data rate"),
        event("at: 1 s, link: [bs1, bs2], loss: 0.1, one_way: both", ["5:53 E062"], "yes or no"),
        event("from: 1 s, partition: [[bs1], [bs2]]", ["5:5 E018"], "'partition' needs 'to'"),
        event("from: 1 s, to: 1 s, partition: [[bs1], [bs2]]", ["5:21 E043"], "later than 'from'"),
        event("from: 1 s, to: 21 s, partition: [[bs1], [bs2]]", ["5:21 E043"], "beyond"),
        event("from: 1 s, to: 2 s, partition: [[bs1, bs2]]", ["5:37 E017"], "two groups or more"),
        event("from: 1 s, to: 2 s, partition: [bs1, [bs2, bs1]]", ["5:49 E045"], "in two groups"),
        event("from: 1 s, to: 2 s, learner: gone", ["5:35 E062"], "does not know 'gone'"),
        event("from: 1 s, to: 2 s, burst: -1", ["5:33 E026"], "0 … 100"),
        event("from: 10 s, to: 12 s, burst: 2", ["5:12 E043"], "tasks arrive until 10 s"),
        event("from: 1 s, to: 2 s, burst: 2, classes: video", ["5:45 E045"], "no traffic class"),
        event("from: 1 s, to: 2 s, burst: 2, stations: bs9", ["5:46 E035"], "no station or group"),
    ]

    static let names: [BadLine] = [
        BadLine(5, "  - name: no", ["5:11 E022"], "plain word 'no'"),
        BadLine(5, "  - name: On", ["5:11 E022"]),
        BadLine(5, "  - name: ''", ["5:11 E023"], "empty"),
        BadLine(5, "  - name: BS 1", ["5:11 E024"], "starting with a letter"),
        BadLine(5, "  - name: b\(String(repeating: "s", count: 200))", ["5:11 E024"]),
        BadLine(5, "  - name: 1bs", ["5:11 E024"]),
        BadLine(5, "  - name: learner", ["5:11 E024"], "means something else"),
        BadLine(7, "  - name: bs1", ["7:11 E025"], "already defined at 5:11"),
        BadLine(7, "  - name: bs\n    count: 2", ["7:11 E025"], "station 'bs1' of group 'bs'"),
        BadLine(19, "  policy: radnom", ["19:11 E062"], "did you mean 'random'?"),
        BadLine(
            19, "  policy: amcoedge\n  candidates: 9", ["20:15 E034"], "8 of them at most"),
        BadLine(19, "  policy: oracle-waterfill", ["19:11 E034"], "processes: single"),
        BadLine(19, "  policy: oracle-waterfill\nprocesses: single", []),
        BadLine(
            13, "  - name: image\n    stations: [bs1, bs9]", ["14:21 E035"], "no station or group"),
        BadLine(13, "  - name: image\n    stations: {}", ["14:15 E017"]),
    ]

    static let numbers: [BadLine] = [
        BadLine(3, "duration: 10 s\nseed: -1", ["4:7 E026"], "expected 0 … 18446744073709551615"),
        BadLine(
            3, "duration: 10 s\nseed: 18446744073709551616", ["4:7 E029"],
            "expected 0 … 18446744073709551615"),
        BadLine(3, "duration: 10 s\nseed: 18446744073709551615", []),
        BadLine(3, "duration: 10 s\nseed: abc", ["4:7 E021"]),
        BadLine(3, "duration: 10 s\nseed: \"5\"", ["4:7 E021"], "in quotes"),
        BadLine(3, "duration: 10 s\nepisodes: 010", ["4:11 E028"], "write 8 or 10"),
        BadLine(3, "duration: 10 s\nepisodes: 1_000", ["4:11 E028"], "write 1000"),
        BadLine(3, "duration: 10 s\nepisodes: 1:30", ["4:11 E028"], "base 60"),
        BadLine(3, "duration: 10 s\nepisodes: 0x10", ["4:11 E028"], "base 10"),
        BadLine(3, "duration: 10 s\nepisodes: 1.5", ["4:11 E030"], "whole number"),
        BadLine(3, "duration: 10 s\nepisodes: 99999999999999999999", ["4:11 E029"], "1 … 1000000"),
        BadLine(3, "duration: 10 s\nepisodes: 0", ["4:11 E026"], "expected 1 … 1000000"),
        BadLine(3, "duration: 10 s\nepisodes: no", ["4:11 E021"]),
        BadLine(3, "duration: .nan", ["3:11 E027"], "finite"),
        BadLine(3, "duration: -.inf", ["3:11 E027"]),
        BadLine(3, "duration: -5 s", ["3:11 E026"], "got -5 s"),
        BadLine(3, "duration: 0 s", ["3:11 E026"], "more than 0 s"),
        BadLine(3, "duration: 1e999 s", ["3:11 E029"]),
        BadLine(3, "duration: 100000 h", ["3:11 E026"]),
        BadLine(15, "      poisson: {rate: -5 /s}", ["15:23 E026"], "got -5 /s"),
        BadLine(15, "      poisson: {rate: .5 /s}", ["15:23 E021"]),
        BadLine(15, "      poisson: {rate: 01 /s}", ["15:23 E028"]),
        BadLine(11, "  delay: 0 ms", ["11:10 E041"], "above 0 s"),
        BadLine(11, "  delay: {uniform: [0 ms, 2 ms]}", ["11:10 E041"]),
        BadLine(11, "  delay: 2 ms\n  loss: 1.2", ["12:9 E026"], "0 … 0.9"),
    ]

    static let units: [BadLine] = [
        BadLine(3, "duration: 50", ["3:11 E031"], "ns, us, ms, s, min, h"),
        BadLine(3, "duration: 50 mz", ["3:11 E031"], "did you mean 'ms'?"),
        BadLine(3, "duration: 50 GHz", ["3:11 E031"]),
        BadLine(6, "    capacity: 10 ghz", ["6:15 E031"], "did you mean 'GHz'?"),
        BadLine(6, "    capacity: 10", ["6:15 E031"], "for example 10 GHz"),
        BadLine(10, "  rate: 450 Mbit", ["10:9 E031"], "Mbit/s"),
        BadLine(10, "  rate: fast", ["10:9 E021"], "is not a data rate (got 'fast'"),
        BadLine(10, "  rate: 450Mbit/s", []),
        BadLine(16, "    size: \"3 Mbit\"", []),
        BadLine(3, "duration: 10 s\nepisodes: 3 s", ["4:11 E031"]),
        BadLine(11, "  delay: 2 ms\n  loss: 1 %", ["12:9 E031"], "has no unit"),
        BadLine(11, "  delay: 2 ms\n  loss: \"0.1\"", ["12:9 E021"], "remove the quotes"),
    ]

    static let laws: [BadLine] = [
        BadLine(16, "    size: {uniform: [2 Mbit]}", ["16:21 E032"], "two values"),
        BadLine(16, "    size: {uniform: [5 Mbit, 2 Mbit]}", ["16:21 E032"], "LOW below HIGH"),
        BadLine(16, "    size: {unifrom: [2 Mbit, 5 Mbit]}", ["16:12 E032"], "'uniform'?"),
        BadLine(16, "    size: {uniform: 2 Mbit}", ["16:21 E017"], "a list in brackets"),
        BadLine(16, "    size: {uniform: [2 Mbit, 5]}", ["16:30 E031"]),
        BadLine(16, "    size: {uniform: [1 Mbit, 2 Mbit], choice: [1 Mbit]}", ["16:39 E032"]),
        BadLine(16, "    size: {lognormal: {mean: 2 Mbit}}", ["16:23 E018"], "'sigma'"),
        BadLine(16, "    size: {lognormal: {mean: 2 Mbit, sigma: 1}}", []),
        BadLine(16, "    size: {integers: [1 Mbit, 2500 kbit]}", ["16:22 E032"], "whole numbers"),
        BadLine(6, "    capacity: {exponential: 10 GHz}", ["6:16 E032"], "uniform, integers"),
        BadLine(
            6, "    capacity: {profile: [{from: 1 s, capacity: 1 GHz}]}", ["6:33 E032"],
            "begins at 0 s"),
        BadLine(
            6,
            "    capacity:\n      profile:\n        - {from: 0 s, capacity: 1 GHz}\n"
                + "        - {from: 0 s, capacity: 2 GHz}", ["9:18 E032"], "ascend"),
        BadLine(6, "    capacity: {profile: []}", ["6:25 E023"], "no steps"),
        BadLine(15, "      slotted: {low: 5, high: 2}", ["15:31 E032"]),
        BadLine(15, "      slotted: {low: 1, high: 2}", ["15:7 E043"], "need 'slot'"),
        BadLine(
            15, "      bernoulli: {candidates: 50, probability: 1.2}", ["15:48 E026"], "0 … 1"),
    ]

    static let sections: [BadLine] = [
        BadLine(4, "stations: 5\nx:", ["4:11 E017", "5:1 E020"], "must be a list"),
        BadLine(9, "links:\n  shape: nearest", ["10:10 E018"], "needs 'nearest: K'"),
        BadLine(9, "links:\n  shape: mesh\n  nearest: 2", ["11:3 E063"]),
        BadLine(9, "links:\n  centre: bs1", ["10:3 E063"]),
        BadLine(9, "links:\n  shape: star\n  centre: bs7", ["11:11 E035"], "no station 'bs7'"),
        BadLine(10, nil, ["10:3 E018"], "missing key 'rate' of 'links'"),
        BadLine(10, "  rate_towards: [1 Gbit/s]", ["10:17 E032"], "one rate per station"),
        BadLine(
            11, "  delay: 2 ms\n  pairs:\n    - between: [bs1, bs9]", ["13:22 E035"], "bs1, bs2"),
        BadLine(11, "  delay: 2 ms\n  pairs:\n    - between: [bs1, bs1]", ["13:22 E036"]),
        BadLine(
            11,
            "  delay: 2 ms\n  pairs:\n    - between: [bs1, bs2]\n    - {from: bs2, to: bs1}",
            ["14:7 E037"], "already given at 13:7"),
        BadLine(
            11, "  delay: 2 ms\n  shape: none\n  pairs:\n    - {from: bs1, to: bs2}",
            ["14:7 E064"], "no link from bs2 back to bs1"),
        BadLine(11, "  delay: 2 ms\n  pairs:\n    - from: bs1", ["13:7 E018"]),
        BadLine(
            15, "      poisson: {rate: 2 /s}\n      diurnal: {period: 1 h}", ["16:7 E063"]),
        BadLine(15, "      poisson: {}", ["15:16 E018"], "one of 'rate', 'load'"),
        BadLine(17, nil, ["13:5 E018"], "'workload', 'density', 'steps'"),
        BadLine(17, "    workload: 1 Gcycles\n    per_index: yes", ["18:5 E063"]),
        BadLine(17, "    workload: 1 Gcycles\n    per_index: maybe", ["18:16 E062"]),
        BadLine(19, "  policy: random\n  candidates: 0", ["20:15 E026"], "1 … 64"),
        BadLine(19, "  policy: dsac\ntraining:\n  mode: gossip", []),
        BadLine(
            19, "  policy: dsac\ntraining: {mode: gossip, mixing: 1.5}", ["20:34 E026"]),
        BadLine(
            19, "  policy: dsac\ntraining: {parameters: per-station}", ["20:24 E063"],
            "mode: independent, federated, gossip or frozen"),
        BadLine(
            19, "  policy: dsac\ntraining: {mode: federated, round: 10 ms}", ["20:18 W041"],
            "no average is ever made"),
        BadLine(19, "  policy: dsac\ntraining:\n  mode: frozen", ["21:9 E018"], "'checkpoint'"),
        BadLine(19, "  policy: dsac\ntraining: {batch: 64, replay: 10}", ["20:19 E044"]),
        BadLine(19, "  policy: dsac\ntraining: {learner: {delay: 0 s}}", ["20:29 E041"]),
        BadLine(19, "  policy: dsac\n  agent: {target_entropy: 1}", ["20:27 E026"], "less than 1"),
        BadLine(
            19, "  policy: random\n  decision_time: measured", ["20:18 E063"], "wall clock"),
        BadLine(19, "  policy: random\n  decision_time: measured\nclock: wall", []),
        BadLine(19, "  policy: random\n  decision_time: {per_step: 1 Gcycles}", []),
        BadLine(19, "  policy: random\n  split: cwa", ["20:10 E063"], "split 'cwa'"),
        BadLine(19, "  policy: dsac\n  observation: published", ["20:16 E063"]),
        BadLine(19, "  policy: dsac\ntraining: {learner: {share_egress: yes}}", []),
        BadLine(19, "  policy: random\nprocesses: packed", ["20:12 E062"]),
        BadLine(19, "  policy: random\nprocesses: {packed: 3}", ["20:12 E026"], "1 … 2"),
        BadLine(
            19, "  policy: oracle-waterfill\nprocesses: per-station", ["19:11 E034"],
            "processes: single"),
        BadLine(19, "  policy: random\nprocesses: {packed: 2}", []),
        BadLine(
            13, "  - name: image\n    stations: bs1\n    deadline: 2 ms", ["11:10 W041"],
            "beyond every deadline"),
        BadLine(
            19, "  policy: dsac\ntraining: {mode: none}", ["20:18 W034"],
            "keeps the weights it starts with"),
        BadLine(16, "    size: 900 Mbit", ["13:5 W040"], "what the egress port of 'bs1' can send"),
        BadLine(
            15, "      poisson: {load: 1.2}", ["13:5 W040"], "1.20 of the total capacity"),
    ]
}
