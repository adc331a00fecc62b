import TestSupport
import Testing

@testable import Launcher

@Suite struct `The running time of a program` {
    @Test func `is that of its looks at the clock, but not of the pause while it is stopped`() {
        let start = ContinuousClock.now
        var time = RunningTime(since: start)
        for step in 1...100 { time.advance(to: start + .milliseconds(50 * step)) }
        #expect(time.elapsed == .seconds(5))
        time.advance(to: start + .seconds(3600))
        #expect(time.elapsed == .seconds(6))
        time.advance(to: start + .milliseconds(3_600_050))
        #expect(time.elapsed == .milliseconds(6050))
    }
}

@Suite struct `Looks at memory` {
    @Test func `start early and become rarer, up to a few seconds`() {
        var times = SampleTimes()
        var looks: [Duration] = []
        for _ in 0..<100 {
            looks.append(times.next)
            times.sampled(at: times.next, taking: .zero)
        }
        #expect(looks[..<3] == [.milliseconds(50), .milliseconds(125), .microseconds(237_500)])
        #expect(looks[99] - looks[98] == .seconds(4))
    }

    @Test func `take little of the time, however long each lasts`() {
        var times = SampleTimes()
        times.sampled(at: times.next, taking: .milliseconds(500))
        #expect(times.next == .milliseconds(10_550))
    }
}

@Suite struct `A process that runs by itself` {
    private let files = TemporaryFolder()

    private func run(_ script: String, limit: Duration?) async -> ChildRun.Result {
        let command = ChildCommand(
            name: "cell", executable: "/bin/sh", arguments: ["-c", script],
            log: files.path + "/cell.log")
        return await ChildRun.run(command, limit: limit)
    }

    @Test func `is killed when it takes longer than its limit`() async {
        // Beside hundreds of other tests it can take a minute until anyone looks.
        let result = await run("exec sleep 600", limit: .milliseconds(300))
        #expect(result.ending == .timedOut)
        #expect(result.elapsed > .milliseconds(300) && result.elapsed < .seconds(500))
    }

    @Test func `tells how it ended and how long it took`() async {
        let result = await run("sleep 0.2; exit 7", limit: .seconds(60))
        #expect(result.ending == .exited(7))
        #expect(result.elapsed > .milliseconds(100) && result.elapsed < .seconds(30))
    }
}
