import EdgeModel
import Messaging
import SimulationKernel
import Stations
import Testing

@Suite struct `A station that decides` {
    @Test func `knows an unheard neighbour as empty since the start`() throws {
        var bench = Bench(configuration())
        let asked = bench.feed(.task(task(0, at: 2, size: 5, work: 3)), from: 9, at: 2)
        let question = try #require(asked.question)
        #expect(question.egressWait == 0)
        #expect(question.candidates.map(\.server) == [0, 1, 2])
        let own = question.candidates[0]
        #expect([own.wait, own.delay, own.transfer, own.service, own.age] == [0, 0, 0, 0.3, 0])
        let other = question.candidates[1]
        #expect([other.wait, other.delay, other.transfer] == [0, 0.01, 0.05])
        #expect([other.service, other.age, other.backlog, other.capacity] == [0.3, 2, 0, 10])
    }

    @Test func `computes known backlogs by the formula`() throws {
        var bench = Bench(configuration())
        // Station 1 reports 20 Gcycles at 1 s; 6 more are placed there at 1.5 s.
        bench.report(of: 1, stamp: 1, at: 1.1, backlog: 20)
        _ = bench.place(task(0, at: 1.5, work: 6), .whole(2))
        let asked = bench.feed(.task(task(1, at: 2.2)), from: 9, at: 2.2)
        let question = try #require(asked.question)
        let first = try #require(question.candidates.first { $0.server == 1 })
        // 20 - 10 x 1.2 + 6.
        #expect(abs(first.backlog - 14) < 1e-9)
        #expect(abs(first.wait - 1.4) < 1e-9)
        #expect(abs(first.age - 1.2) < 1e-12)
        // By 4 s the reported work is long done, which makes nothing of the placed work undone.
        _ = bench.feed(.decided(Action(placement: .whole(0))), at: at(2.2))
        let later = bench.feed(.task(task(2, at: 4)), from: 9, at: 4)
        #expect(later.question?.candidates.first { $0.server == 1 }?.backlog == 6)
    }

    @Test func `forgets own work that a report must show, and keeps what came since`() throws {
        var bench = Bench(configuration(neighbours: [1]))
        bench.report(of: 1, stamp: 0.5, at: 0.6, backlog: 0)
        _ = bench.place(task(0, at: 1, work: 6), .whole(1))
        _ = bench.place(task(1, at: 2, work: 7), .whole(1))
        // The report's stamp lies between the two, and one more falls on the stamp itself.
        bench.report(1, of: 1, stamp: 2, at: 2.1, backlog: 5)
        let asked = bench.feed(.task(task(2, at: 2.1)), from: 9, at: 2.1)
        let question = try #require(asked.question)
        #expect(abs(question.candidates[1].backlog - (5 - 1 + 7)) < 1e-9)
    }

    @Test func `leaves own work out when told so`() throws {
        var blind = configuration(neighbours: [1])
        blind.ownWork = false
        var bench = Bench(blind)
        _ = bench.place(task(0, at: 1, work: 6), .whole(1))
        let asked = bench.feed(.task(task(1, at: 1.1)), from: 9, at: 1.1)
        #expect(try #require(asked.question).candidates[1].backlog == 0)
    }

    @Test func `orders neighbours by estimated completion and keeps the best`() throws {
        var some = configuration(neighbours: [1, 2, 3, 4])
        some.candidates = 4
        var bench = Bench(some)
        bench.report(of: 1, stamp: 0, at: 0.1, backlog: 50)
        bench.report(of: 2, stamp: 0, at: 0.1, backlog: 10)
        bench.report(of: 3, stamp: 0, at: 0.1, backlog: 30)
        bench.report(of: 4, stamp: 0, at: 0.1, backlog: 10)
        let asked = bench.feed(.task(task(0, at: 0.2)), from: 9, at: 0.2)
        #expect(try #require(asked.question).candidates.map(\.server) == [0, 2, 4, 3])
    }

    @Test func `knows its own server and egress exactly`() throws {
        var bench = Bench(configuration(capacity: 20))
        _ = bench.place(task(0, at: 1, work: 30), .whole(0))
        _ = bench.place(task(1, at: 1, size: 50), .whole(1))
        let asked = bench.feed(.task(task(2, at: 1.25)), from: 9, at: 1.25)
        let question = try #require(asked.question)
        // 1.5 s of work and 0.5 s of sending, a quarter of a second ago.
        #expect(abs(question.candidates[0].wait - 1.25) < 1e-12)
        #expect(abs(question.candidates[0].backlog - 25) < 1e-9)
        #expect(abs(question.egressWait - 0.25) < 1e-12)
        #expect(abs(question.candidates[1].egressWait - 0.25) < 1e-12)
    }

    @Test func `sees each port when every link has its own`() throws {
        var separate = configuration()
        separate.egress = .perLink
        var bench = Bench(separate)
        _ = bench.place(task(0, at: 1, size: 50), .whole(1))
        let asked = bench.feed(.task(task(1, at: 1)), from: 9, at: 1)
        let question = try #require(asked.question)
        #expect(question.candidates.map(\.server) == [0, 2, 1])
        #expect(question.candidates.map(\.egressWait) == [0, 0, 0.5])
        #expect(question.egressWait == 0.5)
    }

    @Test func `works for a decision on its own server, ahead of the task`() throws {
        var thoughtful = configuration()
        thoughtful.decisionWork = Gigacycles(5)
        var bench = Bench(thoughtful)
        let answer = bench.place(task(0, at: 1, work: 10), .whole(0))
        #expect(answer.wakes.map(\.at) == [at(1.5)])
        let ended = bench.feed(.timer(answer.wakes[0].timer), at: at(1.5))
        #expect(ended.wakes.map(\.at) == [at(2.5)])
        let row = try #require(bench.feed(.timer(ended.wakes[0].timer), at: at(2.5)).rows.first)
        #expect(row.first?.queued == .seconds(1.5) && row.completion == .seconds(2.5))
        // A second one is still being thought about when the episode ends.
        _ = bench.place(task(1, at: 19.8), .whole(0))
        let end = bench.feed(.timer(Timer(kind: 0)), at: at(20))
        let books = try #require(end.books.first)
        #expect(books.queuedSubtasks == 1 && books.finishedSubtasks == 1)
        #expect(books.finishedWork == 10 && books.heldWork == 5)
        #expect(abs(books.subtaskSeconds - books.unfinishedSubtaskSeconds - 1) < 1e-9)
        #expect(books.busy == .seconds(1.7))
    }

    @Test func `places a task when the measured time of its decision is over`() throws {
        var bench = Bench(configuration())
        _ = bench.feed(.task(task(0, at: 1)), from: 9, at: 1)
        var action = Action(placement: .whole(0))
        action.duration = .seconds(0.25)
        let answer = bench.feed(.decided(action), at: at(1))
        #expect(answer.wakes.map(\.at) == [at(1.25)])
        let ended = bench.feed(.timer(answer.wakes[0].timer), at: at(1.25))
        let rows = bench.feed(.timer(ended.wakes[0].timer), at: ended.wakes[0].at).rows
        #expect(rows.first?.first?.queued == .seconds(1.25))
    }

    @Test func `decides about one task after another when that takes time`() throws {
        var slow = configuration()
        slow.decisionTime = .seconds(0.5)
        var bench = Bench(slow)
        let first = bench.feed(.task(task(0, at: 1)), from: 9, at: 1)
        #expect(first.question?.task.id.number == 0)
        let answer = bench.feed(.decided(Action(placement: .whole(0))), at: at(1))
        #expect(answer.wakes.map(\.at) == [at(1.5)])
        // Two more arrive meanwhile; nothing is asked about them.
        let second = bench.feed(.task(task(1, at: 1.1)), from: 9, at: 1.1)
        let third = bench.feed(.task(task(2, at: 1.2)), from: 9, at: 1.2)
        #expect(second.question == nil && third.question == nil)
        let ended = bench.feed(.timer(answer.wakes[0].timer), at: at(1.5))
        // The first is placed now, one tenth of a second of work, and the next decision starts.
        #expect(ended.wakes.map(\.at) == [at(1.6)])
        #expect(ended.question?.task.id.number == 1)
        #expect(try #require(ended.question).candidates[0].wait == 0.1)
        let rows = bench.feed(.timer(ended.wakes[0].timer), at: at(1.6)).rows
        #expect(rows.map(\.completion) == [.seconds(1.6)])
    }
}
