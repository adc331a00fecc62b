package import Messaging
package import SimulationKernel

/// A node between two inputs, with everything that is on its way to it from the nodes of its
/// group: enough to go on with it in another process.
package struct NodeSnapshot: Sendable, Codable {
    /// Every input up to this instant has been handled, and none after it.
    package var time: VirtualInstant
    package var node: NodeIndex
    /// How many deliveries and timers it had asked for.
    package var sequence: UInt64
    package var memory: Memory.Snapshot
    /// What its decision maker remembers; nil for nodes that never ask.
    package var decisionMaker: Memory.Snapshot?
    package var timers: [PendingTimer]
    package var messages: [PendingMessage]
    /// Messages that the node has sent to nodes of other groups, due after `time`.
    package var departed: [PendingMessage]
}

/// A timer that has not gone off.
package struct PendingTimer: Hashable, Sendable, Codable {
    package var key: EventKey
    package var timer: Timer
}

/// A message that has not been handled.
package struct PendingMessage: Hashable, Sendable, Codable {
    package var key: EventKey
    package var to: NodeIndex
    package var message: Message
}

/// Where the snapshots of a group go.
package protocol SnapshotKeeper: AnyObject {
    /// - Parameter snapshots: of all nodes of the group, at the same instant.
    func keep(_ snapshots: [NodeSnapshot])
    /// There are none, because a node cannot say what it remembers.
    func cannotKeep(_ reason: String)
}
