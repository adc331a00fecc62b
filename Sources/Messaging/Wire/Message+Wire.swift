import EdgeModel
import SimulationKernel

extension Message {
    /// The size of this message with its envelope, in bytes: what it weighs on an emulated link.
    ///
    /// It is the length of the entry in docs/PROTOCOL.md, known without encoding.
    package var encodedSize: Int { Envelope.size(deliveries: 1) + bodySize }

    /// The size of the body alone, in bytes.
    package var bodySize: Int {
        switch self {
        case .task: 56
        case .subtask, .notice: 40
        case .refusal: 24
        case .report: 48
        case .transitions(let batch):
            batch.transitions.reduce(24) { $0 + $1.encodedSize }
        case .weights(let weights): 32 + 4 * weights.parameters.count
        case .update(let update): 40 + 4 * update.parameters.count
        }
    }
}

extension WireBuffer {
    package func append(body message: Message) {
        switch message {
        case .task(let task): append(task)
        case .subtask(let subtask): append(subtask)
        case .notice(let notice): append(notice)
        case .refusal(let refusal): append(refusal)
        case .report(let report): append(report)
        case .transitions(let batch): append(batch)
        case .weights(let weights): append(weights)
        case .update(let update): append(update)
        }
    }

    func append(_ id: TaskID) {
        append(id.origin)
        append(id.number)
    }

    func append(_ task: EdgeTask) {
        append(task.id)
        append(task.episode)
        append(task.trafficClass)
        append(task.ordinal)
        append(task.arrival.nanoseconds)
        append(task.size.value)
        append(task.result.value)
        append(task.workload.value)
        append(task.deadline.nanoseconds)
    }

    func append(_ subtask: Subtask) {
        append(subtask.task)
        append(subtask.episode)
        append(subtask.part)
        append(subtask.size.value)
        append(subtask.result.value)
        append(subtask.workload.value)
    }

    func append(_ notice: SubtaskNotice) {
        append(notice.task)
        append(notice.episode)
        append(notice.part)
        append(notice.queued.nanoseconds)
        append(notice.start.nanoseconds)
        append(notice.finish.nanoseconds)
    }

    func append(_ refusal: SubtaskRefusal) {
        append(refusal.task)
        append(refusal.episode)
        append(refusal.part)
        append(refusal.instant.nanoseconds)
    }

    func append(_ report: StateReport) {
        append(report.station)
        append(report.episode)
        append(report.sequence)
        append(UInt32(0))
        append(report.timestamp.nanoseconds)
        append(report.backlog.value)
        append(report.egressBacklog.nanoseconds)
        append(report.capacity.value)
    }

    func append(_ weights: WeightSnapshot) {
        append(weights.generation)
        append(UInt32(0))
        append(weights.version)
        append(weights.layout)
        append(UInt64(weights.parameters.count))
        append(weights.parameters)
    }

    func append(_ update: WeightUpdate) {
        append(update.sender)
        append(UInt32(0))
        append(update.round.nanoseconds)
        append(update.samples)
        append(update.layout)
        append(UInt64(update.parameters.count))
        append(update.parameters)
    }
}

extension WireReader {
    package mutating func message(
        _ kind: MessageKind, _ bytes: RawSpan
    ) throws(WireError) -> Message {
        switch kind {
        case .task: .task(try task(bytes))
        case .subtask: .subtask(try subtask(bytes))
        case .notice: .notice(try notice(bytes))
        case .refusal: .refusal(try refusal(bytes))
        case .report: .report(try report(bytes))
        case .transitions: .transitions(try transitionBatch(bytes))
        case .weights: .weights(try weights(bytes))
        case .update: .update(try update(bytes))
        }
    }

    mutating func taskID(_ bytes: RawSpan) throws(WireError) -> TaskID {
        TaskID(origin: try integer(bytes), number: try integer(bytes))
    }

    mutating func instant(_ bytes: RawSpan) throws(WireError) -> VirtualInstant {
        VirtualInstant(nanoseconds: try integer(bytes))
    }

    mutating func duration(_ bytes: RawSpan) throws(WireError) -> VirtualDuration {
        VirtualDuration(nanoseconds: try integer(bytes))
    }

    mutating func task(_ bytes: RawSpan) throws(WireError) -> EdgeTask {
        EdgeTask(
            id: try taskID(bytes), episode: try integer(bytes), trafficClass: try integer(bytes),
            ordinal: try integer(bytes), arrival: try instant(bytes),
            size: Megabits(try double(bytes)), result: Megabits(try double(bytes)),
            workload: Gigacycles(try double(bytes)), deadline: try duration(bytes))
    }

    mutating func subtask(_ bytes: RawSpan) throws(WireError) -> Subtask {
        Subtask(
            task: try taskID(bytes), episode: try integer(bytes), part: try integer(bytes),
            size: Megabits(try double(bytes)), result: Megabits(try double(bytes)),
            workload: Gigacycles(try double(bytes)))
    }

    mutating func notice(_ bytes: RawSpan) throws(WireError) -> SubtaskNotice {
        SubtaskNotice(
            task: try taskID(bytes), episode: try integer(bytes), part: try integer(bytes),
            queued: try instant(bytes), start: try instant(bytes), finish: try instant(bytes))
    }

    mutating func refusal(_ bytes: RawSpan) throws(WireError) -> SubtaskRefusal {
        SubtaskRefusal(
            task: try taskID(bytes), episode: try integer(bytes), part: try integer(bytes),
            instant: try instant(bytes))
    }

    mutating func report(_ bytes: RawSpan) throws(WireError) -> StateReport {
        let station: UInt32 = try integer(bytes)
        let episode: UInt32 = try integer(bytes)
        let sequence: UInt32 = try integer(bytes)
        guard try integer(bytes) as UInt32 == 0 else { throw .invalidValue }
        return StateReport(
            station: station, episode: episode, sequence: sequence,
            timestamp: try instant(bytes), backlog: Gigacycles(try double(bytes)),
            egressBacklog: try duration(bytes), capacity: Gigahertz(try double(bytes)))
    }

    mutating func weights(_ bytes: RawSpan) throws(WireError) -> WeightSnapshot {
        let generation: UInt32 = try integer(bytes)
        guard try integer(bytes) as UInt32 == 0 else { throw .invalidValue }
        let version: UInt64 = try integer(bytes)
        let layout: UInt64 = try integer(bytes)
        guard let count = Int(exactly: try integer(bytes) as UInt64) else { throw .tooLong }
        return WeightSnapshot(
            generation: generation, version: version, layout: layout,
            parameters: try floats(count, bytes))
    }

    mutating func update(_ bytes: RawSpan) throws(WireError) -> WeightUpdate {
        let sender: UInt32 = try integer(bytes)
        guard try integer(bytes) as UInt32 == 0 else { throw .invalidValue }
        let round = try instant(bytes)
        let samples: UInt64 = try integer(bytes)
        let layout: UInt64 = try integer(bytes)
        guard let count = Int(exactly: try integer(bytes) as UInt64) else { throw .tooLong }
        return WeightUpdate(
            sender: sender, round: round, samples: samples, layout: layout,
            parameters: try floats(count, bytes))
    }
}
