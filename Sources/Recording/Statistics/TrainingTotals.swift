import Messaging

/// What the records of all who train or average add up to.
struct TrainingTotals: Sendable {
    /// Counters that a trainer counts up itself, by station; the last is the learner's.
    private var steps: [UInt64]
    private var inserted: [UInt64]
    var version: UInt64 = 0
    /// Sent by the learner; what stations send is in their books.
    var weightBytes: UInt64 = 0
    var weightMessages: UInt64 = 0
    var versionLagSum: UInt64 = 0
    var versionLagCount: UInt64 = 0
    /// Networks of others that stations took in, and how old they were.
    var mixedNetworks: UInt64 = 0
    var mixedAgeNanoseconds: UInt64 = 0
    /// Networks that came to the learner too late.
    var unusedNetworks: UInt64 = 0
    /// Averages that the learner made.
    var averages: UInt64 = 0

    init(stations: Int) {
        steps = Array(repeating: 0, count: stations + 1)
        inserted = steps
    }

    var gradientSteps: UInt64 { steps.reduce(0, +) }
    var transitions: UInt64 { inserted.reduce(0, +) }

    mutating func add(_ record: TrainingRecord) {
        let trainer = record.station.map { Int($0) } ?? steps.count - 1
        precondition(trainer < steps.count, "a record of nowhere: \(record)")
        version = max(version, record.version)
        steps[trainer] = max(steps[trainer], record.gradientSteps)
        inserted[trainer] = max(inserted[trainer], record.transitions)
        weightBytes += record.weightBytes
        weightMessages += record.weightMessages
        versionLagSum += record.versionLagSum
        versionLagCount += record.versionLagCount
        unusedNetworks += record.unusedNetworks
        if record.station != nil {
            mixedNetworks += record.mixedNetworks
            mixedAgeNanoseconds += record.mixedAgeNanoseconds
        } else if record.mixedNetworks > 0 {
            averages += 1
        }
    }
}

extension StationRecord {
    /// Adds what can be added up over stations and episodes.
    mutating func add(_ other: StationRecord) {
        decisions += other.decisions
        stateAgeSeconds += other.stateAgeSeconds
        stateAgeCount += other.stateAgeCount
        reportGaps += other.reportGaps
        taskBytes += other.taskBytes
        stateBytes += other.stateBytes
        experienceBytes += other.experienceBytes
        weightBytes += other.weightBytes
        taskMessages += other.taskMessages
        stateMessages += other.stateMessages
        experienceMessages += other.experienceMessages
        weightMessages += other.weightMessages
        policyVersion = max(policyVersion, other.policyVersion)
        adoptions += other.adoptions
        unusedNetworks += other.unusedNetworks
        refusedSubtasks += other.refusedSubtasks
        replacedSubtasks += other.replacedSubtasks
        passedTasks += other.passedTasks
        inheritedTasks += other.inheritedTasks
        droppedTransitions += other.droppedTransitions
    }
}
