import Testing

@testable import Launcher

@Suite struct `Supervision of hosts` {
    private let second: Int64 = 1_000_000_000

    /// Three hosts, the hub on the first.
    private func three(recovers: Bool = true) -> HostSupervision {
        HostSupervision(names: ["a", "b", "c"], hub: 0, recovers: recovers)
    }

    private func end(_ supervision: inout HostSupervision, _ codes: [Int32]) {
        for (host, code) in codes.enumerated() {
            _ = supervision.handle(.ended(host, code: code, words: ""), at: 0)
        }
    }

    @Test(arguments: [0, 2, 3, 130] as [Int32])
    func `passes on what the hub makes of a run`(code: Int32) {
        var supervision = three()
        end(&supervision, [code, 0])
        #expect(!supervision.isOver)
        _ = supervision.handle(.ended(2, code: 0, words: ""), at: 0)
        #expect(supervision.isOver && supervision.exitCode == code && supervision.failure == nil)
    }

    @Test(arguments: [255, 75, 69, 137] as [Int32])
    func `starts a launcher again whose host or connection is lost`(code: Int32) {
        var supervision = three()
        let actions = supervision.handle(.ended(1, code: code, words: "reset"), at: 0)
        #expect(
            actions == [
                .say("host b is away (reset); starting it again"), .start(1, after: second / 2),
            ])
        // While it stays away there is nothing new to say.
        let more = supervision.handle(.ended(1, code: 255, words: "no route"), at: 9 * second)
        #expect(more == [.start(1, after: 2 * second)])
        #expect(supervision.handle(.heard(1), at: 10 * second) == [.say("host b is back")])
        #expect(supervision.handle(.heard(1), at: 11 * second).isEmpty)
        end(&supervision, [0, 0, 0])
        #expect(supervision.isOver && supervision.exitCode == 0)
    }

    @Test func `ends the run when a host is away for too long`() {
        var supervision = three()
        _ = supervision.handle(.ended(1, code: 255, words: "gone"), at: 0)
        let actions = supervision.handle(.ended(1, code: 255, words: "gone"), at: 55 * second)
        #expect(actions.last == .tell(0, .abort("host b: gone")))
        #expect(supervision.handle(.ended(0, code: 3, words: ""), at: 56 * second).isEmpty)
        _ = supervision.handle(.ended(2, code: 0, words: ""), at: 56 * second)
        #expect(supervision.isOver && supervision.exitCode == 3)
        #expect(supervision.failure == "host b: gone")
    }

    @Test func `does not start the same launcher for ever`() {
        var supervision = three()
        var starts = 0
        for turn in 0..<30 {
            let now = Int64(turn) * 60 * second
            _ = supervision.handle(.heard(1), at: now)
            let actions = supervision.handle(.ended(1, code: 255, words: ""), at: now)
            if case .start = actions.last { starts += 1 }
        }
        #expect(starts == HostSupervision.restarts && supervision.failure != nil)
    }

    @Test func `starts nothing again where processes do not come back`() {
        var supervision = three(recovers: false)
        let actions = supervision.handle(.ended(2, code: 255, words: ""), at: 0)
        #expect(actions.last == .tell(0, .abort("host c: the connection is lost")))
    }

    @Test func `has the hub end the run when a launcher fails, and says why`() {
        var supervision = three()
        let actions = supervision.handle(.ended(1, code: 3, words: "port in use"), at: 0)
        #expect(actions.last == .tell(0, .abort("host b: port in use")))
        end(&supervision, [3, 3, 0])
        #expect(supervision.isOver && supervision.failure == "host b: port in use")
    }

    @Test func `kills what does not end after the hub, and then gives it up`() {
        var supervision = three()
        end(&supervision, [0])
        let grace = HostSupervision.memberGrace
        #expect(!supervision.handle(.tick, at: grace - 1).contains(.tell(1, .kill)))
        #expect(supervision.handle(.tick, at: grace).contains(.tell(1, .kill)))
        let last = supervision.handle(.tick, at: 2 * grace)
        #expect(last.contains(.drop(1)) && last.contains(.drop(2)) && !last.contains(.drop(0)))
        #expect(supervision.handle(.ended(1, code: 137, words: ""), at: 2 * grace).isEmpty)
        #expect(supervision.handle(.ended(2, code: 137, words: ""), at: 2 * grace).isEmpty)
        #expect(supervision.isOver)
    }

    @Test func `asks the hub to end at the first interrupt and kills at the second`() {
        var supervision = three()
        #expect(supervision.handle(.interrupt, at: 0).last == .tell(0, .end))
        let actions = supervision.handle(.interrupt, at: second)
        #expect(actions == [.tell(0, .kill), .tell(1, .kill), .tell(2, .kill)])
        for host in 0..<3 {
            #expect(supervision.handle(.ended(host, code: 75, words: ""), at: second).isEmpty)
        }
        #expect(supervision.isOver && supervision.exitCode != 0)
    }

    @Test func `shows every two seconds that it lives`() {
        var supervision = three()
        let all: [HostSupervision.Action] = (0..<3).map { .tell($0, .alive) }
        #expect(supervision.handle(.tick, at: second) == all)
        #expect(supervision.handle(.tick, at: 2 * second).isEmpty)
        #expect(supervision.handle(.tick, at: 3 * second) == all)
    }
}
