package import Messaging
package import SimulationKernel

/// Notes what nodes take in and give out, for replay and recovery.
///
/// Nodes are deterministic, so the messages that reach a node are all that is needed to run it
/// again; what it gave out is noted to prove that the run is the same.
package protocol InputTape: AnyObject {
    /// A message is about to be handled by a node.
    func note(_ message: Message, key: EventKey, to: NodeIndex)
    /// A node has sent a message.
    func note(_ message: Message, sentAs key: EventKey, to: NodeIndex)
    /// A node has given a record.
    func note(_ record: Record, by node: NodeIndex)
}
