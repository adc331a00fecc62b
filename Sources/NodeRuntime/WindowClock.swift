package import Messaging
package import SimulationKernel

/// The hub's part of virtual time over several processes: when may who run how far?
///
/// A conservative clock without rounds. Every process promises that an input at time t makes it
/// send nothing for an instant before t + its lookahead. So what is due at a process q (its own
/// input, or in a frame on its way to it) has no consequence at a process p before
/// due(q) + the least delay of all ways from q to p, and every input of p before
///
///     bound(p) = min over processes q of (due(q) + least delay from q to p)
///
/// may be handled at once, whatever the others are doing. That is a window of p: it is opened as
/// soon as it has something due before its bound, and over when p has reported. While it is open
/// its due time stands for it, since what it will send follows from nothing earlier. Least delays
/// are cut off at a limit, so nobody runs further ahead of the others than that. Bounds only ever
/// grow; one is looked at again when the process that it rests on has got further. A process that
/// is opened learns how many frames of each sender it must hold first: it waits for these itself.
///
/// An input counts as due when something can follow from it for others
/// (``Node/consequence(of:at:)``), which may be later than its time, or never. Until then it waits
/// for a window that something else opens, the last ones for a window for everybody at the end.
///
/// A value without sockets or threads; the hub feeds it reports and sends what it says.
package struct WindowClock: Sendable {
    /// A report that no process that keeps to the protocol would send.
    package struct Violation: Error, Hashable, CustomStringConvertible {
        package let process: Int
        package let description: String
    }

    private struct Participant {
        /// When something can next follow from its inputs, as it said itself, and from frames sent
        /// to it since.
        var next = VirtualInstant.distantFuture
        var earliest = VirtualInstant.distantFuture
        /// Windows that it was opened for; 0 means its start inputs. Before `windowEnd` it has
        /// handled everything, or does so now.
        var window: UInt64 = 0
        var windowEnd = VirtualInstant.zero
        var isOpen = true
        /// What was sent to it since it was last opened, by sender.
        var expected: [WindowOpening.Expectation] = []
        /// Up to where it may run, the process that this rests on, and how many reports had come
        /// when that was found.
        var bound = VirtualInstant.zero
        var reason = 0
        var found: UInt64 = 0

        var due: VirtualInstant { min(next, earliest) }
    }

    private var participants: [Participant]
    private let delays: LeastDelays
    /// By process, nothing happens there any more before this instant, nanoseconds; and how many
    /// reports had come when that was last changed by one of its own.
    private var floors: [Int64]
    private var changed: [UInt64]
    private var reports: UInt64 = 0
    /// The run ends after the inputs of this instant.
    private let end: VirtualInstant
    /// Processes that have yet to handle their start inputs.
    private var starting: Int
    /// Processes that have yet to report.
    package private(set) var outstanding: Int
    /// Whether everyone has been opened for what is left at the end.
    private var isClosing = false
    /// Who was opened by the last ``advance()``, in order of their indices.
    package private(set) var opened: [Int] = []
    /// Windows so far, of all processes together.
    package private(set) var windows: UInt64 = 0

    /// Begins with every process open for its start inputs.
    package init(delays: LeastDelays, end: VirtualInstant) {
        self.delays = delays
        self.end = end
        participants = Array(repeating: Participant(), count: delays.count)
        floors = Array(repeating: VirtualInstant.zero.nanoseconds, count: delays.count)
        changed = Array(repeating: 0, count: delays.count)
        starting = delays.count
        outstanding = delays.count
    }

    /// Whether a process is open and has not reported yet.
    package func isOpen(_ process: Int) -> Bool { participants[process].isOpen }

    /// Before this instant nobody does anything any more that others can notice.
    package var reached: VirtualInstant {
        VirtualInstant(nanoseconds: floors.min() ?? VirtualInstant.distantFuture.nanoseconds)
    }

    // MARK: Reports

    /// Takes a process's report of the window it was opened for.
    package mutating func take(
        _ report: WindowReport, from process: Int
    ) throws(Violation) {
        let participant = participants[process]
        guard participant.isOpen, report.window == participant.window else {
            throw Violation(
                process: process,
                description: "process \(process) reports window \(report.window) in "
                    + "\(participant.window)")
        }
        guard report.next >= participant.windowEnd else {
            throw Violation(
                process: process,
                description: "process \(process) left an input at \(report.next) unhandled, "
                    + "in the window up to \(participant.windowEnd)")
        }
        for dispatch in report.sent {
            try note(dispatch, of: report.window, from: process)
        }
        if report.window == 0 { starting -= 1 }
        outstanding -= 1
        reports += 1
        participants[process].isOpen = false
        participants[process].next = report.next
        floors[process] = participants[process].due.nanoseconds
        changed[process] = reports
    }

    private mutating func note(
        _ dispatch: WindowReport.Dispatch, of window: UInt64, from process: Int
    ) throws(Violation) {
        let receiver = Int(dispatch.receiver)
        guard participants.indices.contains(receiver), receiver != process else {
            throw Violation(
                process: process, description: "process \(process) sent to process \(receiver)")
        }
        // Start inputs may send what is due at the very beginning.
        let floor = VirtualInstant(nanoseconds: floors[process])
        let promise = window == 0 ? floor : floor + delays.from(process, to: receiver)
        guard dispatch.earliest >= promise else {
            throw Violation(
                process: process,
                description: "process \(process) broke its promise: it sent for "
                    + "\(dispatch.earliest), before \(promise)")
        }
        participants[receiver].earliest = min(participants[receiver].earliest, dispatch.earliest)
        if !participants[receiver].isOpen {
            floors[receiver] = min(floors[receiver], dispatch.earliest.nanoseconds)
        }
        // Without frames of its own, what was sent travels with the opening.
        guard dispatch.direct > 0 || dispatch.published > 0 else { return }
        let expectation = WindowOpening.Expectation(
            sender: UInt32(process), window: window, direct: dispatch.direct,
            published: dispatch.published)
        if let known = participants[receiver].expected.firstIndex(where: {
            $0.sender == expectation.sender
        }) {
            participants[receiver].expected[known] = expectation
        } else {
            participants[receiver].expected.append(expectation)
        }
    }

    // MARK: Windows

    /// Opens windows for all those who have something due before their bounds; when nobody has any
    /// more, one for everyone up to the end.
    ///
    /// - Returns: whether the run goes on; `opened` says for whom there is an order.
    package mutating func advance() -> Bool {
        opened.removeAll(keepingCapacity: true)
        guard starting == 0 else { return true }
        openDue()
        if outstanding + opened.count == 0, !isClosing {
            isClosing = true
            for process in participants.indices { open(process, before: afterEnd) }
        }
        outstanding += opened.count
        return outstanding > 0
    }

    /// Has a process opened although nothing is due there: too much waits for it.
    package mutating func hasten(_ process: Int) {
        let instant = max(reached, participants[process].windowEnd)
        participants[process].earliest = min(participants[process].earliest, instant)
        if !participants[process].isOpen {
            floors[process] = participants[process].due.nanoseconds
        }
    }

    private var afterEnd: VirtualInstant { end + VirtualDuration(nanoseconds: 1) }

    private mutating func openDue() {
        for process in participants.indices where !participants[process].isOpen {
            let due = floors[process]
            guard due <= end.nanoseconds else { continue }
            if changed[participants[process].reason] >= participants[process].found {
                findBound(of: process)
            }
            let bound = participants[process].bound
            if due < bound.nanoseconds { open(process, before: min(bound, afterEnd)) }
        }
    }

    private mutating func findBound(of process: Int) {
        let (instant, reason) = delays.bound(of: process, floors)
        participants[process].bound = VirtualInstant(nanoseconds: instant)
        participants[process].reason = reason
        participants[process].found = reports + 1
    }

    /// Its floor stays what it was: what it sends follows from nothing earlier.
    private mutating func open(_ process: Int, before windowEnd: VirtualInstant) {
        participants[process].isOpen = true
        participants[process].earliest = .distantFuture
        participants[process].window += 1
        participants[process].windowEnd = windowEnd
        windows += 1
        opened.append(process)
    }

    /// Hands over the order for a process that the last ``advance()`` opened.
    package mutating func takeOpening(for process: Int) -> WindowOpening {
        let participant = participants[process]
        precondition(participant.isOpen, "process \(process) is not open")
        participants[process].expected.removeAll(keepingCapacity: true)
        return WindowOpening(
            window: participant.window, end: participant.windowEnd, expected: participant.expected)
    }
}
