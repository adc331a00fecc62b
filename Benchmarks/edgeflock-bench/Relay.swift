import EdgeModel
import Messaging
import NodeRuntime
import SimulationKernel

/// A network with the traffic of a real one and none of its computing: what is measured with it is
/// the driver.
///
/// A source sends tasks ahead in batches; a station passes each task on to a neighbour, which
/// answers after a service time; every station publishes its state to its neighbours each second.
struct RelayWorld: Sendable {
    var stations: Int
    /// Tasks per second over all stations.
    var rate: Double
    /// The least delay of a link; links have one to two of it.
    var delay: VirtualDuration
    var seconds: Double

    static let neighbourCount = 6
    static let batch = VirtualDuration.milliseconds(250)

    var source: NodeIndex { NodeIndex(stations) }

    func neighbours(of station: Int) -> [NodeIndex] {
        (1...Self.neighbourCount).map { place in
            let step = (place + 1) / 2 * (place % 2 == 0 ? 1 : -1)
            return NodeIndex((station + step + stations) % stations)
        }
    }

    /// One process per station (or `packed` of equal size), one more for the source.
    func plan(run: UInt64, directory: String, packed: Int?) -> LivePlan {
        let groups = packed ?? stations
        var processes = (0..<groups).map { group in
            LivePlan.Process(
                name: "group \(group)",
                nodes: (group * stations / groups..<(group + 1) * stations / groups)
                    .map(NodeIndex.init),
                lookahead: delay)
        }
        processes.append(
            LivePlan.Process(name: "source", nodes: [source], lookahead: Self.batch))
        return LivePlan(
            run: run, transport: .ipc(directory: directory), processes: processes,
            routes: (0..<stations).map(neighbours(of:)) + [(0..<stations).map(NodeIndex.init)],
            publications: (0..<stations).map {
                LivePlan.Publication(
                    topic: Topic(kind: .report, publisher: NodeIndex($0)),
                    subscribers: neighbours(of: $0))
            },
            clock: .virtual, end: .zero + .seconds(seconds))
    }

    func add(_ nodes: [NodeIndex], to group: inout NodeGroup) {
        for node in nodes {
            if node == source {
                group.add(RelaySource(self), at: node)
            } else {
                group.add(RelayStation(Int(node), self), at: node)
            }
        }
    }
}

/// Poisson arrivals at every station, sent ahead.
struct RelaySource: Node {
    private let world: RelayWorld
    private var chance = RandomStream(seed: 1, entity: "source", purpose: "arrivals")
    private var next = VirtualInstant.zero
    private var number: UInt32 = 0

    init(_ world: RelayWorld) { self.world = world }

    mutating func remember(_ memory: inout Memory) throws {
        throw MemoryError("relays are for measuring")
    }

    mutating func handle(
        _ input: NodeInput, at now: VirtualInstant, _ directives: inout Directives
    ) {
        let base = max(now, .zero)
        let bound = base + RelayWorld.batch * 2
        while next < bound {
            let station = NodeIndex(chance.integer(below: world.stations))
            let task = EdgeTask(
                id: TaskID(origin: station, number: number), episode: 0, trafficClass: 0,
                ordinal: 0, arrival: next, size: Megabits(1), result: .zero,
                workload: Gigacycles(1), deadline: .unbounded)
            number += 1
            directives.send(.task(task), to: station, at: next)
            next = next + .seconds(chance.exponential() / world.rate)
        }
        directives.wake(Timer(kind: 0), at: base + RelayWorld.batch)
    }
}

struct RelayStation: Node {
    private let world: RelayWorld
    private let index: NodeIndex
    private let neighbours: [NodeIndex]
    private var chance: RandomStream
    private var waiting: [SubtaskNotice] = []
    private var reports: UInt32 = 0

    init(_ index: Int, _ world: RelayWorld) {
        self.world = world
        self.index = NodeIndex(index)
        neighbours = world.neighbours(of: index)
        chance = RandomStream(seed: 1, entity: "bs\(index)", purpose: "relay")
    }

    private mutating func delay() -> VirtualDuration {
        .seconds(world.delay.seconds * (1 + chance.uniform()))
    }

    mutating func remember(_ memory: inout Memory) throws {
        throw MemoryError("relays are for measuring")
    }

    mutating func handle(
        _ input: NodeInput, at now: VirtualInstant, _ directives: inout Directives
    ) {
        switch input {
        case .start:
            let phase = Double(index) / Double(world.stations)
            directives.wake(Timer(kind: 0), at: .zero + .seconds(phase))
        case .timer(let timer):
            if timer.kind == 0 {
                report(now, &directives)
            } else {
                answer(timer.payload, now, &directives)
            }
        case .message(.task(let task), _):
            let to = neighbours[chance.integer(below: neighbours.count)]
            let subtask = Subtask(
                task: task.id, episode: 0, part: 0, size: task.size, result: .zero,
                workload: task.workload)
            directives.send(.subtask(subtask), to: to, at: now + delay())
        case .message(.subtask(let subtask), _):
            waiting.append(
                SubtaskNotice(
                    task: subtask.task, episode: 0, part: 0, queued: now, start: now, finish: now))
            directives.wake(
                Timer(kind: 1, payload: subtask.task.number),
                at: now + .seconds(0.05 * chance.exponential()))
        case .message(.notice(let notice), let sender):
            directives.record(.task(record(notice, by: sender)))
        case .message, .decided: break
        }
    }

    private mutating func report(_ now: VirtualInstant, _ directives: inout Directives) {
        reports += 1
        let report = StateReport(
            station: index, episode: 0, sequence: reports, timestamp: now,
            backlog: Gigacycles(Double(waiting.count)), egressBacklog: .zero,
            capacity: Gigahertz(1))
        var deliveries: [Delivery] = []
        for neighbour in neighbours {
            deliveries.append(Delivery(to: neighbour, at: now + delay()))
        }
        directives.publish(.report(report), deliveries)
        directives.wake(Timer(kind: 0), at: now + .seconds(1))
    }

    private mutating func answer(
        _ number: UInt32, _ now: VirtualInstant, _ directives: inout Directives
    ) {
        guard let place = waiting.firstIndex(where: { $0.task.number == number }) else { return }
        var notice = waiting.remove(at: place)
        notice.finish = now
        directives.send(.notice(notice), to: notice.task.origin, at: now + delay())
    }

    private func record(_ notice: SubtaskNotice, by server: NodeIndex) -> TaskRecord {
        TaskRecord(
            id: notice.task, episode: 0, trafficClass: 0, status: .completed,
            arrival: notice.queued - .zero, completion: notice.finish - .zero,
            deadline: .unbounded, workload: Gigacycles(1), policyVersion: 0,
            first: SubtaskRecord(server: server, fraction: 1))
    }
}
