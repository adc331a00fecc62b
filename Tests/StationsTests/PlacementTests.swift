import EdgeModel
import Messaging
import SimulationKernel
import Stations
import Testing

@Suite struct `A station that places` {
    @Test func `serves its own part and tells the ledger`() throws {
        var bench = Bench(configuration())
        let placed = bench.place(task(0, at: 1, work: 5, deadline: 1), .whole(0))
        #expect(placed.sent.isEmpty)
        #expect(placed.wakes.map(\.at) == [at(1.5)])
        let done = bench.feed(.timer(placed.wakes[0].timer), at: at(1.5))
        #expect(
            done.rows == [
                TaskRecord(
                    id: TaskID(origin: 0, number: 0), episode: 0, trafficClass: 0,
                    status: .completed, arrival: .seconds(1), completion: .seconds(1.5),
                    deadline: .seconds(1), workload: Gigacycles(5), policyVersion: 0,
                    first: SubtaskRecord(
                        server: 0, fraction: 1, queued: .seconds(1), start: .seconds(1),
                        finish: .seconds(1.5)))
            ])
    }

    @Test(arguments: [(1.0, 100.0, 10_000_000), (2.7, 433, 6_235_566), (3, 7, 428_571_429)])
    func `delays an idle link to the nanosecond`(size: Double, rate: Double, sending: Int64) {
        let idle = link(rate: rate, delay: 0.0030005)
        var bench = Bench(configuration(neighbours: [1], link: idle))
        let placed = bench.place(task(0, at: 1, size: size), .whole(1))
        let expected = at(1) + VirtualDuration(nanoseconds: sending + 3_000_500)
        #expect(placed.sent.map(\.at) == [expected])
        #expect(placed.sent.map(\.to) == [1])
        #expect(
            placed.subtasks == [
                Subtask(
                    task: TaskID(origin: 0, number: 0), episode: 0, part: 0, size: Megabits(size),
                    result: .zero, workload: Gigacycles(1))
            ])
    }

    @Test func `sends parts one after another in candidate order`() {
        var bench = Bench(configuration())
        bench.report(of: 1, stamp: 0, at: 0.5, backlog: 90)
        // Candidates are then 0, 2, 1.
        let placed = bench.place(
            task(0, at: 1, size: 10, work: 8), .split([0.25, 0.5, 0.25]))
        #expect(placed.sent.map(\.to) == [2, 1])
        #expect(placed.sent.map(\.at) == [at(1.06), at(1.085)])
        #expect(placed.subtasks.map(\.part) == [1, 2])
        #expect(placed.subtasks.map(\.workload.value) == [4, 2])
        #expect(placed.wakes.map(\.at) == [at(1.2)])
    }

    @Test func `sends beside each other when every link has its own port`() {
        var separate = configuration()
        separate.egress = .perLink
        var bench = Bench(separate)
        let placed = bench.place(task(0, at: 1, size: 10), .split([0, 0.5, 0.5]))
        #expect(placed.sent.map(\.at) == [at(1.06), at(1.06)])
    }

    @Test func `drops fractions that are too small and rescales the rest`() {
        var bench = Bench(configuration())
        let placed = bench.place(
            task(0, at: 1, size: 10, work: 8), .split([9e-7, 0.75 - 9e-7, 0.25]))
        #expect(placed.subtasks.map(\.part) == [0, 1])
        let sum = placed.subtasks.reduce(0) { $0 + $1.workload.value }
        #expect(abs(sum - 8) < 1e-12)
        #expect(abs(placed.subtasks[1].workload.value - 2 / (1 - 9e-7)) < 1e-12)
    }

    @Test func `completes with the last of its parts`() throws {
        var bench = Bench(configuration())
        let placed = bench.place(task(0, at: 1, work: 8, deadline: 0.9), .split([0.5, 0.5]))
        let own = bench.feed(.timer(placed.wakes[0].timer), at: at(1.4))
        #expect(own.rows.isEmpty)
        let notice = SubtaskNotice(
            task: TaskID(origin: 0, number: 0), episode: 0, part: 1, queued: at(1.1),
            start: at(1.6), finish: at(2))
        let done = bench.feed(.notice(notice), from: 1, at: 2.01)
        let row = try #require(done.rows.first)
        // The end of service counts, not the notice.
        #expect(row.completion == .seconds(2))
        #expect(row.status == .late)
        #expect(row.first?.finish == .seconds(1.4))
        #expect(row.others.map(\.finish) == [.seconds(2)])
        #expect(row.others.map(\.queued) == [.seconds(1.1)])
    }

    @Test func `serves neighbours and notifies them when it has no result to send`() {
        var bench = Bench(configuration())
        let first = Subtask(
            task: TaskID(origin: 1, number: 7), episode: 0, part: 0, size: Megabits(1),
            result: .zero, workload: Gigacycles(5))
        let served = bench.feed(.subtask(first), from: 1, at: 1)
        #expect(served.sent.map(\.at) == [at(1.51)])
        #expect(
            served.notices == [
                SubtaskNotice(
                    task: TaskID(origin: 1, number: 7), episode: 0, part: 0, queued: at(1),
                    start: at(1), finish: at(1.5))
            ])
        var second = first
        second.task.number = 8
        let next = bench.feed(.subtask(second), from: 1, at: 1.2)
        #expect(next.notices.map(\.start) == [at(1.5)])
        #expect(next.notices.map(\.finish) == [at(2)])
    }

    @Test func `sends results over its egress when they are ready`() throws {
        var bench = Bench(configuration())
        let subtask = Subtask(
            task: TaskID(origin: 1, number: 7), episode: 0, part: 0, size: Megabits(1),
            result: Megabits(4), workload: Gigacycles(5))
        let served = bench.feed(.subtask(subtask), from: 1, at: 1)
        #expect(served.sent.isEmpty)
        // The port is busy until 1.7 s with a task of the station's own.
        _ = bench.place(task(0, at: 1.2, size: 50), .whole(1))
        let ready = bench.feed(.timer(served.wakes[0].timer), at: at(1.5))
        #expect(ready.sent.map(\.to) == [1])
        #expect(ready.sent.map(\.at) == [at(1.75)])
    }

    @Test func `completes a task with a result when that arrives`() throws {
        var bench = Bench(configuration())
        _ = bench.place(task(0, at: 1, result: 1), .whole(1))
        let notice = SubtaskNotice(
            task: TaskID(origin: 0, number: 0), episode: 0, part: 0, queued: at(1.1),
            start: at(1.1), finish: at(1.2))
        let done = bench.feed(.notice(notice), from: 1, at: 1.25)
        #expect(done.rows.map(\.completion) == [.seconds(1.25)])
        #expect(done.rows.map(\.first?.finish) == [.seconds(1.2)])
    }

    @Test func `repeats what was lost after a while`() throws {
        var bench = Bench(configuration(neighbours: [1], link: link(loss: 1)))
        let placed = bench.place(task(0, at: 1, size: 10), .whole(1))
        #expect(placed.sent.isEmpty)
        // Sent by 1.1 s; 2 x 10 ms + 10 ms later it is sent again.
        #expect(placed.wakes.map(\.at) == [at(1.13)])
        let again = bench.feed(.timer(placed.wakes[0].timer), at: at(1.13))
        #expect(again.wakes.map(\.at) == [at(1.26)])
    }

    @Test func `delays by jitter without changing the order`() {
        let shaky = link(jitter: .exponential(mean: 0.05))
        var bench = Bench(configuration(neighbours: [1], link: shaky))
        var arrivals: [VirtualInstant] = []
        for number in 0..<200 {
            let time = 1 + 0.02 * Double(number)
            let placed = bench.place(task(number, at: time), .whole(1))
            #expect(placed.sent[0].at >= at(time + 0.02))
            arrivals.append(placed.sent[0].at)
        }
        #expect(zip(arrivals, arrivals.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(Set(arrivals).count < 200)
    }

    @Test func `counts data and messages as emulated bytes`() throws {
        var bench = Bench(configuration())
        let placed = bench.place(task(0, at: 1, size: 8), .whole(1))
        let books = try #require(bench.feed(.timer(Timer(kind: 0)), at: at(20)).books.first)
        let message = try #require(placed.sent.first?.message)
        #expect(books.taskBytes == 1_000_000 + UInt64(message.encodedSize))
        #expect(books.taskMessages == 1)
        #expect(books.egressBusy == .seconds(0.08))
    }
}
