import Messaging

/// What the learner's records add up to.
struct TrainingTotals: Sendable {
    var version: UInt64 = 0
    var gradientSteps: UInt64 = 0
    var transitions: UInt64 = 0
    var weightBytes: UInt64 = 0
    var weightMessages: UInt64 = 0
    var versionLagSum: UInt64 = 0
    var versionLagCount: UInt64 = 0

    mutating func add(_ record: TrainingRecord) {
        version = max(version, record.version)
        gradientSteps = max(gradientSteps, record.gradientSteps)
        transitions = max(transitions, record.transitions)
        weightBytes += record.weightBytes
        weightMessages += record.weightMessages
        versionLagSum += record.versionLagSum
        versionLagCount += record.versionLagCount
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
        taskMessages += other.taskMessages
        stateMessages += other.stateMessages
        experienceMessages += other.experienceMessages
        policyVersion = max(policyVersion, other.policyVersion)
        adoptions += other.adoptions
        refusedSubtasks += other.refusedSubtasks
        replacedSubtasks += other.replacedSubtasks
        passedTasks += other.passedTasks
        inheritedTasks += other.inheritedTasks
        droppedTransitions += other.droppedTransitions
    }
}
