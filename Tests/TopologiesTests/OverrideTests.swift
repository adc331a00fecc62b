import EdgeModel
import SimulationKernel
import Testing
import Topologies

@Suite struct `An override` {
    @Test(arguments: [
        ("scheduler.candidates=3", "candidates 3"),
        ("seed=7", "seed 7"),
        ("processes=packed: 2", "packed(2)"),
        ("stations.bs1.capacity=20 GHz", "capacity 20.0"),
        ("stations.2.capacity={uniform: [1 GHz, 2 GHz]}", ""),
        ("traffic.image.deadline=1 s", "deadline 1.0"),
        ("links.nearest=1", ""),
        ("scheduler.agent.hidden=64", "hidden 64"),
    ])
    func `takes the place of a value, or adds one`(argument: String, expected: String) throws {
        let loading = load(Sample.text, overrides: [argument])
        #expect(summary(loading) == [])
        let topology = try #require(loading.topology)
        let facts = [
            "candidates \(topology.scheduler.candidates)", "seed \(topology.seed)",
            "\(topology.processes)", "hidden \(topology.scheduler.agent.hidden)",
            "capacity \(topology.stations[0].capacity.capacity(at: .zero).value)",
            "deadline \(topology.traffic[0].deadline.seconds)",
        ]
        #expect(expected.isEmpty || facts.contains(expected), "\(facts)")
    }

    @Test func `may contradict the one before it, and then wins`() throws {
        let loading = load(Sample.text, overrides: ["seed=7", "seed=9"])
        #expect(loading.topology?.seed == 9)
    }

    @Test(arguments: [
        ("scheduler.candidates=0", "scheduler.candidates E026", "out of range"),
        ("scheduler.candidats=3", "scheduler.candidats E020", "did you mean 'candidates'?"),
        ("stations.bs3.capacity=1 GHz", "stations.bs3.capacity E058", "did you mean 'bs1'?"),
        ("stations.3.capacity=1 GHz", "stations.3.capacity E058", "no entry '3'"),
        ("name.x=1", "name.x E058", "a single value ('sample')"),
        ("seed=abc", "seed E021", "not a number"),
        ("seed=", "seed E023", "no value"),
        ("seed", "seed E058", "needs KEY=VALUE"),
        ("=1", "=1 E058", "needs KEY=VALUE"),
        ("a..b=1", "a..b E058", "words with dots"),
        ("links.rate={uniform: [1 Gbit/s", "links.rate E014", "never closed"),
        ("seed=&a 1", "seed E009", "anchors"),
        ("links.delay=0 s", "links.delay E041", "above 0 s"),
    ])
    func `is checked like the file and named when it is wrong`(
        argument: String, expected: String, says: String
    ) throws {
        let loading = load(Sample.text, overrides: [argument])
        #expect(summary(loading) == [expected])
        #expect(loading.topology == nil && loading.exitCode == 65)
        let text = try #require(loading.diagnostics.first).description
        #expect(text.contains(says), "\(text)")
        #expect(text.hasPrefix("--set \(expected.split(separator: " ")[0]): error["))
    }
}
