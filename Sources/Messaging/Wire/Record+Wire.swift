import EdgeModel
import SimulationKernel

/// The number of a kind of record on the wire and in tapes.
enum RecordKind: UInt8 {
    case task = 1
    case station = 2
    case state = 3
    case training = 4
    case checkpoint = 5
    case abandoned = 6
}

extension WireBuffer {
    /// Appends a record: kind 1, then its fields.
    package func append(_ record: Record) {
        switch record {
        case .task(let task):
            append(RecordKind.task.rawValue)
            append(task)
        case .station(let station):
            append(RecordKind.station.rawValue)
            append(station)
        case .state(let report):
            append(RecordKind.state.rawValue)
            append(report)
        case .abandoned(let part):
            append(RecordKind.abandoned.rawValue)
            append(part)
        case .training(let training):
            append(RecordKind.training.rawValue)
            append(training)
        case .checkpoint(let checkpoint):
            append(RecordKind.checkpoint.rawValue)
            append(trainer: checkpoint.station)
            append(checkpoint.version)
            append(checkpoint.gradientSteps)
            append(UInt32(checkpoint.bytes.count))
            for byte in checkpoint.bytes { append(byte) }
        }
    }

    private func append(_ task: TaskRecord) {
        append(task.id)
        append(task.episode)
        append(task.trafficClass)
        append(task.status.rawValue)
        append(UInt8(task.first == nil ? 0 : 1))
        append(task.loss.map { $0.rawValue + 1 } ?? 0)
        append(task.arrival.nanoseconds)
        append(task.completion.nanoseconds)
        append(task.deadline.nanoseconds)
        append(task.workload.value)
        append(task.policyVersion)
        if let first = task.first { append(first) }
        append(UInt32(task.others.count))
        for other in task.others { append(other) }
    }

    private func append(_ part: SubtaskRecord) {
        append(part.server)
        append(part.fraction)
        append(part.queued.nanoseconds)
        append(part.start.nanoseconds)
        append(part.finish.nanoseconds)
    }

    private func append(_ part: AbandonedPart) {
        append(part.task)
        append(part.episode)
        append(part.server)
        append(part.queued.nanoseconds)
        append(part.start.nanoseconds)
        append(part.finish.nanoseconds)
        append(part.work.value)
    }

    private func append(_ station: StationRecord) {
        append(station.station)
        append(station.episode)
        for counter in StationRecord.counters { append(station[keyPath: counter]) }
        for amount in StationRecord.amounts { append(station[keyPath: amount]) }
        append(station.busy.nanoseconds)
        append(station.egressBusy.nanoseconds)
        append(station.away.nanoseconds)
    }

    private func append(_ training: TrainingRecord) {
        append(training.time.nanoseconds)
        append(trainer: training.station)
        for counter in TrainingRecord.counters { append(training[keyPath: counter]) }
        for amount in TrainingRecord.amounts { append(training[keyPath: amount]) }
    }

    /// A station that trains, or all ones for the learner.
    private func append(trainer station: NodeIndex?) { append(station ?? .max) }
}

extension WireReader {
    package mutating func record(_ bytes: RawSpan) throws(WireError) -> Record {
        let number: UInt8 = try integer(bytes)
        guard let kind = RecordKind(rawValue: number) else { throw .unknownKind(number) }
        switch kind {
        case .task: return .task(try taskRecord(bytes))
        case .station: return .station(try stationRecord(bytes))
        case .state: return .state(try report(bytes))
        case .abandoned: return .abandoned(try abandonedPart(bytes))
        case .training: return .training(try trainingRecord(bytes))
        case .checkpoint: return .checkpoint(try checkpointRecord(bytes))
        }
    }

    mutating func records(_ bytes: RawSpan) throws(WireError) -> [Record] {
        let count = try itemCount(atLeast: 21, bytes)
        var records: [Record] = []
        records.reserveCapacity(count)
        for _ in 0..<count { records.append(try record(bytes)) }
        return records
    }

    private mutating func taskRecord(_ bytes: RawSpan) throws(WireError) -> TaskRecord {
        let id = try taskID(bytes)
        let episode: UInt32 = try integer(bytes)
        let trafficClass: UInt16 = try integer(bytes)
        let status = TaskStatus(rawValue: try integer(bytes))
        let placed: UInt8 = try integer(bytes)
        let loss: UInt8 = try integer(bytes)
        let reason = loss == 0 ? nil : LossReason(rawValue: loss - 1)
        guard let status, placed <= 1, loss == 0 || reason != nil else { throw .invalidValue }
        var task = TaskRecord(
            id: id, episode: episode, trafficClass: trafficClass, status: status,
            arrival: try duration(bytes), completion: try duration(bytes),
            deadline: try duration(bytes), workload: Gigacycles(try double(bytes)),
            policyVersion: try integer(bytes), first: nil, loss: reason)
        if placed == 1 { task.first = try part(bytes) }
        for _ in 0..<(try itemCount(atLeast: 36, bytes)) { task.others.append(try part(bytes)) }
        return task
    }

    private mutating func part(_ bytes: RawSpan) throws(WireError) -> SubtaskRecord {
        SubtaskRecord(
            server: try integer(bytes), fraction: try double(bytes), queued: try duration(bytes),
            start: try duration(bytes), finish: try duration(bytes))
    }

    private mutating func abandonedPart(_ bytes: RawSpan) throws(WireError) -> AbandonedPart {
        AbandonedPart(
            task: try taskID(bytes), episode: try integer(bytes), server: try integer(bytes),
            queued: try duration(bytes), start: try duration(bytes), finish: try duration(bytes),
            work: Gigacycles(try double(bytes)))
    }

    private mutating func stationRecord(_ bytes: RawSpan) throws(WireError) -> StationRecord {
        var station = StationRecord(station: try integer(bytes), episode: try integer(bytes))
        for counter in StationRecord.counters { station[keyPath: counter] = try integer(bytes) }
        for amount in StationRecord.amounts { station[keyPath: amount] = try double(bytes) }
        station.busy = try duration(bytes)
        station.egressBusy = try duration(bytes)
        station.away = try duration(bytes)
        return station
    }

    private mutating func checkpointRecord(_ bytes: RawSpan) throws(WireError) -> CheckpointRecord {
        var checkpoint = CheckpointRecord(
            station: try trainer(bytes), version: try integer(bytes),
            gradientSteps: try integer(bytes), bytes: [])
        let count = try itemCount(atLeast: 1, bytes)
        checkpoint.bytes.reserveCapacity(count)
        for _ in 0..<count { checkpoint.bytes.append(try integer(bytes)) }
        return checkpoint
    }

    private mutating func trainer(_ bytes: RawSpan) throws(WireError) -> NodeIndex? {
        let station: NodeIndex = try integer(bytes)
        return station == .max ? nil : station
    }

    private mutating func trainingRecord(_ bytes: RawSpan) throws(WireError) -> TrainingRecord {
        var training = TrainingRecord(time: try instant(bytes))
        training.station = try trainer(bytes)
        for counter in TrainingRecord.counters { training[keyPath: counter] = try integer(bytes) }
        for amount in TrainingRecord.amounts { training[keyPath: amount] = try double(bytes) }
        return training
    }
}

extension StationRecord {
    static let counters: [any WritableKeyPath<Self, UInt64> & Sendable] = [
        \.arrivedTasks, \.queuedSubtasks, \.finishedSubtasks, \.decisions, \.stateAgeCount,
        \.reportGaps, \.taskBytes, \.stateBytes, \.experienceBytes, \.taskMessages,
        \.stateMessages, \.experienceMessages, \.policyVersion, \.adoptions,
        \.refusedSubtasks, \.replacedSubtasks, \.passedTasks, \.inheritedTasks,
        \.droppedTransitions, \.weightBytes, \.weightMessages, \.unusedNetworks,
    ]
    static let amounts: [any WritableKeyPath<Self, Double> & Sendable] = [
        \.arrivedWork, \.finishedWork, \.heldWork, \.subtaskSeconds, \.unfinishedSubtaskSeconds,
        \.offeredCapacity, \.stateAgeSeconds,
    ]
}

extension TrainingRecord {
    static let counters: [any WritableKeyPath<Self, UInt64> & Sendable] = [
        \.version, \.gradientSteps, \.transitions, \.droppedTransitions, \.skippedSteps,
        \.weightBytes, \.weightMessages, \.versionLagSum, \.versionLagCount, \.mixedNetworks,
        \.mixedAgeNanoseconds, \.unusedNetworks,
    ]
    static let amounts: [any WritableKeyPath<Self, Double> & Sendable] = [
        \.criticLoss, \.actorLoss, \.temperature, \.entropy, \.conditionalEntropy,
        \.marginalEntropy, \.divergence, \.meanQ, \.meanTarget, \.gradientNorm,
        \.actorGradientNorm, \.criticGradientNorm, \.meanReward, \.samplesPerInsert,
        \.policyAgeSeconds,
    ]
}
