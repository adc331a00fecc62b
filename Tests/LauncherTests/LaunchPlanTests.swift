import Testing
import Topologies

@testable import Launcher

@Suite struct `A launch plan` {
    @Test func `is a deployment in the words of the drivers`() {
        let plan = LaunchPlan(
            Deployment(stations: ["a", "b", "c"], hasLearner: true, plan: .packed(2)))
        #expect(plan.names == ["stations-1", "stations-2", "traffic", "learner", "hub"])
        #expect(plan.members.map(\.nodes) == [[0], [1, 2], [3], [4]])
    }
}

@Suite struct `A launch order` {
    @Test func `says how each process is started`() throws {
        let order = LaunchOrder(
            run: .max, topology: "/t/x.yaml", settings: ["a=b"], dataDirectory: nil,
            sourceDigest: "00", directory: "/runs/x", sockets: "/tmp/s", recording: "full",
            began: 0,
            keepsInputs: false, drawsCurves: true, continues: "/runs/a")
        let plan = LaunchPlan(
            Deployment(stations: ["bs1"], hasLearner: false, plan: .perStation))
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
