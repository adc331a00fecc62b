import EdgeModel
import Messaging
import SimulationKernel
import Testing

@testable import Recording

@Suite struct `The checks of a run` {
    private func verdict(
        cooking cook: (inout [TaskRecord], inout [StationRecord]) -> Void
    ) throws -> RunSummary {
        var rows = Example.rows
        var books = [0, 1].map { Example.books($0, rows: rows) }
        cook(&rows, &books)
        return try Example.summary(rows: rows, books: books)
    }

    @Test func `find a task without a row`() throws {
        let summary = try verdict { rows, _ in rows.remove(at: 4) }
        #expect(summary.verdict == .invalid)
        #expect(summary.reasons.contains { $0.contains("bs1: 10 tasks arrived, the ledger has 9") })
        #expect(summary.reasons.contains { $0.contains("task 2 has no row") })
    }

    @Test func `find a task with two rows`() throws {
        let summary = try verdict { rows, _ in rows[4].id.number = 3 }
        #expect(summary.verdict == .invalid)
        #expect(summary.reasons.contains { $0.contains("1 tasks have more than one row") })
        #expect(summary.reasons.contains { $0.contains("task 2 has no row") })
    }

    @Test func `find work that was lost, beyond rounding`() throws {
        #expect(try verdict { _, books in books[1].arrivedWork *= 1 + 1e-8 }.verdict == .invalid)
        #expect(try verdict { _, books in books[1].arrivedWork *= 1 + 1e-12 }.verdict == .valid)
    }

    @Test func `find a server that finished other work than the ledger says`() throws {
        #expect(try verdict { _, books in books[0].finishedWork += 1 }.verdict == .invalid)
        #expect(try verdict { _, books in books[0].finishedSubtasks += 1 }.verdict == .invalid)
    }

    @Test func `find residence times that do not add up to the area`() throws {
        let summary = try verdict { _, books in books[0].subtaskSeconds += 1e-6 }
        #expect(summary.verdict == .invalid)
        #expect(summary.reasons.contains { $0.contains("Little's identity") })
        let balanced = try verdict { _, books in
            books[0].subtaskSeconds += 5
            books[0].unfinishedSubtaskSeconds += 5
        }
        #expect(balanced.verdict == .valid)
    }

    @Test func `count what was done for nobody, and say what events came to`() throws {
        var rows = Example.rows
        var books = [0, 1].map { Example.books($0, rows: rows) }
        let given = rows[4]
        // A task of the first station was done by its server, but for nobody, and was lost.
        (rows[4].status, rows[4].loss, rows[4].completion) = (.lost, .noNeighbour, .unbounded)
        rows[4].first = nil
        books[0].refusedSubtasks = 3
        var run = Example.run()
        run.events = [RunDescription.Event(start: .seconds(2), end: nil, what: "bs1 leaves")]
        let part = try #require(given.first)
        let abandoned = AbandonedPart(
            task: given.id, episode: 0, server: 0, queued: part.queued, start: part.start,
            finish: part.finish, work: given.workload)
        func summary(_ parts: [AbandonedPart]) throws -> RunSummary {
            let recorder = try Recorder(run, level: .ledger, directory: nil)
            for row in rows { recorder.keep(.task(row)) }
            for part in parts { recorder.keep(.abandoned(part)) }
            for record in books { recorder.keep(.station(record)) }
            return try recorder.finish(RunFacts())
        }
        let balanced = try summary([abandoned])
        #expect(balanced.verdict == .valid, "\(balanced.reasons)")
        #expect(try summary([]).verdict == .invalid)
        let scheduled = try #require(balanced.scheduled)
        #expect(scheduled.events.map(\.what) == ["bs1 leaves"] && scheduled.refusedParts == 3)
        #expect(scheduled.lost == ["no-neighbour": 1, "station-away": 0])
        #expect(scheduled.abandonedParts == 1 && scheduled.abandonedWork == given.workload.value)
        #expect(balanced.screen.contains("tasks lost, no-neighbour"))
        #expect(try Example.summary().scheduled == nil)
    }

    @Test func `find parts that do not make up their task`() throws {
        let summary = try verdict { rows, _ in rows[0].first?.fraction = 0.9 }
        #expect(summary.verdict == .invalid)
        #expect(summary.reasons.contains { $0.contains("add up to 1") })
    }

    @Test func `find a station that never closed its books`() throws {
        let summary = try verdict { _, books in books.removeLast() }
        #expect(summary.verdict == .invalid)
        #expect(summary.reasons.contains { $0.contains("bs2: no books came") })
    }

    @Test func `find an episode that nobody told of`() throws {
        let recorder = try Recorder(Example.run(episodes: 2), level: .summary, directory: nil)
        for station in [0, 1] as [UInt32] {
            recorder.keep(.station(StationRecord(station: station, episode: 0)))
        }
        let summary = try recorder.finish(RunFacts())
        #expect(summary.verdict == .invalid)
        #expect(summary.reasons.contains { $0.contains("episode 1, all stations") })
    }

    @Test func `allow finished parts whose notice was still under way`() throws {
        let summary = try verdict { rows, books in
            rows[0].status = .inFlight
            rows[0].completion = .unbounded
            rows[0].first?.finish = .unbounded
            books[0].unfinishedSubtaskSeconds = 1e-6
        }
        #expect(summary.verdict == .valid)
    }

    @Test func `take the driver's objections into the verdict`() throws {
        var facts = RunFacts()
        facts.objections = ["p99 of lateness is 3 ms, the limit is 1 ms"]
        let summary = try Example.summary(facts: facts)
        #expect(summary.verdict == .invalid)
        #expect(summary.reasons == facts.objections)
    }

    @Test func `do not ask an unfinished run for its books`() throws {
        for (outcome, verdict) in [
            (RunOutcome.interrupted, RunSummary.Verdict.interrupted),
            (.aborted("bs2 died"), .aborted),
        ] {
            var facts = RunFacts()
            facts.outcome = outcome
            let summary = try Example.summary(books: [], facts: facts)
            #expect(summary.verdict == verdict)
            #expect(summary.reasons.count == 1)
        }
    }
}
