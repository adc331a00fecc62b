import EdgeModel
import SimulationKernel
import TestSupport
import Testing

private func seconds(_ value: Double) -> VirtualInstant { .zero + .seconds(value) }

@Suite struct `A processing queue` {
    @Test func `serves work in the order it came, without pause`() {
        var queue = ProcessingQueue(profile: CapacityProfile(constant: Gigahertz(10)))
        let first = queue.admit(Gigacycles(5), at: seconds(1))
        let second = queue.admit(Gigacycles(10), at: seconds(1.2))
        let third = queue.admit(Gigacycles(1), at: seconds(3))
        #expect([first.start, first.finish] == [seconds(1), seconds(1.5)])
        #expect([second.start, second.finish] == [seconds(1.5), seconds(2.5)])
        #expect([third.start, third.finish] == [seconds(3), seconds(3.1)])
    }

    @Test(arguments: [(1.0, 5.0), (1.2, 13.0), (1.5, 10.0), (2.49, 0.1), (2.5, 0.0), (9.0, 0.0)])
    func `knows its backlog at any instant`(at time: Double, expected: Double) {
        var queue = ProcessingQueue(profile: CapacityProfile(constant: Gigahertz(10)))
        _ = queue.admit(Gigacycles(5), at: seconds(1))
        if time >= 1.2 { _ = queue.admit(Gigacycles(10), at: seconds(1.2)) }
        #expect(abs(queue.backlog(at: seconds(time)).value - expected) < 1e-9)
    }

    @Test func `closes its books at the end of an episode`() {
        var queue = ProcessingQueue(
            profile: CapacityProfile(constant: Gigahertz(10)), origin: seconds(100))
        _ = queue.admit(Gigacycles(5), at: seconds(101))
        _ = queue.admit(Gigacycles(10), at: seconds(101))
        _ = queue.admit(Gigacycles(10), at: seconds(102))
        let account = queue.close(at: seconds(102.5))
        #expect([account.admitted, account.finished] == [3, 1])
        #expect(account.finishedWork == Gigacycles(5))
        #expect(account.heldWork == Gigacycles(20))
        #expect(account.busy == .seconds(1.5))
        // Two for half a second, one for half, two for half.
        #expect(abs(account.occupancy - 2.5) < 1e-12)
        #expect(abs(account.unfinishedOccupancy - 2) < 1e-12)
    }

    @Test(arguments: Seed.first(50))
    func `keeps the area under its queue equal to the sum of the stays`(seed: Seed) {
        var random = seed.stream
        var queue = ProcessingQueue(profile: CapacityProfile(constant: Gigahertz(7)))
        var (now, stays, work) = (VirtualInstant.zero, 0.0, 0.0)
        for _ in 0..<200 {
            now = now + .seconds(random.exponential())
            let amount = Gigacycles(6 * random.exponential())
            let service = queue.admit(amount, at: now)
            #expect(service.start >= now && service.finish >= service.start)
            stays += (service.finish - now).seconds
            work += amount.value
        }
        let account = queue.close(at: now + .seconds(1e6))
        #expect(account.finished == 200)
        #expect(abs(account.occupancy - stays) < 1e-9 * stays)
        #expect(abs(account.finishedWork.value - work) < 1e-9 * work)
        #expect(abs(account.busy.seconds - work / 7) < 200e-9)
    }
}

@Suite struct `A capacity profile` {
    private let profile = CapacityProfile(steps: [
        .init(start: .zero, capacity: Gigahertz(10)),
        .init(start: .seconds(1), capacity: Gigahertz(2)),
        .init(start: .seconds(3), capacity: Gigahertz(20)),
    ])

    @Test(arguments: [
        (5.0, 0.0, 0.5), (10, 0, 1), (12, 0, 2), (14, 0, 3), (34, 0, 4), (3, 1.5, 3), (4, 0.9, 2.5),
        (40, 10, 12),
    ])
    func `says when work is done`(work: Double, from start: Double, expected: Double) {
        let done = profile.completion(of: Gigacycles(work), from: .seconds(start))
        #expect(abs((done - .seconds(expected)).nanoseconds) <= 1)
    }

    @Test(arguments: [
        (0.0, 0.5, 5.0), (0, 1, 10), (0.5, 1.5, 6), (0, 4, 34), (2, 2, 0), (3, 2, 0), (5, 6, 20),
    ])
    func `says how much work fits between two instants`(
        from start: Double, to end: Double, expected: Double
    ) {
        let work = profile.work(from: .seconds(start), to: .seconds(end))
        #expect(abs(work.value - expected) < 1e-12)
    }

    @Test func `changes at the instants of its steps`() {
        let instants: [VirtualDuration] = [
            .zero, .seconds(1) - .init(nanoseconds: 1), .seconds(1), .seconds(3), .seconds(99),
        ]
        #expect(instants.map { profile.capacity(at: $0).value } == [10, 10, 2, 20, 20])
    }

    @Test(arguments: Seed.first(100)) func `inverts itself`(seed: Seed) {
        var random = seed.stream
        let start = VirtualDuration.seconds(random.uniform(in: 0..<4))
        let work = Gigacycles(random.uniform(in: 0.01..<60))
        let done = profile.completion(of: work, from: start)
        #expect(abs(profile.work(from: start, to: done).value - work.value) < 20e-9)
    }

    @Test func `refuses a speed of zero`() async {
        await #expect(processExitsWith: .failure) {
            _ = CapacityProfile(constant: Gigahertz(0))
        }
    }
}

@Suite struct `An egress port` {
    @Test func `sends one thing after another and counts its busy time`() {
        var port = EgressPort()
        #expect(port.send(for: .seconds(1), at: seconds(2)) == seconds(3))
        #expect(port.send(for: .seconds(1), at: seconds(2.5)) == seconds(4))
        #expect(port.send(for: .seconds(0.5), at: seconds(5)) == seconds(5.5))
        #expect(port.wait(at: seconds(5.25)) == .seconds(0.25))
        #expect(port.wait(at: seconds(6)) == .zero)
        #expect(port.busy(until: seconds(5.25)) == .seconds(2.25))
        #expect(port.busy(until: seconds(9)) == .seconds(2.5))
    }
}
