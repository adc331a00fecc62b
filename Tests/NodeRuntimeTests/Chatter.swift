import EdgeModel
import Messaging
import NodeRuntime
import SimulationKernel
import TestSupport

/// A node that sends to its neighbours, publishes, wakes itself and records what it hears; what
/// it does depends on the order of its inputs, so two traces agree only if the orders do.
struct Chatter: Node {
    /// Every message takes at least this long.
    static let leastDelay = VirtualDuration.milliseconds(3)
    let index: NodeIndex
    let neighbours: [NodeIndex]
    /// How soon it answers; where some things have no answer, it also sets timers at which it only
    /// records, and asks for services.
    let consequences: Consequences
    var chance: RandomStream
    var heard: UInt32 = 0
    var published: UInt32 = 0

    init(index: NodeIndex, neighbours: [NodeIndex], consequences: Consequences, seed: Seed) {
        self.index = index
        self.consequences = consequences
        self.neighbours = neighbours
        chance = RandomStream(seed: seed.value, entity: "chatter\(index)", purpose: "test")
    }

    mutating func handle(
        _ input: NodeInput, at now: VirtualInstant, _ directives: inout Directives
    ) {
        switch input {
        case .start:
            directives.wake(Timer(kind: 0), at: .zero)
            // The start input may send for any instant.
            directives.send(note(at: .zero), to: neighbours[0], at: .zero)
            say(.zero, &directives)
        case .timer(let timer) where timer.kind == Self.quietTimer:
            heard += 1
            directives.record(.task(record(of: note(at: now), from: index, at: now)))
        case .timer(let timer):
            if timer.kind == 0 {
                directives.wake(timer, at: now + .milliseconds(7))
                publish(at: now, &directives)
            }
            say(now, &directives)
        case .message(let message, let sender):
            heard += 1
            directives.record(.task(record(of: message, from: sender, at: now)))
            let consequence = consequences.instant(of: message, at: now)
            guard consequence < .distantFuture else { return }
            guard consequence == now else { return serve(from: consequence, &directives) }
            if consequences != Consequences() {
                directives.wake(Timer(kind: Self.quietTimer), at: now + .milliseconds(5))
            }
            if chance.bernoulli(0.6) { say(now, &directives) }
            // Ties on purpose: timers and messages at the same instants.
            if chance.bernoulli(0.2) { directives.wake(Timer(kind: 1), at: now) }
        case .decided:
            break
        }
    }

    private static let quietTimer: UInt32 = 2

    func consequence(of input: NodeInput, at time: VirtualInstant) -> VirtualInstant {
        switch input {
        case .message(let message, _): consequences.instant(of: message, at: time)
        case .timer(let timer):
            timer.kind == Self.quietTimer ? .distantFuture : time
        case .start, .decided: time
        }
    }

    mutating func remember(_ memory: inout Memory) throws {
        try memory.pass("chance", &chance)
        try memory.pass("heard", &heard)
        try memory.pass("published", &published)
    }

    private mutating func say(_ now: VirtualInstant, _ directives: inout Directives) {
        for _ in 0..<chance.integer(below: 2) {
            let to = neighbours[chance.integer(below: neighbours.count)]
            let delay = Self.leastDelay * Int64(1 + chance.integer(below: 3))
            let asks = consequences != Consequences() && chance.bernoulli(0.3)
            directives.send(asks ? request() : note(at: now), to: to, at: now + delay)
        }
    }

    /// What follows from a message later on: what it sends now, and what it does then.
    private mutating func serve(from instant: VirtualInstant, _ directives: inout Directives) {
        let late = instant + VirtualDuration(nanoseconds: Int64(chance.integer(below: 1_000_000)))
        let to = neighbours[chance.integer(below: neighbours.count)]
        directives.send(note(at: late), to: to, at: late + Self.leastDelay)
        if chance.bernoulli(0.5) { directives.wake(Timer(kind: 1), at: late) }
    }

    private mutating func request() -> Message {
        .subtask(
            Subtask(
                task: TaskID(origin: index, number: heard), episode: 0, part: 0, size: .zero,
                result: .zero, workload: Gigacycles(0.02 * chance.uniform())))
    }

    private mutating func publish(at now: VirtualInstant, _ directives: inout Directives) {
        published += 1
        let report = StateReport(
            station: index, episode: 0, sequence: published, timestamp: now,
            backlog: Gigacycles(chance.uniform()), egressBacklog: .zero, capacity: Gigahertz(1))
        // Some subscribers miss it, as on a lossy link.
        let deliveries = neighbours.filter { _ in chance.bernoulli(0.8) }
            .map { Delivery(to: $0, at: now + Self.leastDelay * 2) }
        directives.publish(.report(report), deliveries)
    }

    private func note(at now: VirtualInstant) -> Message {
        .notice(
            SubtaskNotice(
                task: TaskID(origin: index, number: heard), episode: 0, part: 0, queued: now,
                start: now, finish: now))
    }

    /// Everything about an input, in the fields that a record happens to have.
    private func record(
        of message: Message, from sender: NodeIndex, at now: VirtualInstant
    ) -> TaskRecord {
        var record = TaskRecord(
            id: TaskID(origin: index, number: heard), episode: sender, trafficClass: 0,
            status: .completed, arrival: now - .zero, completion: .zero, deadline: .unbounded,
            workload: .zero, policyVersion: 0, first: nil)
        switch message {
        case .notice(let notice): record.policyVersion = UInt64(notice.task.number)
        case .subtask(let subtask): record.workload = subtask.workload
        case .report(let report):
            record.trafficClass = 1
            record.policyVersion = UInt64(report.sequence)
            record.workload = report.backlog
        default: break
        }
        return record
    }
}

/// Keeps records by node, in the order in which they come.
final class ChatterTrace: RecordSink {
    private(set) var records: [NodeIndex: [TaskRecord]] = [:]

    func keep(_ record: Record) {
        guard case .task(let task) = record else { return }
        records[task.id.origin, default: []].append(task)
    }
}

/// Keeps the trace of the last life of the hub.
final class Traces {
    private(set) var last = ChatterTrace()

    func next() -> ChatterTrace {
        last = ChatterTrace()
        return last
    }
}

/// A ring of chatters, each with some more neighbours across; of odd seeds they often answer late or not at all.
struct ChatterWorld {
    let population: Int
    let seed: Seed
    let end: VirtualInstant

    init(population: Int = 12, seed: Seed, end: VirtualInstant = .zero + .milliseconds(200)) {
        self.population = population
        self.seed = seed
        self.end = end
    }

    private var consequences: Consequences {
        seed.value % 2 == 0
            ? Consequences()
            : Consequences(quiet: MessageKinds(.report), fastestService: Gigahertz(1))
    }

    func neighbours(of index: Int) -> [NodeIndex] {
        [1, 2, population - 1, population - 2].map { NodeIndex((index + $0) % population) }
    }

    func add(_ nodes: some Sequence<NodeIndex>, to group: inout NodeGroup) {
        for index in nodes {
            let node = Chatter(
                index: index, neighbours: neighbours(of: Int(index)),
                consequences: consequences, seed: seed)
            group.add(node, at: index)
        }
    }

    /// What happens when all nodes live in one process.
    func simulatedTrace() -> [NodeIndex: [TaskRecord]] {
        let trace = ChatterTrace()
        var group = NodeGroup(sink: trace)
        add(0..<NodeIndex(population), to: &group)
        var driver = SimulatedDriver(group: group, end: end)
        _ = driver.run(asking: .seconds(1)) { _ in false }
        return trace.records
    }

    /// The nodes dealt out to so many processes.
    func plan(
        processes count: Int, transport: LivePlan.Transport, clock: LivePlan.Clock = .virtual,
        computesForLong: Bool = false, patience: Duration = .seconds(3)
    ) -> LivePlan {
        let processes = (0..<count).map { process in
            LivePlan.Process(
                name: "group \(process)",
                nodes: (0..<population).filter { $0 % count == process }.map(NodeIndex.init),
                lookahead: Chatter.leastDelay, patience: patience,
                computesForLong: computesForLong)
        }
        return LivePlan(
            run: seed.value &* 7_919 &+ 1, transport: transport, processes: processes,
            routes: (0..<population).map { neighbours(of: $0) },
            publications: (0..<population).map {
                LivePlan.Publication(
                    topic: Topic(kind: .report, publisher: NodeIndex($0)),
                    subscribers: neighbours(of: $0))
            },
            clock: clock, end: end,
            consequences: Array(repeating: consequences, count: population))
    }
}
