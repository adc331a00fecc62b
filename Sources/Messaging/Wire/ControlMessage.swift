package import SimulationKernel

/// What the hub and the processes say to each other; not emulated (docs/PROTOCOL.md, section 4).
package enum ControlMessage: Hashable, Sendable {
    /// Process to hub, first of all: where it can be reached.
    case hello(Hello)
    /// Hub to process: whom it connects to.
    case welcome([PeerAddress])
    /// Process to hub: every link and subscription is confirmed.
    case ready
    /// Hub to process: every process is ready. `origin` is the monotonic clock's reading, in
    /// nanoseconds, at virtual time 0 of a wall-clock run, and 0 under the virtual clock.
    case start(origin: Int64)
    /// Hub to process: handle everything before the window's end.
    case open(WindowOpening)
    /// Process to hub: that is done.
    case done(WindowReport)
    /// Process to hub: results to keep. `first` is the number of the first, of all that the
    /// process has ever given, from 0.
    case records(first: UInt64, [Record])
    /// Process to hub: it computes, and has done so many steps since the start of the run.
    case working(progress: UInt64)
    /// Process to hub: what its clock reads. Hub to process: the answer (wall clock).
    case clockQuery(sent: Int64)
    case clockAnswer(ClockExchange)
    /// Either way, by way of the hub: a subscriber misses publications.
    case missing(MissingPublications)
    /// Hub to process: no more events; send what is left and say farewell.
    case stop(StopReason)
    /// Process to hub, last of all.
    case farewell(ProcessStatistics)
    /// Process to hub: it cannot go on, and why; at most 255 bytes.
    case failed(String)
    /// Hub to process, when one of the two has come back: how far the hub has got with it.
    case resume(Resumption)
    /// Hub to process: a peer has come back, and misses what was on its way to it.
    case returned(process: UInt32)
}

/// What the hub has of a process, so that the process can say the rest.
package struct Resumption: Hashable, Sendable {
    /// Windows that the process has reported, the start inputs included.
    package var reports: UInt64
    /// Records that it has given.
    package var records: UInt64

    package init(reports: UInt64, records: UInt64) {
        self.reports = reports
        self.records = records
    }
}

/// Readings of two clocks, nanoseconds, when a question was sent, received and answered.
package struct ClockExchange: Hashable, Sendable {
    /// By the clock that asks.
    package var sent: Int64
    /// By the clock that answers.
    package var received: Int64
    package var answered: Int64

    package init(sent: Int64, received: Int64, answered: Int64) {
        self.sent = sent
        self.received = received
        self.answered = answered
    }
}

/// One entry of a control frame.
package enum ControlEntry: Hashable, Sendable {
    case message(ControlMessage)
    /// Message entries for the nodes of a process, at this place in the frame. They travel with
    /// the reports and openings that are sent anyway: before the report, after the opening.
    case relay(to: UInt32, Range<Int>)
}

package struct Hello: Hashable, Sendable {
    /// Where the process takes frames from its peers.
    package var direct: String
    /// Where it publishes.
    package var published: String

    package init(direct: String, published: String) {
        self.direct = direct
        self.published = published
    }
}

package struct PeerAddress: Hashable, Sendable {
    package var process: UInt32
    package var direct: String
    package var published: String

    package init(process: UInt32, direct: String, published: String) {
        self.process = process
        self.direct = direct
        self.published = published
    }
}

/// An order to run up to the end of a window.
package struct WindowOpening: Hashable, Sendable {
    /// Counts the process's windows from 1; 0 is the start inputs.
    package var window: UInt64
    /// Inputs before this instant are handled.
    package var end: VirtualInstant
    /// What must have arrived before the window starts.
    package var expected: [Expectation]

    package init(window: UInt64, end: VirtualInstant, expected: [Expectation]) {
        self.window = window
        self.end = end
        self.expected = expected
    }

    /// How many frames of one sender a process must hold, counted from the start of the run.
    @frozen
    package struct Expectation: Hashable, Sendable {
        package var sender: UInt32
        /// The sender's window that brought the last of them.
        package var window: UInt64
        package var direct: UInt64
        package var published: UInt64

        @inlinable package init(
            sender: UInt32, window: UInt64, direct: UInt64, published: UInt64
        ) {
            self.sender = sender
            self.window = window
            self.direct = direct
            self.published = published
        }
    }
}

/// What a process tells the hub at the end of a window.
package struct WindowReport: Hashable, Sendable {
    package var window: UInt64
    /// When something can next follow for others from inputs that it holds already.
    package var next: VirtualInstant
    /// The processes that it has sent new frames to.
    package var sent: [Dispatch]

    package init(window: UInt64, next: VirtualInstant, sent: [Dispatch]) {
        self.window = window
        self.next = next
        self.sent = sent
    }

    /// How many frames a process has sent to another since the start of the run.
    @frozen
    package struct Dispatch: Hashable, Sendable {
        package var receiver: UInt32
        package var direct: UInt64
        package var published: UInt64
        /// When something can first follow at the receiver from what is new.
        package var earliest: VirtualInstant

        @inlinable package init(
            receiver: UInt32, direct: UInt64, published: UInt64, earliest: VirtualInstant
        ) {
            self.receiver = receiver
            self.direct = direct
            self.published = published
            self.earliest = earliest
        }
    }
}

/// Asks a publisher for what a subscriber has not seen.
package struct MissingPublications: Hashable, Sendable {
    package var topic: Topic
    /// The first number that is missing; everything from there on is sent again.
    package var from: UInt64

    package init(topic: Topic, from: UInt64) {
        self.topic = topic
        self.from = from
    }
}

package enum StopReason: UInt8, Hashable, Sendable, CaseIterable {
    /// The run has reached its end.
    case finished
    /// A person asked for it.
    case interrupted
    /// A process died or a limit was reached.
    case aborted
}
