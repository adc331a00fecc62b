import EdgeModel
import SimulationKernel
import TestSupport
import Testing

@Suite struct `A plan of events` {
    private func span(_ from: Double, _ to: Double) -> TimeSpan {
        TimeSpan(from: .seconds(from), to: .seconds(to))
    }

    private let link = Link(rate: MegabitsPerSecond(100), delay: .milliseconds(10))

    @Test func `turns leaves and joins into absences, in order of time, not of the file`() {
        let plan = EventPlan([
            ScheduledEvent(at: .seconds(9), .leave(stations: [1], orphans: .lost)),
            ScheduledEvent(at: .seconds(5), .join(stations: [0, 1])),
            ScheduledEvent(at: .seconds(3), .leave(stations: [0], orphans: .neighbour)),
        ])
        #expect(plan.absences(of: 0) == [Absence(span(3, 5))])
        // Who joins first was away until then; who does not return stays away.
        #expect(
            plan.absences(of: 1) == [
                Absence(span(0, 5)),
                Absence(TimeSpan(from: .seconds(9), to: .unbounded), orphans: .lost),
            ])
        #expect(plan.absences(of: 2) == [])
        #expect(plan.hidesStations)
    }

    @Test func `lets the later one in the file decide at one instant`() {
        let fast = CapacityProfile(constant: Gigahertz(10))
        let plan = EventPlan([
            ScheduledEvent(at: .seconds(2), .capacity(stations: [0], Gigahertz(5))),
            ScheduledEvent(at: .seconds(2), .capacity(stations: [0, 1], Gigahertz(7))),
            ScheduledEvent(
                at: .seconds(2),
                .link([LinkEnds(from: 0, to: 1)], LinkChange(rate: MegabitsPerSecond(1)))),
            ScheduledEvent(
                at: .seconds(2), .link([LinkEnds(from: 0, to: 1)], LinkChange(loss: 0.5))),
        ])
        let capacity = plan.capacity(of: 0, from: fast)
        #expect(capacity.capacity(at: .seconds(1.9)) == Gigahertz(10))
        #expect(capacity.capacity(at: .seconds(2)) == Gigahertz(7))
        #expect(plan.capacity(of: 2, from: fast) == fast)
        let changed = plan.link(from: 0, to: 1, initially: link).link(at: .seconds(2))
        #expect(changed.rate == MegabitsPerSecond(1) && changed.loss == 0.5)
        #expect(plan.link(from: 1, to: 0, initially: link).isConstant)
        #expect(!plan.hidesStations)
    }

    @Test func `continues work in service at the new capacity`() {
        let plan = EventPlan([
            ScheduledEvent(at: .seconds(2), .capacity(stations: [0], Gigahertz(2)))
        ])
        let profile = plan.capacity(of: 0, from: CapacityProfile(constant: Gigahertz(10)))
        // Ten of the twelve Gcycles are done by then, two take another second.
        #expect(profile.completion(of: Gigacycles(12), from: .seconds(1)) == .seconds(3))
    }

    @Test func `keeps the steps of a station's own profile`() {
        let own = CapacityProfile(steps: [
            .init(start: .zero, capacity: Gigahertz(10)),
            .init(start: .seconds(4), capacity: Gigahertz(20)),
        ])
        let plan = EventPlan([
            ScheduledEvent(at: .seconds(2), .capacity(stations: [0], Gigahertz(1))),
            ScheduledEvent(at: .seconds(6), .capacity(stations: [0], Gigahertz(3))),
        ])
        let values = [1.0, 3, 5, 7].map {
            plan.capacity(of: 0, from: own).capacity(at: .seconds($0)).value
        }
        #expect(values == [10, 1, 20, 3])
    }

    @Test func `knows the least delay that a link ever has, and lets its timeout follow`() {
        let both = [LinkEnds(from: 0, to: 1), LinkEnds(from: 1, to: 0)]
        let plan = EventPlan([
            ScheduledEvent(at: .seconds(1), .link(both, LinkChange(delay: .milliseconds(40)))),
            ScheduledEvent(at: .seconds(2), .link(both, LinkChange(delay: .milliseconds(3)))),
            ScheduledEvent(at: .seconds(3), .link(both, LinkChange(delay: .milliseconds(5)))),
        ]).link(from: 1, to: 0, initially: link)
        #expect(plan.leastDelay == .milliseconds(3) && plan.initial == link)
        #expect(plan.link(at: .seconds(1)).retransmissionTimeout == .milliseconds(90))
        #expect(plan.link(at: .seconds(9)).retransmissionTimeout == .milliseconds(20))
        let set = Link(
            rate: MegabitsPerSecond(1), delay: .milliseconds(2),
            retransmissionTimeout: .milliseconds(50))
        let kept = EventPlan([
            ScheduledEvent(at: .seconds(1), .link(both, LinkChange(delay: .milliseconds(9))))
        ]).link(from: 0, to: 1, initially: set)
        #expect(kept.link(at: .seconds(1)).retransmissionTimeout == .milliseconds(50))
    }

    @Test func `cuts the links between groups, and those of nobody else`() {
        let plan = EventPlan([
            ScheduledEvent(
                at: .seconds(2), to: .seconds(4), .partition(groups: [[0, 1], [2], [3]])),
            ScheduledEvent(at: .seconds(3), to: .seconds(6), .partition(groups: [[0], [2]])),
        ])
        func opens(_ from: Int, _ to: Int, _ instant: Double) -> VirtualDuration {
            plan.link(from: from, to: to, initially: link).firstOpen(from: .seconds(instant))
        }
        #expect(opens(0, 2, 1.9) == .seconds(1.9) && opens(0, 2, 2) == .seconds(6))
        #expect(opens(2, 1, 3) == .seconds(4) && opens(2, 3, 2.5) == .seconds(4))
        #expect(opens(0, 1, 3) == .seconds(3) && opens(4, 0, 3) == .seconds(3))
        #expect(opens(0, 2, 6) == .seconds(6))
    }

    @Test func `multiplies bursts that overlap and makes copies of them`() {
        let plan = EventPlan([
            ScheduledEvent(
                at: .seconds(1), to: .seconds(5),
                .burst(factor: 2.5, stations: [0], classes: [0, 1])),
            ScheduledEvent(
                at: .seconds(4), to: .seconds(6), .burst(factor: 2, stations: [0, 1], classes: [1])),
            ScheduledEvent(
                at: .seconds(4), to: .seconds(4.5), .burst(factor: 0.1, stations: [0], classes: [1])
            ),
        ])
        let demand = plan.demand(at: 0, for: 1)
        let factors = [0.5, 1, 4.2, 4.6, 5].map { demand.factor(at: .seconds($0)) }
        #expect(factors == [1, 2.5, 0.5, 5, 2])
        #expect(demand.extraCopies == 4)
        #expect((0..<4).map { demand.share(ofCopy: $0, at: .seconds(2)) } == [1, 1, 0.5, 0])
        #expect((0..<2).map { demand.share(ofCopy: $0, at: .seconds(4.2)) } == [0.5, 0])
        #expect(plan.demand(at: 1, for: 0).extraCopies == 0)
        #expect(plan.demand(at: 1, for: 0).share(ofCopy: 0, at: .seconds(2)) == 1)
    }
}

@Suite struct `A server that is emptied` {
    @Test func `keeps what was finished, forgets the rest, and starts anew`() {
        var queue = ProcessingQueue(profile: CapacityProfile(constant: Gigahertz(10)))
        func at(_ seconds: Double) -> VirtualInstant { .zero + .seconds(seconds) }
        _ = queue.admit(Gigacycles(10), at: at(0))  // until 1
        _ = queue.admit(Gigacycles(10), at: at(0))  // until 2
        _ = queue.admit(Gigacycles(10), at: at(1))  // until 3
        // What would finish at the very instant is too late: 2 s and 1 s of stay are lost.
        let lost = queue.evict(at: at(2))
        #expect(lost == 3)
        #expect(queue.wait(at: at(2)) == .zero && queue.backlog(at: at(2)) == .zero)
        let next = queue.admit(Gigacycles(5), at: at(4))
        #expect(next.finish == at(4.5))
        let account = queue.close(at: at(6))
        #expect(account.finished == 2 && account.finishedWork == Gigacycles(15))
        #expect(account.busy == .seconds(2.5) && account.heldWork == .zero)
        // 1 + 2 + 1 s of stay and half a second.
        #expect(account.occupancy == 4.5 && account.unfinishedOccupancy == 0)
    }
}
