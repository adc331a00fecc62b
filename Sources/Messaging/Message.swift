package import EdgeModel

/// What nodes say to each other. The wire form is in docs/PROTOCOL.md.
package enum Message: Hashable, Sendable {
    /// Traffic source to station: a user's request has reached the station. Station to station: the
    /// sender is away, and the task is the receiver's from now on.
    case task(EdgeTask)
    /// Station to edge server: compute this part.
    case subtask(Subtask)
    /// Edge server to station: a part is finished; stands for the result when there is one.
    case notice(SubtaskNotice)
    /// Edge server to station: a part is not computed here, since the station is away.
    case refusal(SubtaskRefusal)
    /// Station to its neighbours, published.
    case report(StateReport)
    /// Station to learner.
    case transitions(TransitionBatch)
    /// Learner to stations, published.
    case weights(WeightSnapshot)
    /// Station to learner; published: learner to stations, station to its neighbours.
    case update(WeightUpdate)
}
