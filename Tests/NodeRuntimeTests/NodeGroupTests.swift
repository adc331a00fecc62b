import EdgeModel
import Messaging
import NodeRuntime
import SimulationKernel
import TestSupport
import Testing

/// A node that answers whatever it hears with messages to nodes and instants of its own choosing.
private struct Gossip: Node {
    static let lookahead = VirtualDuration.milliseconds(3)
    let index: NodeIndex
    let population: Int
    var chance: RandomStream
    var heard: UInt32 = 0

    init(index: Int, population: Int, seed: Seed) {
        self.index = NodeIndex(index)
        self.population = population
        chance = RandomStream(seed: seed.value, entity: "gossip\(index)", purpose: "test")
    }

    mutating func remember(_ memory: inout Memory) throws {
        try memory.pass("chance", &chance)
        try memory.pass("heard", &heard)
    }

    mutating func handle(
        _ input: NodeInput, at now: VirtualInstant, _ directives: inout Directives
    ) {
        switch input {
        case .start:
            directives.wake(Timer(kind: 0), at: .zero)
        case .timer:
            say(at: now, &directives)
        case .message(_, let sender):
            heard += 1
            let record = TaskRecord(
                id: TaskID(origin: index, number: heard), episode: sender, trafficClass: 0,
                status: .completed, arrival: now - .zero, completion: now - .zero,
                deadline: .unbounded, workload: .zero, policyVersion: 0, first: nil)
            directives.record(.task(record))
            if chance.bernoulli(0.8) { say(at: now, &directives) }
            // Ties on purpose: timers and messages at the same instants.
            if chance.bernoulli(0.3) { directives.wake(Timer(kind: 1), at: now) }
        case .decided:
            break
        }
    }

    private mutating func say(at now: VirtualInstant, _ directives: inout Directives) {
        for _ in 0..<chance.integer(below: 3) {
            let to = NodeIndex(chance.integer(below: population))
            let delay = Self.lookahead * Int64(1 + chance.integer(below: 3))
            let notice = SubtaskNotice(
                task: TaskID(origin: index, number: heard), episode: 0, part: 0, queued: now,
                start: now, finish: now)
            directives.send(.notice(notice), to: to, at: now + delay)
        }
    }
}

/// Keeps records in the order in which they come.
private final class Trace: RecordSink {
    var records: [NodeIndex: [TaskRecord]] = [:]

    func keep(_ record: Record) {
        guard case .task(let task) = record else { return }
        records[task.id.origin, default: []].append(task)
    }
}

@Suite struct `A node group` {
    private let population = 12
    private let end = VirtualInstant(nanoseconds: 90_000_000)

    private func trace(groups count: Int, seed: Seed) -> [NodeIndex: [TaskRecord]] {
        let trace = Trace()
        var groups = (0..<count).map { _ in NodeGroup(sink: trace) }
        for index in 0..<population {
            groups[index % count].add(
                Gossip(index: index, population: population, seed: seed), at: NodeIndex(index))
        }
        for group in groups.indices { groups[group].start() }
        exchange(&groups)
        while let next = groups.map(\.nextTime).min(), next < end {
            for group in groups.indices {
                groups[group].run(before: min(next + Gossip.lookahead, end))
            }
            exchange(&groups)
        }
        return trace.records
    }

    private func exchange(_ groups: inout [NodeGroup]) {
        for sender in groups.indices {
            var deliveries: [Outgoing] = []
            groups[sender].takeOutgoing { deliveries.append($0) }
            for delivery in deliveries {
                groups[Int(delivery.to) % groups.count].receive(
                    delivery.message, key: delivery.key, to: delivery.to)
            }
        }
    }

    @Test(arguments: Seed.first(8))
    func `gives every node the same inputs however the nodes are divided`(seed: Seed) {
        let together = trace(groups: 1, seed: seed)
        #expect(!together.isEmpty)
        for count in [2, 3, 5, 12] {
            #expect(trace(groups: count, seed: seed) == together, "\(count) groups")
        }
    }

    @Test func `refuses a message that takes no time`() async {
        await #expect(processExitsWith: .failure) {
            struct Impatient: Node {
                mutating func remember(_ memory: inout Memory) {}

                mutating func handle(
                    _ input: NodeInput, at now: VirtualInstant, _ directives: inout Directives
                ) {
                    let report = StateReport(
                        station: 0, episode: 0, sequence: 0, timestamp: now, backlog: .zero,
                        egressBacklog: .zero, capacity: Gigahertz(1))
                    directives.send(.report(report), to: 0, at: now)
                }
            }
            var group = NodeGroup(sink: Trace())
            group.add(Impatient(), at: 0)
            group.start()
        }
    }
    #if DEBUG
        @Test func `refuses what follows from an input sooner than its node says`() async {
            struct Restless: Node {
                mutating func remember(_ memory: inout Memory) {}
                func consequence(of input: NodeInput, at time: VirtualInstant) -> VirtualInstant {
                    if case .timer = input { time + .milliseconds(6) } else { time }
                }

                mutating func handle(
                    _ input: NodeInput, at now: VirtualInstant, _ directives: inout Directives
                ) {
                    directives.wake(Timer(kind: 0), at: now + .milliseconds(5))
                }
            }
            await #expect(processExitsWith: .failure) {
                var group = NodeGroup(sink: Trace())
                group.add(Restless(), at: 0)
                group.start()
                #expect(group.nextTime < .distantFuture)
                #expect(group.nextConsequence == group.nextTime + .milliseconds(6))
                group.step()
            }
        }
    #endif
}
