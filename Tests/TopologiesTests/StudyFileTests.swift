import Testing

@testable import Topologies

/// A small valid study, line by line, that the tests bend.
private let lines = [
    "version: 1",  // 1
    "name: sample",
    "topology: sample.yaml",
    "seeds: 1..3",
    "axes:",  // 5
    "  policy: [random, local]",
    "  scheduler.state_period: [100 ms, 1 s]",
    "episodes: 2",
]

private func load(replacing replacements: [Int: String] = [:]) -> StudyLoading {
    let text = lines.enumerated().map { replacements[$0.offset + 1] ?? $0.element }
        .joined(separator: "\n")
    return StudyFile.load(bytes: Array(text.utf8), name: "study.yaml", folder: "studies/")
}

@Suite struct `A study file` {
    @Test func `becomes axes, settings and seeds`() throws {
        let loading = load(replacing: [
            8: """
              driver: [in-process, live]
              form:
                - {name: a, topology: other.yaml, set: {slot: 1 s}}
                - name: b
            set: {traffic.image.size: {uniform: [1 Mbit, 2 Mbit]}}
            train: {episodes: 5, set: {training.batch: 32}}
            metrics: [delay, late]
            curves: [learning-bytes, episodes]
            compare: policy
            against: [local]
            along: scheduler.state_period
            except: [{driver: live, form: [a, "b"]}]
            published:
              - {row: local, against: random, percent: -12.5, source: a paper}
              - {row: random, against: local, percent: 3, metric: late, source: b}
            optimum: {slots: 7, tasks: 3}
            budget: {cell: 2 min, total: 1 h}
            """
        ])
        #expect(loading.diagnostics.map(\.description) == [])
        let study = try #require(loading.study)
        #expect(study.topology == "studies/sample.yaml")
        #expect(study.seeds == [1, 2, 3])
        #expect(study.axes.map(\.name) == ["policy", "scheduler.state_period", "driver", "form"])
        #expect(study.axes[0].values[1].settings == ["scheduler.policy=local"])
        #expect(study.axes[1].values[0].settings == ["scheduler.state_period=100 ms"])
        #expect(study.axes[2].values.map(\.isLive) == [false, true])
        #expect(study.axes[3].values[0].topology == "studies/other.yaml")
        #expect(study.axes[3].values[0].settings == ["slot=1 s"])
        #expect(study.settings == ["traffic.image.size={uniform: [1 Mbit, 2 Mbit]}"])
        #expect(study.training == StudyFile.Training(episodes: 5, settings: ["training.batch=32"]))
        #expect(study.episodes == 10)
        #expect(study.curves == [.learningBytes, .episodes])
        #expect(study.compared == 0 && study.along == 1 && study.against == ["local"])
        #expect(study.excepts([0, 1, 1, 0]) && study.excepts([1, 0, 1, 1]))
        #expect(!study.excepts([0, 0, 0, 0]))
        #expect(
            study.published == [
                .init(row: "local", against: "random", percent: -12.5, source: "a paper"),
                .init(row: "random", against: "local", percent: 3, metric: "late", source: "b"),
            ])
        #expect(study.optimum == StudyFile.Optimum(slots: 7, tasks: 3))
        #expect(study.cellLimit == 120 && study.totalLimit == 3600)
    }

    @Test(arguments: [
        (1, "version: 2", "1:10 E026"), (2, "name: A b", "2:7 E024"),
        (3, "topolgy: x.yaml", "3:1 E020"), (4, "seeds: 3..1", "4:8 E017"),
        (4, "seeds: [1, 1]", "4:12 E025"), (4, "seeds: [1, x]", "4:12 E017"),
        (4, "seeds: []", "4:8 E023"), (5, "axis:", "5:1 E020"),
        (6, "  policy: random", "6:11 E017"), (6, "  policy: [randm]", "6:12 E062"),
        (6, "  driver: [lve]", "6:12 E062"), (6, "  policy: [local, local]", "6:19 E025"),
        (7, "  scheduller.x: [1]", "7:3 E020"), (7, "  seed: [1, 2]", "7:3 E063"),
        (7, "  form: [{name: a, sett: {}}]", "7:20 E020"), (8, "episodes: none", "8:11 E021"),
        (8, "compare: polcy", "8:10 E062"), (8, "against: [dsac]", "8:11 E062"),
        (8, "along: load", "8:8 E062"), (8, "budget: {cell: 5}", "8:16 E031"),
        (8, "train: {}", "8:8 E018"), (8, "set: {phase: train}", "8:7 E063"),
        (8, "curves: episodes", "8:9 E017"), (8, "curves: []", "8:9 E017"),
        (8, "curves: [episode]", "8:10 E062"), (8, "curves: [episodes, episodes]", "8:20 E025"),
        (8, "metrics: delay", "8:10 E017"), (8, "except: [{polcy: local}]", "8:11 E062"),
        (8, "except: [{policy: locl}]", "8:19 E062"), (8, "except: local", "8:9 E017"),
        (8, "published: [{row: dsac, against: local, percent: 1, source: x}]", "8:19 E062"),
        (8, "published: [{row: random, against: local, source: x}]", "8:13 E018"),
        (8, "optimum: {slots: 0}", "8:18 E026"), (8, "optimum: {tasks: 9}", "8:18 E026"),
    ])
    func `names the place and kind of each mistake`(line: Int, text: String, expected: String) {
        let loading = load(replacing: [line: text])
        #expect(loading.study == nil)
        #expect(loading.exitCode == 65)
        let found = loading.diagnostics.map { diagnostic in
            guard case .file(let line, let column) = diagnostic.place else { return "elsewhere" }
            return "\(line):\(column) \(diagnostic.label)"
        }
        #expect(found.contains(expected), "\(found)")
    }

    @Test(arguments: [
        (6, "  policy: [randm]", "random"), (8, "curves: [learning-byte]", "learning-bytes"),
    ])
    func `suggests what was probably meant`(line: Int, text: String, meant: String) {
        let found = load(replacing: [line: text]).diagnostics.first?.message ?? ""
        #expect(found.contains("did you mean '\(meant)'?"))
    }

    @Test func `is told from a topology, and the other way round`() throws {
        let topology = "version: 1\nname: a\nstations: []\n"
        let loading = StudyFile.load(bytes: Array(topology.utf8), name: "t.yaml", folder: "")
        let found = try #require(loading.diagnostics.first)
        #expect(loading.diagnostics.count == 1 && loading.exitCode == 65)
        #expect(found.message == "this is a topology, not a study")
        #expect(found.place == .file(line: 3, column: 1))
        #expect(found.hint?.contains("edgeflock launch t.yaml") == true)

        let study = lines.joined(separator: "\n")
        let other = Topology.load(bytes: Array(study.utf8), name: "s.yaml", folder: "")
        let own = try #require(other.diagnostics.first)
        #expect(other.diagnostics.count == 1 && other.exitCode == 65)
        #expect(own.message == "this is a study, not a topology")
        #expect(own.place == .file(line: 5, column: 1))
        #expect(own.hint?.contains("edgeflock study s.yaml") == true)
    }

    @Test func `is refused when its grid is too large`() {
        let values = (1...400).map { "\($0) ms" }.joined(separator: ", ")
        let loading = load(replacing: [
            4: "seeds: 1..10000", 7: "  scheduler.state_period: [\(values)]",
        ])
        #expect(loading.diagnostics.contains { $0.message.contains("too many cells") })
    }
}
