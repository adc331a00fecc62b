/// How much is trained on what (docs/MODEL.md, section 8); the same in every training mode.
package struct TrainerSettings: Hashable, Sendable {
    /// Gradient samples per inserted transition.
    package var samplesPerInsert = 8.0
    /// Transitions before the first update.
    package var minimumTransitions = 1000
    /// Transitions that training may be behind before new ones are dropped.
    package var lagLimit = 10_000
    /// Transitions that the replay buffer holds.
    package var replayCapacity = 100_000
    /// How they are drawn; nil for uniformly.
    package var priorities: PrioritySettings?
    /// Strings that checkpoints carry beside those of the agent, and that must be the same in a
    /// checkpoint to go on from.
    package var identity: [String: String] = [:]

    package init() {}
}
