package import SimulationKernel

/// A node's place in the expanded topology: stations in file order, then traffic, then learner.
///
/// A station's node index is its station index, so a `TaskID.origin` is also an address.
@usableFromInline package typealias NodeIndex = UInt32

/// A part of the emulated network as a value: no sockets, threads, clocks or files inside.
///
/// Drivers feed inputs in the order of their event keys and carry out the directives in the order
/// they were given. A node behaves the same under every driver (docs/ARCHITECTURE.md, section 1).
package protocol Node: Remembering, Sendable {
    /// Takes one input and says what is to be done.
    ///
    /// - Parameters:
    ///   - input: what happened.
    ///   - now: its virtual time; never earlier than that of the input before.
    ///   - directives: where the node adds what it wants done; empty on entry.
    mutating func handle(
        _ input: NodeInput, at now: VirtualInstant, _ directives: inout Directives)

    /// When something can follow for others from an input, at the earliest; the distant future if
    /// nothing ever does, and the node only takes note of it or records something.
    ///
    /// What the node sends because of it is due later than that, by the delay of the link, and it
    /// neither wakes before that nor decides; unless another input is due at the same instant as
    /// this one. Until then nobody has to wait for the input, so a driver may hold it for as long.
    func consequence(of input: NodeInput, at time: VirtualInstant) -> VirtualInstant
}

extension Node {
    package func consequence(of input: NodeInput, at time: VirtualInstant) -> VirtualInstant {
        time
    }

    package mutating func remember(_ memory: inout Memory) throws {
        throw MemoryError("a \(Self.self) cannot be written down yet")
    }
}

/// What happens to a node.
package enum NodeInput: Sendable, Codable {
    /// Once, before anything else and before the first instant of the run.
    case start
    /// A message that has crossed its emulated link.
    case message(Message, from: NodeIndex)
    /// A timer that the node set itself.
    case timer(Timer)
    /// The answer to `Directive.decide`; always the very next input.
    case decided(Action)
}

/// What a timer means to the node that set it. Timers cannot be taken back: a node ignores those
/// that no longer apply.
@frozen
package struct Timer: Hashable, Sendable, Codable {
    /// Chosen by the node.
    package var kind: UInt32
    /// Chosen by the node, such as an episode or a generation.
    package var payload: UInt32

    @inlinable package init(kind: UInt32, payload: UInt32 = 0) {
        self.kind = kind
        self.payload = payload
    }
}

/// One subscriber's copy of a publication.
@frozen
package struct Delivery: Hashable, Sendable {
    package var to: NodeIndex
    package var at: VirtualInstant

    @inlinable package init(to: NodeIndex, at: VirtualInstant) {
        self.to = to
        self.at = at
    }
}

/// What a node wants done.
package enum Directive: Sendable {
    /// Deliver a message to one node at an instant after now (links have positive delay; the
    /// start input may send for any instant of the run).
    case send(Message, to: NodeIndex, at: VirtualInstant)
    /// Deliver one message to several nodes, each at its own instant after now.
    case publish(Message, [Delivery])
    /// Wake this node at an instant not before now.
    case wake(Timer, at: VirtualInstant)
    /// Choose a placement; must be the last directive of its input, and is answered by `decided`.
    case decide(Observation)
    /// Use these weights from the next decision on.
    case adopt(WeightSnapshot)
    /// An episode begins for this node's decision maker.
    case beginEpisode(Int)
    /// Keep this in the results of the run.
    case record(Record)
}

/// The directives of one input, in order; the storage is used again and again.
@frozen
package struct Directives: Sendable {
    package var items: [Directive] = []
    /// Where a node that computes for long counts its steps, so that the driver sees it is not
    /// stuck; nil if nobody looks.
    package var progress: ProgressCounter?

    @inlinable package init() {}

    @inlinable package mutating func send(
        _ message: Message, to node: NodeIndex, at instant: VirtualInstant
    ) {
        items.append(.send(message, to: node, at: instant))
    }

    @inlinable package mutating func publish(_ message: Message, _ deliveries: [Delivery]) {
        items.append(.publish(message, deliveries))
    }

    @inlinable package mutating func wake(_ timer: Timer, at instant: VirtualInstant) {
        items.append(.wake(timer, at: instant))
    }

    @inlinable package mutating func decide(_ observation: Observation) {
        items.append(.decide(observation))
    }

    @inlinable package mutating func adopt(_ weights: WeightSnapshot) {
        items.append(.adopt(weights))
    }

    @inlinable package mutating func beginEpisode(_ episode: Int) {
        items.append(.beginEpisode(episode))
    }

    @inlinable package mutating func record(_ record: Record) { items.append(.record(record)) }
}
