package import SimulationKernel

/// Learns weights from transitions: at a learner, or at a station that trains itself.
///
/// A trainer is a value without clock or links. Who holds it inserts transitions, takes the
/// gradient steps that these allow, and sends the weights where they are wanted.
package protocol Trainer: Remembering, Sendable {
    /// Identifies the shape of the weights.
    var layout: UInt64 { get }
    /// The weights that decide, in the order of the layout.
    var weights: [Float] { get }
    /// Whether every weight is a finite number.
    var isFinite: Bool { get }
    /// Gradient steps taken, and those that the inserted transitions allow beyond them.
    var updates: UInt64 { get }
    var pendingUpdates: UInt64 { get }
    /// Transitions inserted.
    var inserted: UInt64 { get }

    /// Adds a transition to what is trained on.
    ///
    /// - Parameters:
    ///   - version: that of the weights published last.
    ///   - age: seconds since the weights that decided were published.
    /// - Returns: false, and nothing is added, if it does not fit the policy or training is too
    ///   far behind.
    mutating func insert(_ transition: Transition, version: UInt64, age: Double) -> Bool

    /// Takes one gradient step.
    mutating func step()

    /// Everything that gradients train, the weights that decide first: what stations average. Not
    /// what follows by itself: target networks, the temperature and what optimisers remember.
    var networks: [Float] { get }

    /// Goes on with other networks.
    ///
    /// - Precondition: they are as many numbers as its own, and finite.
    mutating func replaceNetworks(_ networks: [Float])

    /// What happened since the last record; the caller adds what it has sent.
    mutating func takeRecord(at now: VirtualInstant, version: UInt64) -> TrainingRecord

    /// The networks as a file, and with `isComplete` all that is needed to go on from it as if
    /// nothing had happened.
    func checkpoint(isComplete: Bool) -> [UInt8]

    /// Goes on from such a file; throws, and stays as it is, if that does not fit. Of a file that
    /// is not complete the networks are taken, and all else starts anew.
    mutating func restore(from bytes: [UInt8]) throws
}
