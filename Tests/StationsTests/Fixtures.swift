import EdgeModel
import Messaging
import NodeRuntime
import SimulationKernel
import Stations

/// Virtual seconds from the start of the run.
func at(_ seconds: Double) -> VirtualInstant { .zero + .seconds(seconds) }

/// 100 Mbit/s and 10 ms unless said otherwise.
func link(
    rate: Double = 100, delay: Double = 0.01, jitter: Distribution? = nil, loss: Double = 0
) -> Link {
    Link(rate: MegabitsPerSecond(rate), delay: .seconds(delay), jitter: jitter, loss: loss)
}

/// A station of 10 GHz among neighbours 1 ... of 10 GHz; episodes of 10 s and 10 s of drain.
func configuration(
    _ index: Int = 0, neighbours: [Int] = [1, 2], link: Link = link(), episodes: Int = 1,
    capacity: Double = 10
) -> StationConfiguration {
    StationConfiguration(
        index: NodeIndex(index), name: "bs\(index)",
        capacity: CapacityProfile(constant: Gigahertz(capacity)),
        neighbours: neighbours.map {
            Neighbour(
                index: NodeIndex($0), name: "bs\($0)", outbound: link, inbound: link,
                capacity: Gigahertz(10))
        },
        plan: EpisodePlan(episodes: episodes, horizon: .seconds(10), drain: .seconds(10)),
        seed: 1)
}

func task(
    _ number: Int, of station: Int = 0, at arrival: Double, size: Double = 1, result: Double = 0,
    work: Double = 1, deadline: Double? = nil, episode: Int = 0
) -> EdgeTask {
    EdgeTask(
        id: TaskID(origin: UInt32(station), number: UInt32(number)), episode: UInt32(episode),
        trafficClass: 0, ordinal: 0, arrival: at(arrival), size: Megabits(size),
        result: Megabits(result), workload: Gigacycles(work),
        deadline: deadline.map { .seconds($0) } ?? .unbounded)
}

/// What a station asked for, sorted by kind.
struct Asked {
    struct Sending: Hashable {
        var message: Message
        var to: NodeIndex
        var at: VirtualInstant
    }

    var sent: [Sending] = []
    var published: [(message: Message, deliveries: [Delivery])] = []
    var wakes: [(timer: Timer, at: VirtualInstant)] = []
    var question: Observation?
    var adopted: [WeightSnapshot] = []
    var episodes: [Int] = []
    var records: [Record] = []

    init(_ directives: Directives) {
        for directive in directives.items {
            switch directive {
            case .send(let message, let to, let instant):
                sent.append(Sending(message: message, to: to, at: instant))
            case .publish(let message, let deliveries): published.append((message, deliveries))
            case .wake(let timer, let instant): wakes.append((timer, instant))
            case .decide(let observation): question = observation
            case .adopt(let weights): adopted.append(weights)
            case .beginEpisode(let episode): episodes.append(episode)
            case .record(let record): records.append(record)
            }
        }
    }

    var rows: [TaskRecord] {
        records.compactMap { if case .task(let row) = $0 { row } else { nil } }
    }
    var books: [StationRecord] {
        records.compactMap { if case .station(let books) = $0 { books } else { nil } }
    }
    var subtasks: [Subtask] {
        sent.compactMap { if case .subtask(let subtask) = $0.message { subtask } else { nil } }
    }
    var notices: [SubtaskNotice] {
        sent.compactMap { if case .notice(let notice) = $0.message { notice } else { nil } }
    }
}

/// A station under test that is fed by hand.
struct Bench {
    var station: BaseStation

    init(_ configuration: StationConfiguration) { self.init(BaseStation(configuration)) }

    init(_ station: BaseStation) {
        self.station = station
        _ = feed(.start, at: VirtualInstant(nanoseconds: -1))
    }

    mutating func feed(_ input: NodeInput, at now: VirtualInstant) -> Asked {
        var directives = Directives()
        station.handle(input, at: now, &directives)
        return Asked(directives)
    }

    mutating func feed(_ message: Message, from sender: Int, at seconds: Double) -> Asked {
        feed(.message(message, from: NodeIndex(sender)), at: at(seconds))
    }

    /// A task arrives, and is placed at once.
    mutating func place(_ task: EdgeTask, _ placement: Placement) -> Asked {
        let asked = feed(.message(.task(task), from: 9), at: task.arrival)
        precondition(asked.question != nil)
        return feed(.decided(Action(placement: placement)), at: task.arrival)
    }

    mutating func report(
        _ sequence: Int = 0, of station: Int, stamp: Double, at seconds: Double, backlog: Double,
        capacity: Double = 10
    ) {
        let report = StateReport(
            station: NodeIndex(station), episode: 0, sequence: UInt32(sequence),
            timestamp: at(stamp), backlog: Gigacycles(backlog), egressBacklog: .zero,
            capacity: Gigahertz(capacity))
        _ = feed(.report(report), from: station, at: seconds)
    }
}

/// Keeps everything.
final class Shelf: RecordSink {
    var records: [Record] = []

    func keep(_ record: Record) { records.append(record) }

    var rows: [TaskRecord] {
        records.compactMap { if case .task(let row) = $0 { row } else { nil } }
    }
    var books: [StationRecord] {
        records.compactMap { if case .station(let books) = $0 { books } else { nil } }
    }
}

/// Places tasks at random: whole, or split over all candidates.
struct Scatter: DecisionMaker {
    var stream: RandomStream
    var splits = 0.5

    init(seed: UInt64, station: Int) {
        stream = RandomStream(seed: seed, entity: "bs\(station)", purpose: "scatter")
    }

    mutating func decide(_ observation: Observation) -> Action {
        let count = observation.candidates.count
        guard stream.bernoulli(splits) else {
            return Action(placement: .whole(stream.integer(below: count)))
        }
        let weights = (0..<count).map { _ in
            stream.bernoulli(0.2) ? 1e-9 : stream.exponential()
        }
        let sum = weights.reduce(0, +)
        return Action(placement: .split(weights.map { $0 / sum }))
    }
}
