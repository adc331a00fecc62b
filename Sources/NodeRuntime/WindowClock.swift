package import Messaging
package import SimulationKernel

/// The hub's part of virtual time over several processes: when may who run how far?
///
/// A conservative clock. Every process promises that an input at time t makes it send nothing for
/// an instant before t + its lookahead. So with `due` the time of a process's next input (its own,
/// or in a frame on its way to it), nothing that is still to be sent can be delivered before
///
///     E = min over processes of (due + lookahead)
///
/// and every input before E may be handled at once, by all processes side by side. That is one
/// window. Only processes with something due before E are opened; when all of them have reported,
/// the next window begins at the least `due`, so empty time is jumped over. A process that is
/// opened learns how many frames of each sender it must hold first: it waits for these itself.
///
/// A value without sockets or threads; the hub feeds it reports and sends what it says.
package struct WindowClock: Sendable {
    /// A report that no process that keeps to the protocol would send.
    package struct Violation: Error, Hashable, CustomStringConvertible {
        package let process: Int
        package let description: String
    }

    private struct Participant {
        let lookahead: VirtualDuration
        /// Its next input as it said itself, and the earliest in frames sent to it since.
        var next = VirtualInstant.distantFuture
        var earliest = VirtualInstant.distantFuture
        var isOpen = true
        /// What was sent to it since it was last opened, by sender.
        var expected: [WindowOpening.Expectation] = []

        var due: VirtualInstant { min(next, earliest) }

        /// Nothing that it still sends is delivered before this instant.
        var promise: VirtualInstant {
            due > .distantFuture - lookahead ? .distantFuture : due + lookahead
        }
    }

    private var participants: [Participant]
    /// The run ends after the inputs of this instant.
    private let end: VirtualInstant
    /// Which window is open, or was last; 0 means the start inputs.
    package private(set) var window: UInt64 = 0
    /// Inputs before this instant may be handled.
    package private(set) var windowEnd = VirtualInstant.zero
    /// Processes that have yet to report.
    package private(set) var outstanding: Int
    /// Who was opened for the window, in order of their indices.
    package private(set) var opened: [Int] = []

    /// Begins with every process open for its start inputs.
    ///
    /// - Precondition: every lookahead is positive.
    package init(lookaheads: [VirtualDuration], end: VirtualInstant) {
        precondition(
            lookaheads.allSatisfy { $0 > .zero }, "a lookahead that is not positive: \(lookaheads)")
        participants = lookaheads.map { Participant(lookahead: $0) }
        outstanding = participants.count
        self.end = end
    }

    /// Whether a process is open and has not reported yet.
    package func isOpen(_ process: Int) -> Bool { participants[process].isOpen }

    /// The least time of any input that is still to be handled.
    package var nextDue: VirtualInstant {
        participants.lazy.map(\.due).min() ?? .distantFuture
    }

    /// Takes a process's report of the window it was opened for.
    package mutating func take(
        _ report: WindowReport, from process: Int
    ) throws(Violation) {
        guard participants[process].isOpen, report.window == window else {
            throw Violation(
                process: process,
                description: "process \(process) reports window \(report.window) in \(window)")
        }
        guard report.next >= windowEnd else {
            throw Violation(
                process: process,
                description: "process \(process) left an input at \(report.next) unhandled, "
                    + "in the window up to \(windowEnd)")
        }
        for dispatch in report.sent {
            try note(dispatch, from: process)
        }
        participants[process].isOpen = false
        participants[process].next = report.next
        outstanding -= 1
    }

    private mutating func note(
        _ dispatch: WindowReport.Dispatch, from process: Int
    ) throws(Violation) {
        let receiver = Int(dispatch.receiver)
        guard participants.indices.contains(receiver), receiver != process else {
            throw Violation(
                process: process, description: "process \(process) sent to process \(receiver)")
        }
        guard dispatch.earliest >= windowEnd else {
            throw Violation(
                process: process,
                description: "process \(process) broke its promise: it sent for "
                    + "\(dispatch.earliest), in the window up to \(windowEnd)")
        }
        participants[receiver].earliest = min(participants[receiver].earliest, dispatch.earliest)
        // Without frames of its own, what was sent travels with the opening.
        guard dispatch.direct > 0 || dispatch.published > 0 else { return }
        let expectation = WindowOpening.Expectation(
            sender: UInt32(process), direct: dispatch.direct, published: dispatch.published)
        if let known = participants[receiver].expected.firstIndex(where: {
            $0.sender == expectation.sender
        }) {
            participants[receiver].expected[known] = expectation
        } else {
            participants[receiver].expected.append(expectation)
        }
    }

    /// Opens the next window, unless the run is over.
    ///
    /// - Returns: whether there is one; `opened` then says for whom.
    /// - Precondition: everyone has reported.
    package mutating func advance() -> Bool {
        precondition(outstanding == 0, "\(outstanding) processes have yet to report")
        opened.removeAll(keepingCapacity: true)
        guard nextDue <= end else { return false }
        var bound = end + VirtualDuration(nanoseconds: 1)
        for participant in participants { bound = min(bound, participant.promise) }
        window += 1
        windowEnd = bound
        for process in participants.indices where participants[process].due < bound {
            participants[process].isOpen = true
            participants[process].earliest = .distantFuture
            opened.append(process)
        }
        outstanding = opened.count
        return true
    }

    /// Hands over the order for a process that the last ``advance()`` opened.
    package mutating func takeOpening(for process: Int) -> WindowOpening {
        let participant = participants[process]
        precondition(participant.isOpen, "process \(process) is not open")
        participants[process].expected.removeAll(keepingCapacity: true)
        return WindowOpening(window: window, end: windowEnd, expected: participant.expected)
    }
}
