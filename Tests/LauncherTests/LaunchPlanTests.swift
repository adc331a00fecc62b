import Messaging
import SimulationKernel
import TestSupport
import Testing
import Topologies

@testable import Launcher

@Suite struct `A launch plan` {
    private let names = ["bs1", "bs2", "bs3", "bs4", "bs5"]

    @Test func `gives each station a process, and traffic and learner one`() {
        let plan = LaunchPlan(stations: names, hasLearner: true, processes: .perStation)
        #expect(plan.names == names + ["traffic", "learner", "hub"])
        #expect(plan.members.map(\.nodes) == [[0], [1], [2], [3], [4], [5], [6]])
    }

    @Test func `has no learner where nobody trains`() {
        let plan = LaunchPlan(stations: names, hasLearner: false, processes: .perStation)
        #expect(plan.names == names + ["traffic", "hub"])
    }

    @Test func `packs stations in blocks of the file's order`() {
        let plan = LaunchPlan(stations: names, hasLearner: true, processes: .packed(2))
        #expect(plan.names == ["stations-1", "stations-2", "traffic", "learner", "hub"])
        #expect(plan.members.map(\.nodes) == [[0, 1], [2, 3, 4], [5], [6]])
    }

    @Test func `has no more processes than stations`() {
        let plan = LaunchPlan(stations: ["a"], hasLearner: false, processes: .packed(8))
        #expect(plan.names == ["stations-1", "traffic", "hub"])
    }

    @Test func `puts all nodes into one process on demand`() {
        let plan = LaunchPlan(stations: names, hasLearner: true, processes: .single)
        #expect(plan.names == ["nodes", "hub"])
        #expect(plan.members[0].nodes == [0, 1, 2, 3, 4, 5, 6])
    }

    @Test func `keeps its own names from stations`() {
        let plan = LaunchPlan(
            stations: ["hub", "traffic"], hasLearner: false, processes: .perStation)
        #expect(plan.names == ["station-hub", "station-traffic", "traffic", "hub"])
    }

    @Test(arguments: Seed.first(50))
    func `has every node exactly once`(seed: Seed) {
        var stream = seed.stream
        let stations = 1 + stream.integer(below: 60)
        let plan = LaunchPlan(
            stations: (0..<stations).map { "s\($0)" }, hasLearner: stream.bernoulli(0.5),
            processes: stream.bernoulli(0.3) ? .single : .packed(1 + stream.integer(below: 70)))
        let nodes = plan.members.flatMap(\.nodes)
        #expect(nodes == (0..<NodeIndex(nodes.count)).map { $0 })
        #expect(plan.members.allSatisfy { !$0.nodes.isEmpty })
    }
}

@Suite struct `A launch order` {
    @Test func `says how each process is started`() throws {
        let order = LaunchOrder(
            run: .max, topology: "/t/x.yaml", settings: ["a=b"], dataDirectory: nil,
            sourceDigest: "00", directory: "/runs/x", sockets: "/tmp/s", recording: "full",
            began: 0,
            keepsInputs: false, drawsCurves: true, continues: "/runs/a")
        let plan = LaunchPlan(stations: ["bs1"], hasLearner: false, processes: .perStation)
        let commands = order.commands(for: plan, executable: "/bin/edgeflock")
        #expect(commands.map(\.name) == ["bs1", "traffic", "hub"])
        #expect(commands[0].arguments == ["role", "bs1", "--order", "/runs/x/launch.json"])
        #expect(commands[0].log == "/runs/x/logs/bs1.log")
        #expect(try order.encoded().contains("18446744073709551615"))
    }

    @Test func `refuses a file that is not one`() {
        #expect(throws: LaunchError.self) { try LaunchOrder.read(from: "/dev/null") }
    }
}

@Suite struct `Progress` {
    private let progress = RunProgress(
        virtual: 12.5, wall: 5, end: 50, tasks: 1234, episode: 1, episodes: 4,
        meanDelay: 0.0456, policyVersion: 7)

    @Test func `is a line of JSON between processes`() {
        #expect(RunProgress(line: progress.line) == progress)
        #expect(RunProgress(line: "hello") == nil)
        #expect(!progress.line.contains("\n"))
    }

    @Test func `is a sentence for a person`() {
        #expect(
            progress.text == "25 %, episode 2 of 4, 12.5 s virtual, 2.50x real time, 1234 tasks, "
                + "mean delay 45.6 ms, policy version 7")
    }
}
