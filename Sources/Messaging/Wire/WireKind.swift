/// The number of a kind of message on the wire; never given to another kind.
package enum MessageKind: UInt8, Hashable, Sendable, CaseIterable {
    case task = 1
    case subtask = 2
    case notice = 3
    case report = 4
    case transitions = 5
    case weights = 6
    case refusal = 7
    case update = 8

    /// The first part of the topic that such a message is published under.
    package var topicName: String {
        switch self {
        case .task: "task"
        case .subtask: "subtask"
        case .notice: "notice"
        case .report: "state"
        case .transitions: "experience"
        case .weights: "weights"
        case .refusal: "refusal"
        case .update: "update"
        }
    }
}

extension Message {
    package var kind: MessageKind {
        switch self {
        case .task: .task
        case .subtask: .subtask
        case .notice: .notice
        case .report: .report
        case .transitions: .transitions
        case .weights: .weights
        case .refusal: .refusal
        case .update: .update
        }
    }
}
