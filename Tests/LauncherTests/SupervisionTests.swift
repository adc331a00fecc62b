import Testing

@testable import Launcher

@Suite struct `Supervision of processes` {
    private let second: Int64 = 1_000_000_000

    /// Two members and a hub, all running as processes 100, 101 and 102.
    private func running() -> Supervision {
        var supervision = Supervision(names: ["bs1", "bs2", "hub"])
        for index in 0..<3 {
            let actions = supervision.handle(
                .started(index, process: 100 + Int32(index)), at: 0)
            #expect(actions.isEmpty)
        }
        return supervision
    }

    @Test(arguments: [0, 2, 3] as [Int32])
    func `passes on what the hub makes of a run`(code: Int32) {
        var supervision = running()
        #expect(supervision.handle(.ended(0, .exited(0)), at: 0).isEmpty)
        #expect(supervision.handle(.ended(2, .exited(code)), at: 0).isEmpty)
        #expect(!supervision.isOver)
        #expect(supervision.handle(.ended(1, .exited(0)), at: 0).isEmpty)
        #expect(supervision.isOver)
        #expect(supervision.exitCode == code)
        #expect(supervision.failure == nil)
    }

    @Test(arguments: [
        (Supervision.Ending.signalled(9), "was killed by signal 9"),
        (.exited(70), "exited with code 70"),
    ])
    func `ends the run when a process dies`(ending: Supervision.Ending, words: String) {
        var supervision = running()
        let actions = supervision.handle(.ended(1, ending), at: 0)
        #expect(actions.last == .tellHub(.abort("process bs2 \(words)")))
        // The others follow the hub; their deaths are no news.
        #expect(supervision.handle(.ended(0, .exited(70)), at: 1).isEmpty)
        #expect(supervision.handle(.ended(2, .exited(3)), at: 2).isEmpty)
        #expect(supervision.isOver)
        #expect(supervision.exitCode == 3)
        #expect(supervision.failure == .init(process: "bs2", detail: words))
    }

    @Test func `kills a hub that does not end within 20 s of a death`() {
        var supervision = running()
        _ = supervision.handle(.ended(0, .signalled(6)), at: second)
        #expect(supervision.handle(.tick, at: 20 * second).isEmpty)
        let actions = supervision.handle(.tick, at: 21 * second)
        #expect(actions.suffix(2) == [.kill(process: 101), .kill(process: 102)])
        #expect(supervision.handle(.tick, at: 22 * second).isEmpty)
    }

    @Test func `kills everybody when the hub dies`() {
        var supervision = running()
        let actions = supervision.handle(.ended(2, .signalled(11)), at: 0)
        #expect(actions == [.kill(process: 100), .kill(process: 101)])
        _ = supervision.handle(.ended(0, .signalled(9)), at: 0)
        _ = supervision.handle(.ended(1, .signalled(9)), at: 0)
        #expect(supervision.failure?.process == "hub")
        #expect(supervision.exitCode == 3)
    }

    @Test func `starts again whoever dies, hub or not, until that is no use`() {
        var supervision = Supervision(names: ["bs1", "hub"], restarts: RestartPolicy(), epoch: 7)
        _ = supervision.handle(.started(1, process: 101), at: 0)
        for (index, name) in [(1, "hub"), (0, "bs1")] {
            _ = supervision.handle(.started(index, process: 100), at: 0)
            let actions = supervision.handle(.ended(index, .signalled(9)), at: second)
            #expect(
                actions == [
                    .say("process \(name) was killed by signal 9; starting it again"),
                    .start(index, epoch: 8, after: 0),
                ])
        }
        for death in 2...5 {
            _ = supervision.handle(.started(0, process: 100), at: second)
            let actions = supervision.handle(.ended(0, .signalled(9)), at: second)
            guard case .start(0, epoch: UInt16(7 + death), let delay)? = actions.last else {
                Issue.record("\(actions)")
                return
            }
            let wanted = Double(second) * 0.2 * Double(1 << (death - 2))
            #expect((0.8...1.2).contains(Double(delay) / wanted))
        }
        _ = supervision.handle(.started(0, process: 100), at: second)
        let actions = supervision.handle(.ended(0, .signalled(9)), at: second)
        #expect(actions.last == .tellHub(.abort("process bs1 was killed by signal 9")))
    }

    @Test func `does not start again what has found fault with its input`() {
        var supervision = Supervision(names: ["bs1", "hub"], restarts: RestartPolicy())
        for index in 0..<2 { _ = supervision.handle(.started(index, process: 100), at: 0) }
        let actions = supervision.handle(.ended(0, .exited(70)), at: 0)
        #expect(actions.last == .tellHub(.abort("process bs1 exited with code 70")))
    }

    @Test func `kills whoever does not answer, so that it is started again`() {
        var supervision = Supervision(names: ["bs1", "hub"], restarts: RestartPolicy())
        _ = supervision.handle(.started(0, process: 100), at: 0)
        _ = supervision.handle(.started(1, process: 101), at: 0)
        #expect(supervision.handle(.silent("bs1"), at: 0).last == .kill(process: 100))
        _ = supervision.handle(.heardHub(isWriting: false), at: 10 * second)
        for time: Int64 in 11...25 { #expect(supervision.handle(.tick, at: time * second).isEmpty) }
        #expect(supervision.handle(.tick, at: 26 * second).last == .kill(process: 101))
        // While it writes its results, it says nothing.
        _ = supervision.handle(.started(1, process: 102), at: 27 * second)
        _ = supervision.handle(.heardHub(isWriting: true), at: 28 * second)
        #expect(supervision.handle(.tick, at: 99 * second).isEmpty)
    }

    @Test func `does not miss the hub after having been away itself`() {
        var supervision = Supervision(names: ["hub"], restarts: RestartPolicy())
        _ = supervision.handle(.started(0, process: 100), at: 0)
        for time: Int64 in [1] + Array(100...115) {
            #expect(supervision.handle(.tick, at: time * second).isEmpty)
        }
        #expect(supervision.handle(.tick, at: 116 * second).last == .kill(process: 100))
    }

    @Test func `kills what does not follow the hub`() {
        var supervision = running()
        _ = supervision.handle(.ended(2, .exited(0)), at: 0)
        let actions = supervision.handle(.tick, at: 5 * second)
        #expect(
            actions == [
                .say("killing what does not end: bs1, bs2"), .kill(process: 100),
                .kill(process: 101),
            ])
    }

    @Test func `asks the hub to end at the first interrupt and kills at the second`() {
        var supervision = running()
        let first = supervision.handle(.interrupt, at: 0)
        #expect(first.last == .tellHub(.end))
        let second = supervision.handle(.interrupt, at: 0)
        #expect(second == [.kill(process: 100), .kill(process: 101), .kill(process: 102)])
        for index in 0..<3 { _ = supervision.handle(.ended(index, .signalled(9)), at: 0) }
        #expect(supervision.exitCode == 130)
        #expect(supervision.failure == nil)
    }

    @Test func `kills a process that starts after the second interrupt`() {
        var supervision = Supervision(names: ["bs1", "hub"])
        _ = supervision.handle(.interrupt, at: 0)
        _ = supervision.handle(.interrupt, at: 0)
        let actions = supervision.handle(.started(0, process: 7), at: 0)
        #expect(actions == [.kill(process: 7)])
    }

    @Test func `gives up when a process cannot be started`() {
        var supervision = Supervision(names: ["bs1", "hub"])
        _ = supervision.handle(.started(1, process: 9), at: 0)
        let actions = supervision.handle(.notStarted(0, "no memory"), at: 0)
        #expect(actions.last == .tellHub(.abort("process bs1 could not be started: no memory")))
        _ = supervision.handle(.ended(1, .exited(3)), at: 0)
        #expect(supervision.isOver)
        #expect(supervision.exitCode == 3)
    }
}

@Suite struct `An order` {
    @Test(arguments: [Lifeline.Order.end, .abort("bs1 was killed by signal 9")])
    func `survives the way to the hub`(order: Lifeline.Order) {
        #expect(order.line.hasSuffix("\n"))
        #expect(Lifeline.Order(line: String(order.line.dropLast())) == order)
    }

    @Test func `is nothing else`() { #expect(Lifeline.Order(line: "dance") == nil) }
}

@Suite struct `Supervision of the processes of a host without the hub` {
    private let second: Int64 = 1_000_000_000

    /// Two members, running as processes 100 and 101.
    private func running(restarts: RestartPolicy? = RestartPolicy()) -> Supervision {
        var supervision = Supervision(names: ["bs1", "bs2"], hasHub: false, restarts: restarts)
        for index in 0..<2 {
            _ = supervision.handle(.started(index, process: 100 + Int32(index)), at: 0)
        }
        return supervision
    }

    @Test func `ends well when all have been dismissed by the hub`() {
        var supervision = running()
        #expect(supervision.handle(.ended(1, .exited(0)), at: 0).isEmpty)
        #expect(!supervision.isOver)
        // It would have been killed like this: too late to matter, or to be started again.
        #expect(supervision.handle(.tick, at: 4 * second).isEmpty)
        #expect(supervision.handle(.tick, at: 5 * second).last == .kill(process: 100))
        #expect(supervision.handle(.ended(0, .signalled(9)), at: 5 * second).isEmpty)
        #expect(supervision.isOver && supervision.exitCode == 0 && supervision.failure == nil)
    }

    @Test func `starts again whoever is killed`() {
        var supervision = running()
        let actions = supervision.handle(.ended(1, .signalled(9)), at: 0)
        #expect(actions.last == .start(1, epoch: 2, after: 0))
    }

    @Test func `kills the others when one is of no use`() {
        var supervision = running()
        let actions = supervision.handle(.ended(1, .exited(70)), at: 0)
        #expect(actions.last == .kill(process: 100))
        #expect(supervision.handle(.ended(0, .signalled(9)), at: 0).isEmpty)
        #expect(supervision.isOver && supervision.exitCode == 3)
        #expect(supervision.failure == .init(process: "bs2", detail: "exited with code 70"))
    }

    @Test func `kills everybody at the first interrupt, since nobody here keeps results`() {
        var supervision = running()
        let actions = supervision.handle(.interrupt, at: 0)
        #expect(actions == [.kill(process: 100), .kill(process: 101)])
        for index in 0..<2 { _ = supervision.handle(.ended(index, .signalled(9)), at: 0) }
        #expect(supervision.isOver && supervision.exitCode == 130)
    }

    @Test(arguments: [false, true])
    func `ends everything and starts nothing when it is cut off`(hasHub: Bool) {
        var supervision = Supervision(
            names: ["bs1", "bs2"], hasHub: hasHub, restarts: RestartPolicy())
        _ = supervision.handle(.started(0, process: 100), at: 0)
        #expect(supervision.handle(.cut, at: 0).last == .kill(process: 100))
        #expect(supervision.handle(.started(1, process: 101), at: 0) == [.kill(process: 101)])
        for index in 0..<2 {
            let actions = supervision.handle(.ended(index, .signalled(9)), at: 0)
            #expect(!actions.contains { if case .start = $0 { true } else { false } })
        }
        #expect(supervision.isOver && supervision.exitCode == 75)
    }

    @Test func `ends the run in order when another host cannot go on, if the hub is here`() {
        var supervision = Supervision(names: ["bs1", "hub"], restarts: RestartPolicy())
        for index in 0..<2 {
            _ = supervision.handle(.started(index, process: 100 + Int32(index)), at: 0)
        }
        let actions = supervision.handle(.abort("host edge2: gone"), at: 0)
        #expect(actions == [.tellHub(.abort("host edge2: gone"))])
        _ = supervision.handle(.ended(1, .exited(3)), at: 0)
        _ = supervision.handle(.ended(0, .exited(0)), at: 0)
        #expect(supervision.isOver && supervision.exitCode == 3)
    }
}

@Suite struct `An order of an engine` {
    @Test(arguments: [Steering.Order.alive, .end, .kill, .abort("host a: no")])
    func `survives the way to a launcher`(order: Steering.Order) {
        #expect(order.line.last == "\n")
        #expect(Steering.Order(line: order.line.dropLast()) == order)
    }

    @Test func `is one line, and nothing else`() {
        #expect(Steering.Order.abort("a\nend").line == "abort a end\n")
        #expect(Steering.Order(line: "ends") == nil && Steering.Order(line: "") == nil)
    }
}
