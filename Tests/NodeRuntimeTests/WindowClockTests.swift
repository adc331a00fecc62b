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

    private func clock(_ lookaheads: Int64..., end: Int64 = 1_000) -> WindowClock {
        WindowClock(
            lookaheads: lookaheads.map(VirtualDuration.init(nanoseconds:)),
            end: VirtualInstant(nanoseconds: end))
    }

    private func expectWindow(
        _ clock: inout WindowClock, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let isOpen = clock.advance()
        #expect(isOpen, sourceLocation: sourceLocation)
    }

    @Test func `opens windows only for those with something due`() throws {
        var clock = clock(5, 5, 5)
        try clock.take(report(0, next: 10), from: 0)
        try clock.take(report(0, next: 14), from: 1)
        try clock.take(report(0, next: 15), from: 2)
        expectWindow(&clock)
        #expect(clock.windowEnd.nanoseconds == 15)
        #expect(clock.opened == [0, 1])
        #expect(clock.outstanding == 2)
    }

    @Test func `jumps over empty time and ends after the last instant`() throws {
        var clock = clock(5, 7)
        try clock.take(report(0, next: 0), from: 0)
        try clock.take(report(0, next: 1_000), from: 1)
        expectWindow(&clock)
        try clock.take(report(1, next: .max), from: 0)
        expectWindow(&clock)
        #expect(clock.window == 2)
        #expect(clock.windowEnd.nanoseconds == 1_001)
        #expect(clock.opened == [1])
        try clock.take(report(2, next: 1_001), from: 1)
        let goesOn = clock.advance()
        #expect(!goesOn)
    }

    @Test func `lets a process run as far as the others promise`() throws {
        var clock = clock(5, 250)
        try clock.take(report(0, next: 20), from: 0)
        try clock.take(report(0, next: 3), from: 1)
        expectWindow(&clock)
        #expect(clock.windowEnd.nanoseconds == 25)
    }

    @Test func `says what a process must hold and counts what is on its way as due`() throws {
        var clock = clock(5, 5)
        try clock.take(report(0, next: 40, sent: [(to: 1, at: 30)]), from: 0)
        try clock.take(report(0, next: .max), from: 1)
        expectWindow(&clock)
        #expect(clock.opened == [1])
        let opening = clock.takeOpening(for: 1)
        #expect(opening.end.nanoseconds == 35)
        #expect(opening.expected == [.init(sender: 0, direct: 1, published: 0)])
        try clock.take(report(1, next: .max), from: 1)
        expectWindow(&clock)
        #expect(clock.opened == [0])
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
        expectWindow(&clock)
        let broken = #expect(throws: WindowClock.Violation.self) {
            try clock.take(report(1, next: 15, sent: [(to: 1, at: 14)]), from: 0)
        }
        #expect(broken?.process == 0)
        #expect(broken?.description.contains("broke its promise") == true)
        #expect(throws: WindowClock.Violation.self) {
            try clock.take(report(1, next: 14), from: 1)
        }
    }

    @Test func `refuses a lookahead of nothing`() async {
        await #expect(processExitsWith: .failure) {
            _ = WindowClock(lookaheads: [.zero], end: .zero)
        }
    }

    /// Groups of nodes, driven by the clock without any socket.
    @Test(arguments: Seed.first(12), [1, 2, 5, 12])
    func `gives the trace of one process and never opens beyond a promise`(
        seed: Seed, processes: Int
    ) throws {
        let world = ChatterWorld(seed: seed)
        let plan = world.plan(processes: processes, transport: .ipc(directory: "/nowhere"))
        let trace = ChatterTrace()
        var network = GroupNetwork(world, plan, trace)
        var chance = seed.stream
        var clock = WindowClock(lookaheads: plan.processes.map(\.lookahead), end: world.end)
        for process in 0..<processes {
            try clock.take(network.start(process), from: process)
        }
        var windows = 0
        while clock.advance() {
            windows += 1
            #expect(clock.windowEnd <= network.earliestPromise(end: world.end))
            // Whoever is opened may come first.
            var openings = clock.opened.map { ($0, clock.takeOpening(for: $0)) }
            for place in openings.indices {
                openings.swapAt(place, place + chance.integer(below: openings.count - place))
            }
            for (process, opening) in openings {
                try clock.take(network.run(process, opening), from: process)
            }
        }
        #expect(windows > 0 && windows <= 70)
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
            earliest[other] = min(earliest[other] ?? .distantFuture, delivery.key.time)
        }
        let dispatches = earliest.keys.sorted().map { other in
            sent[process][other] += 1
            return WindowReport.Dispatch(
                receiver: UInt32(other), direct: sent[process][other], published: 0,
                earliest: earliest[other] ?? .distantFuture)
        }
        return WindowReport(window: window, next: groups[process].nextTime, sent: dispatches)
    }

    /// Before this instant nothing more can be delivered.
    func earliestPromise(end: VirtualInstant) -> VirtualInstant {
        var promise = end + VirtualDuration(nanoseconds: 1)
        for process in groups.indices {
            var due = groups[process].nextTime
            for messages in underway[process] {
                for (_, delivery) in messages { due = min(due, delivery.key.time) }
            }
            guard due < .distantFuture else { continue }
            promise = min(promise, due + plan.processes[process].lookahead)
        }
        return promise
    }
}
