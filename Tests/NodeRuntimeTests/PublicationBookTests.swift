import EdgeModel
import Messaging
import SimulationKernel
import Testing

@testable import NodeRuntime

@Suite struct `What a process publishes` {
    private let microsecond: Int64 = 1_000
    private let topic = Topic(kind: .report, publisher: 0)

    /// A process that publishes to ten others.
    private func book() -> PublicationBook {
        let processes = (0...10).map {
            LivePlan.Process(
                name: "node \($0)", nodes: [NodeIndex($0)],
                lookahead: VirtualDuration(nanoseconds: 1_000))
        }
        let plan = LivePlan(
            run: 1, transport: .ipc(directory: "/tmp/none"), processes: processes,
            routes: Array(repeating: [], count: 11),
            publications: [LivePlan.Publication(topic: topic, subscribers: Array(1...10))],
            clock: .virtual, end: .zero)
        return PublicationBook(plan: plan, process: 0, epoch: 1, keep: 64)
    }

    private func publish(
        _ book: inout PublicationBook, at now: Int64, reports: UInt32 = 1
    ) throws {
        for number in 0..<reports {
            let report = Message.report(
                StateReport(
                    station: 0, episode: 1, sequence: number, timestamp: .zero,
                    backlog: Gigacycles(1), egressBacklog: .zero, capacity: Gigahertz(1)))
            for subscriber: NodeIndex in 1...10 {
                let key = EventKey(time: .zero, sender: 0, sequence: UInt64(number))
                book.add(Outgoing(key: key, to: subscriber, message: report, isPublished: true))
            }
        }
        book.close { _, _ in }
        try book.send(at: now, resendInterval: 100 * microsecond) { _ throws(LiveError) in }
    }

    /// - Returns: how many frames are sent again.
    private func ask(
        _ book: inout PublicationBook, from number: UInt64, at now: Int64
    ) throws -> Int {
        var sent = 0
        let missing = MissingPublications(topic: topic, from: number)
        let count = try book.resend(missing, at: now) { _ throws(LiveError) in sent += 1 }
        #expect(count == sent)
        return sent
    }

    @Test func `It is not sent again while it is on its way`() throws {
        var book = book()
        try publish(&book, at: 0)
        for now in 0..<100 { #expect(try ask(&book, from: 1, at: Int64(now) * microsecond) == 0) }
        #expect(try ask(&book, from: 1, at: 100 * microsecond) == 1)
    }

    @Test func `Many who ask are sent it together, each time after twice as long`() throws {
        var book = book()
        try publish(&book, at: 0)
        let times = try (0..<4_000).filter {
            try ask(&book, from: 1, at: Int64($0) * microsecond) > 0
        }
        #expect(times == [100, 300, 700, 1_500, 3_100])
    }

    @Test func `What was lost long ago is sent again though newer ones are on their way`() throws {
        var book = book()
        try publish(&book, at: 0)
        try publish(&book, at: 200 * microsecond)
        #expect(try ask(&book, from: 2, at: 201 * microsecond) == 0)
        #expect(try ask(&book, from: 1, at: 201 * microsecond) == 2)
        #expect(try ask(&book, from: 1, at: 202 * microsecond) == 0)
    }

    @Test func `More subscribers and longer frames are given more time`() throws {
        var book = book()
        try publish(&book, at: 0, reports: 100)
        #expect(try ask(&book, from: 1, at: 100 * microsecond) == 0)
        #expect(try ask(&book, from: 1, at: 10_000 * microsecond) == 1)
    }

    @Test func `What is no longer kept is refused, and what there is not is nothing`() throws {
        var book = book()
        for number: Int64 in 0..<70 { try publish(&book, at: number) }
        #expect(try ask(&book, from: 71, at: 1_000 * microsecond) == 0)
        let gone = MissingPublications(topic: topic, from: 1)
        #expect(try book.resend(gone, at: 1_000 * microsecond) { _ throws(LiveError) in } == nil)
    }
}
