#if canImport(Glibc)
    import Glibc
#endif
import EdgeModel
import SimulationKernel
import Testing
import Topologies

/// The root of the package, from where this file is.
private let root = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()

private let dataDirectory = getenv("EDGEFLOCK_DATA").map { String(cString: $0) }

private func shipped(_ name: String, _ overrides: [String] = []) throws -> Topology {
    let loading = Topology.load(
        path: "\(root)/topologies/\(name).yaml", overrides: overrides, dataDirectory: dataDirectory)
    #expect(!loading.hasErrors, "\(loading.diagnostics)")
    return try #require(loading.topology)
}

@Suite struct `The shipped topologies` {
    @Test(arguments: [
        ("quickstart", 3, 6, [] as [DiagnosticCode]),
        ("amcoedge-5", 5, 20, []),
        ("smcoedge-5", 5, 20, [.overload]),
        ("smcoedge-5-event", 5, 20, []),
        ("lad-ts-20", 20, 380, [.overload]),
        ("metro-100", 100, 720, []),
        ("outage", 6, 30, []),
    ])
    func `load, and mean the same however often`(
        name: String, stations: Int, links: Int, warnings: [DiagnosticCode]
    ) throws {
        let path = "\(root)/topologies/\(name).yaml"
        let loading = Topology.load(path: path)
        #expect(loading.diagnostics.map(\.code) == warnings)
        let topology = try #require(loading.topology)
        #expect(topology.name == name)
        #expect(topology.stations.count == stations)
        #expect(topology.neighbours.linkCount == links)
        #expect(try shipped(name).canonicalText == topology.canonicalText)
    }

    @Test(arguments: [
        ("amcoedge-5", 0.3584, 75.0), ("smcoedge-5", 0.75, 750.0),
        ("smcoedge-5-event", 0.75, 750.0),
        ("lad-ts-20", 783.36 / 656, 510.0), ("metro-100", 0.8, 1005.67),
    ])
    func `offer the load that the model states`(
        name: String, utilisation: Double, tasks: Double
    ) throws {
        let load = NetworkLoad(try shipped(name))
        #expect(abs(load.utilisation - utilisation) < 1e-9)
        #expect(abs(load.total.tasks - tasks) < 0.01)
    }

    @Test func `overload a station of the quickstart that serves itself, not the network`() throws {
        let load = NetworkLoad(try shipped("quickstart"))
        #expect(load.offered[0].work / load.capacities[0] > 1.5)
        #expect(load.total.work / 3 / load.capacities[0] > 1.2)
        #expect((0.6...0.7).contains(load.utilisation))
    }

    @Test func `keep links of the metro apart by at least 5 ms`() throws {
        let topology = try shipped("metro-100")
        for station in topology.stations.indices {
            #expect(topology.neighbours[station].allSatisfy { $0.link.delay >= .milliseconds(5) })
            #expect(topology.neighbours[station].count >= 6)
        }
    }

    @Test func `have a text for their digest that tells every change`() throws {
        let text = try shipped("quickstart").canonicalText
        for change in [
            "seed=2", "scheduler.candidates=2", "links.delay=3 ms", "stations.bs1.capacity=11 GHz",
            "traffic.image.deadline=3 s", "training.batch=32", "scheduler.agent.hidden=32",
            "processes=single", "clock=wall", "episodes=11", "events=[{at: 1 s, leave: bs1}]",
        ] {
            #expect(try shipped("quickstart", [change]).canonicalText != text, "\(change)")
        }
        #expect(try shipped("quickstart", ["scheduler.candidates=3"]).canonicalText == text)
    }

    @Test(.enabled(if: dataDirectory == nil, "EDGEFLOCK_DATA is set"))
    func `can be validated without the data that they name`() {
        let loading = Topology.load(path: "\(root)/topologies/melbourne-llm.yaml")
        #expect(loading.diagnostics.map(\.code) == [.missingFile, .missingFile])
        #expect(loading.validationExitCode == 0 && loading.exitCode == 66)
    }

    @Test(.enabled(if: dataDirectory != nil, "EDGEFLOCK_DATA does not say where the data is"))
    func `play recorded requests at real sites`() throws {
        let topology = try shipped("melbourne-llm")
        #expect(topology.stations.count == 125)
        guard case .trace(let trace) = topology.traffic[0].arrivals else {
            Issue.record("no trace")
            return
        }
        #expect(trace.arrivals.count > 8000)
        #expect(trace.arrivals.first == .zero)
        let load = NetworkLoad(topology)
        #expect((0.3...0.9).contains(load.utilisation))
    }
}
