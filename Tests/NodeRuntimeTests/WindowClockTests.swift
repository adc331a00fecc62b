import Messaging
import NodeRuntime
import SimulationKernel
import TestSupport
import Testing

@Suite struct `A window clock` {
    private func report(
        _ window: UInt64, next: Int64, sent: [(to: UInt32, at: Int64)] = []
    ) -> WindowReport {
        WindowReport(
            window: window, next: VirtualInstant(nanoseconds: next),
            sent: sent.map {
                WindowReport.Dispatch(
                    receiver: $0.to, direct: 1, published: 0,
                    earliest: VirtualInstant(nanoseconds: $0.at))
            })
    }

    /// Everyone sends to the next one only, in a circle.
    private func clock(_ lookaheads: Int64..., end: Int64 = 1_000) -> WindowClock {
        let count = lookaheads.count
        let delays = LeastDelays(
            lookaheads: lookaheads.map(VirtualDuration.init(nanoseconds:)),
            receivers: (0..<count).map { [($0 + 1) % count] },
            atMost: VirtualDuration(nanoseconds: 100))
        return WindowClock(delays: delays, end: VirtualInstant(nanoseconds: end))
    }

    private func expectOpened(
        _ opened: [Int: Int64], by clock: inout WindowClock,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let goesOn = clock.advance()
        #expect(goesOn, sourceLocation: sourceLocation)
        let ends = clock.opened.map { ($0, clock.takeOpening(for: $0).end.nanoseconds) }
        #expect(Dictionary(uniqueKeysWithValues: ends) == opened, sourceLocation: sourceLocation)
    }

    @Test func `opens nobody before all have started`() throws {
        var clock = clock(5, 5)
        try clock.take(report(0, next: 10), from: 0)
        expectOpened([:], by: &clock)
    }

    @Test func `opens those whose next input nothing can come before`() throws {
        var clock = clock(5, 7, 9)
        try clock.take(report(0, next: 10), from: 0)
        try clock.take(report(0, next: 14), from: 1)
        try clock.take(report(0, next: 40), from: 2)
        // From 0 to 1 it takes 5, from 1 to 0 7 + 9.
        expectOpened([0: 30, 1: 15], by: &clock)
        #expect(clock.outstanding == 2)
        #expect(clock.reached.nanoseconds == 10)
    }

    @Test func `opens one while others are at work`() throws {
        var clock = clock(5, 7, 9)
        for (process, next) in [10, 14, 20].enumerated() {
            try clock.take(report(0, next: Int64(next)), from: process)
        }
        expectOpened([0: 29, 1: 15, 2: 21], by: &clock)
        try clock.take(report(1, next: 22), from: 2)
        // What 1 may still send is due from 21 on, and what 2 sends from then on from 30.
        expectOpened([:], by: &clock)
        try clock.take(report(1, next: 50), from: 1)
        // What 0 is at work on since 10 can be at 1 from 15 on, and at 2 from 22 on.
        expectOpened([:], by: &clock)
    }

    @Test func `jumps over empty time and ends with a window for everyone`() throws {
        var clock = clock(5, 7)
        try clock.take(report(0, next: 0), from: 0)
        try clock.take(report(0, next: 1_000), from: 1)
        expectOpened([0: 12], by: &clock)
        try clock.take(report(1, next: .max), from: 0)
        expectOpened([1: 1_001], by: &clock)
        #expect(clock.windows == 2)
        try clock.take(report(1, next: 1_001), from: 1)
        // What is left is quiet, and nobody has told the clock of it.
        expectOpened([0: 1_001, 1: 1_001], by: &clock)
        try clock.take(report(2, next: .max), from: 0)
        try clock.take(report(2, next: 1_001), from: 1)
        let goesOn = clock.advance()
        #expect(!goesOn)
    }

    @Test func `opens one that has nothing to do but too much to take note of`() throws {
        var clock = clock(5, 7)
        try clock.take(report(0, next: 10), from: 0)
        try clock.take(report(0, next: .max), from: 1)
        expectOpened([0: 22], by: &clock)
        clock.hasten(1)
        expectOpened([1: 15], by: &clock)
        clock.hasten(1)
        expectOpened([:], by: &clock)
        try clock.take(report(1, next: .max), from: 1)
        // From 15 on, where 0 still is at 10.
        expectOpened([:], by: &clock)
        try clock.take(report(1, next: 30), from: 0)
        expectOpened([1: 27], by: &clock)
    }

    @Test func `lets nobody run further ahead than the longest delay`() throws {
        var clock = clock(500, 500)
        try clock.take(report(0, next: 20), from: 0)
        try clock.take(report(0, next: 121), from: 1)
        expectOpened([0: 120], by: &clock)
    }

    @Test func `says what a process must hold and counts what is on its way as due`() throws {
        var clock = clock(5, 5)
        try clock.take(report(0, next: 40, sent: [(to: 1, at: 30)]), from: 0)
        try clock.take(report(0, next: .max), from: 1)
        let goesOn = clock.advance()
        #expect(goesOn && clock.opened == [1])
        let opening = clock.takeOpening(for: 1)
        #expect(opening.end.nanoseconds == 40)
        #expect(opening.expected == [.init(sender: 0, window: 0, direct: 1, published: 0)])
        try clock.take(report(1, next: .max), from: 1)
        let goesOnFurther = clock.advance()
        #expect(goesOnFurther && clock.opened == [0])
        let nothing = clock.takeOpening(for: 0).expected
        #expect(nothing == [])
    }

    @Test func `refuses reports that break the protocol`() throws {
        var clock = clock(5, 5)
        #expect(throws: WindowClock.Violation.self) {
            try clock.take(report(1, next: 0), from: 0)
        }
        #expect(throws: WindowClock.Violation.self) {
            try clock.take(report(0, next: 0, sent: [(to: 2, at: 9)]), from: 0)
        }
        #expect(throws: WindowClock.Violation.self) {
            try clock.take(report(0, next: 0, sent: [(to: 0, at: 9)]), from: 0)
        }
        try clock.take(report(0, next: 10), from: 0)
        #expect(throws: WindowClock.Violation.self) {
            try clock.take(report(0, next: 10), from: 0)
        }
        try clock.take(report(0, next: 10), from: 1)
        expectOpened([0: 15, 1: 15], by: &clock)
        let broken = #expect(throws: WindowClock.Violation.self) {
            try clock.take(report(1, next: 15, sent: [(to: 1, at: 14)]), from: 0)
        }
        #expect(broken?.process == 0)
        #expect(broken?.description.contains("broke its promise") == true)
        #expect(throws: WindowClock.Violation.self) {
            try clock.take(report(1, next: 14), from: 1)
        }
    }

    /// Groups of nodes, driven by the clock without any socket.
    @Test(arguments: Seed.first(12), [1, 2, 5, 12])
    func `gives the trace of one process and never opens beyond what can still come`(
        seed: Seed, processes: Int
    ) throws {
        let world = ChatterWorld(seed: seed)
        let plan = world.plan(processes: processes, transport: .ipc(directory: "/nowhere"))
        let trace = ChatterTrace()
        var network = GroupNetwork(world, plan, trace)
        var chance = seed.stream
        var clock = WindowClock(delays: plan.leastDelays, end: world.end)
        for process in 0..<processes {
            try clock.take(network.start(process), from: process)
        }
        // Whoever is opened may come first, and others are opened while it is at work.
        var openings: [(process: Int, WindowOpening)] = []
        while clock.advance() {
            for process in clock.opened {
                let opening = clock.takeOpening(for: process)
                #expect(opening.end <= network.bound(of: process, end: world.end))
                openings.append((process, opening))
            }
            let place = chance.integer(below: openings.count)
            let (process, opening) = openings.remove(at: place)
            try clock.take(network.run(process, opening), from: process)
        }
        #expect(openings.isEmpty && clock.windows > 0)
        #expect(trace.records == world.simulatedTrace())
    }
}

/// The processes of a plan as values; messages wait at the sender's end until they are expected.
private struct GroupNetwork {
    private let plan: LivePlan
    private var groups: [NodeGroup]
    /// Messages under way, by receiver and sender, with the number of their frame.
    private var underway: [[[(frame: UInt64, Outgoing)]]]
    private var sent: [[UInt64]]

    init(_ world: ChatterWorld, _ plan: LivePlan, _ sink: any RecordSink) {
        self.plan = plan
        let count = plan.processes.count
        groups = plan.processes.map { process in
            var group = NodeGroup(sink: sink)
            world.add(process.nodes, to: &group)
            return group
        }
        underway = Array(repeating: Array(repeating: [], count: count), count: count)
        sent = Array(repeating: Array(repeating: 0, count: count), count: count)
    }

    mutating func start(_ process: Int) -> WindowReport {
        groups[process].start()
        return report(process, window: 0)
    }

    mutating func run(_ process: Int, _ opening: WindowOpening) -> WindowReport {
        for expectation in opening.expected {
            let sender = Int(expectation.sender)
            for (frame, delivery) in underway[process][sender] where frame <= expectation.direct {
                groups[process].receive(delivery.message, key: delivery.key, to: delivery.to)
            }
            underway[process][sender].removeAll { $0.frame <= expectation.direct }
        }
        groups[process].run(before: opening.end)
        return report(process, window: opening.window)
    }

    private mutating func report(_ process: Int, window: UInt64) -> WindowReport {
        var deliveries: [Outgoing] = []
        groups[process].takeOutgoing { deliveries.append($0) }
        var earliest: [Int: VirtualInstant] = [:]
        for delivery in deliveries {
            let other = plan.processOfNode[Int(delivery.to)]
            underway[other][process].append((sent[process][other] + 1, delivery))
            earliest[other] = min(earliest[other] ?? .distantFuture, consequence(of: delivery))
        }
        let dispatches = earliest.keys.sorted().map { other in
            sent[process][other] += 1
            return WindowReport.Dispatch(
                receiver: UInt32(other), direct: sent[process][other], published: 0,
                earliest: earliest[other] ?? .distantFuture)
        }
        return WindowReport(
            window: window, next: groups[process].nextConsequence, sent: dispatches)
    }

    private func consequence(of delivery: Outgoing) -> VirtualInstant {
        plan.consequences[Int(delivery.to)].instant(of: delivery.message, at: delivery.key.time)
    }

    /// Before this instant nothing more can come to a process: the least over everything that is
    /// due anywhere, and over the links that lead on from there.
    func bound(of receiver: Int, end: VirtualInstant) -> VirtualInstant {
        var dues = groups.indices.map { process in
            underway[process].joined().reduce(groups[process].nextConsequence) {
                min($0, consequence(of: $1.1))
            }
        }
        var bound = VirtualInstant.distantFuture
        for _ in groups.indices {
            for (process, links) in plan.links.enumerated() where dues[process] <= end {
                let least = dues[process] + plan.processes[process].lookahead
                for other in links {
                    if other == receiver { bound = min(bound, least) }
                    dues[other] = min(dues[other], least)
                }
            }
        }
        return min(bound, end + VirtualDuration(nanoseconds: 1))
    }
}
