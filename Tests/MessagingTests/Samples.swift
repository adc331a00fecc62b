import EdgeModel
@testable import Messaging
import SimulationKernel
import TestSupport

/// Arbitrary values of everything that goes over the wire.
struct Samples {
    private var chance: RandomStream

    init(_ seed: Seed) { chance = seed.stream }

    mutating func message(_ kind: MessageKind) -> Message {
        switch kind {
        case .task: .task(task())
        case .subtask: .subtask(subtask())
        case .notice: .notice(notice())
        case .refusal: .refusal(refusal())
        case .report: .report(report())
        case .transitions: .transitions(batch())
        case .weights: .weights(weights())
        case .update: .update(update())
        }
    }

    mutating func records() -> [Record] {
        [
            .task(taskRecord()), .station(station()), .state(report()), .training(training()),
            .abandoned(abandonedPart()),
        ]
    }

    mutating func controlMessages() -> [ControlMessage] {
        let expectations = list { samples in
            WindowOpening.Expectation(
                sender: samples.integer(), window: samples.integer(), direct: samples.integer(),
                published: samples.integer())
        }
        let dispatches = list { samples in
            WindowReport.Dispatch(
                receiver: samples.integer(), direct: samples.integer(),
                published: samples.integer(), earliest: samples.instant())
        }
        let peers = list { samples in
            PeerAddress(process: samples.integer(), direct: "ipc:///a", published: "tcp://ö:1")
        }
        let topic = Topic(kind: .report, publisher: integer())
        return [
            .hello(Hello(direct: "ipc:///tmp/x", published: "")), .welcome(peers), .ready,
            .start(origin: integer()),
            .open(WindowOpening(window: integer(), end: instant(), expected: expectations)),
            .done(WindowReport(window: integer(), next: instant(), sent: dispatches)),
            .records(first: 7, records()), .records(first: 0, []),
            .resume(Resumption(reports: 9, records: 1_234)), .returned(process: 3),
            .missing(MissingPublications(topic: topic, from: integer())),
            .stop(.interrupted), .farewell(statistics()), .failed("an örror"),
            .working(progress: integer()), .clockQuery(sent: integer()),
            .clockAnswer(
                ClockExchange(sent: integer(), received: integer(), answered: integer())),
        ]
    }

    mutating func integer<Value: FixedWidthInteger>() -> Value {
        Value(truncatingIfNeeded: chance.generator.next())
    }

    mutating func list<Item>(_ make: (inout Samples) -> Item) -> [Item] {
        (0..<chance.integer(below: 5)).map { _ in make(&self) }
    }

    private mutating func instant() -> VirtualInstant { VirtualInstant(nanoseconds: integer()) }
    private mutating func span() -> VirtualDuration { VirtualDuration(nanoseconds: integer()) }
    private mutating func number() -> Double { chance.uniform(in: -1e6..<1e6) }
    private mutating func floats() -> [Float] { list { Float($0.number()) } }
    private mutating func id() -> TaskID { TaskID(origin: integer(), number: integer()) }

    private mutating func flags() -> [Bool] {
        (0..<chance.integer(below: 20)).map { _ in chance.bernoulli(0.5) }
    }

    private mutating func task() -> EdgeTask {
        EdgeTask(
            id: id(), episode: integer(), trafficClass: integer(), ordinal: integer(),
            arrival: instant(), size: Megabits(number()), result: Megabits(number()),
            workload: Gigacycles(number()), deadline: span())
    }

    private mutating func subtask() -> Subtask {
        Subtask(
            task: id(), episode: integer(), part: integer(), size: Megabits(number()),
            result: Megabits(number()), workload: Gigacycles(number()))
    }

    private mutating func notice() -> SubtaskNotice {
        SubtaskNotice(
            task: id(), episode: integer(), part: integer(), queued: instant(), start: instant(),
            finish: instant())
    }

    private mutating func refusal() -> SubtaskRefusal {
        SubtaskRefusal(task: id(), episode: integer(), part: integer(), instant: instant())
    }

    private mutating func abandonedPart() -> AbandonedPart {
        AbandonedPart(
            task: id(), episode: integer(), server: integer(), queued: span(), start: span(),
            finish: span(), work: Gigacycles(number()))
    }

    private mutating func report() -> StateReport {
        StateReport(
            station: integer(), episode: integer(), sequence: integer(), timestamp: instant(),
            backlog: Gigacycles(number()), egressBacklog: span(), capacity: Gigahertz(number()))
    }

    private mutating func batch() -> TransitionBatch {
        TransitionBatch(
            station: integer(), incarnation: integer(), firstSequence: integer(),
            transitions: list { samples in
                let starts = samples.floats()
                return Transition(
                    features: samples.floats(), mask: samples.flags(), choice: samples.integer(),
                    reward: Float(samples.number()), nextFeatures: samples.floats(),
                    nextMask: samples.flags(), truncated: samples.chance.bernoulli(0.5),
                    done: samples.chance.bernoulli(0.5),
                    steps: UInt8(1 + samples.chance.integer(below: 255)),
                    policyVersion: samples.integer(), chainStart: starts,
                    nextChainStart: starts.reversed())
            })
    }

    private mutating func weights() -> WeightSnapshot {
        WeightSnapshot(
            generation: integer(), version: integer(), layout: integer(), parameters: floats())
    }

    private mutating func update() -> WeightUpdate {
        WeightUpdate(
            sender: integer(), round: instant(), samples: integer(), layout: integer(),
            parameters: floats())
    }

    private mutating func part() -> SubtaskRecord {
        SubtaskRecord(
            server: integer(), fraction: number(), queued: span(), start: span(), finish: span())
    }

    private mutating func taskRecord() -> TaskRecord {
        TaskRecord(
            id: id(), episode: integer(), trafficClass: integer(),
            status: TaskStatus.allCases[chance.integer(below: 4)], arrival: span(),
            completion: span(), deadline: span(), workload: Gigacycles(number()),
            policyVersion: integer(), first: chance.bernoulli(0.7) ? part() : nil,
            others: list { $0.part() },
            loss: chance.bernoulli(0.5) ? nil : LossReason.allCases[chance.integer(below: 2)])
    }

    private mutating func station() -> StationRecord {
        var station = StationRecord(station: integer(), episode: integer())
        for counter in StationRecord.counters { station[keyPath: counter] = integer() }
        for amount in StationRecord.amounts { station[keyPath: amount] = number() }
        station.busy = span()
        station.egressBusy = span()
        station.away = span()
        return station
    }

    private mutating func training() -> TrainingRecord {
        var training = TrainingRecord(time: instant())
        training.station = chance.bernoulli(0.5) ? nil : integer() >> 1
        for counter in TrainingRecord.counters { training[keyPath: counter] = integer() }
        for amount in TrainingRecord.amounts { training[keyPath: amount] = number() }
        return training
    }

    private mutating func statistics() -> ProcessStatistics {
        var statistics = ProcessStatistics()
        for counter in ProcessStatistics.counters { statistics[keyPath: counter] = integer() }
        statistics.decisionTimes = list { .init(bucket: $0.integer(), count: $0.integer()) }
        statistics.lateness = list { .init(bucket: $0.integer(), count: $0.integer()) }
        return statistics
    }
}

extension [UInt8] {
    /// Lends the bytes as a span.
    func lend<Result>(_ body: (RawSpan) throws -> Result) rethrows -> Result {
        try body(span.bytes)
    }
}
