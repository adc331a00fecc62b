/// What becomes of the processes of a run, decided as a value: events in, actions out.
///
/// The hub is the last process, unless it is on another host. It ends a run by itself; a process
/// that dies, or a person who wants to stop, makes the hub end it early and keep the results so
/// far. Whoever does not follow within a stated time is killed.
package struct Supervision: Sendable {
    /// How a process ended.
    package enum Ending: Hashable, Sendable, CustomStringConvertible {
        case exited(Int32)
        case signalled(Int32)

        package var description: String {
            switch self {
            case .exited(let code): "exited with code \(code)"
            case .signalled(let number): "was killed by signal \(number)"
            }
        }
    }

    package enum Event: Hashable, Sendable {
        case started(Int, process: Int32)
        case notStarted(Int, String)
        case ended(Int, Ending)
        /// The hub has not heard a process for too long.
        case silent(String)
        /// The hub has said something; with it, whether it is writing its results.
        case heardHub(isWriting: Bool)
        /// Ctrl-C, or a signal that means the same.
        case interrupt
        /// The run is to end because of something that happened on another host.
        case abort(String)
        /// Whoever steers this launcher has not been heard for too long, or is gone.
        case cut
        /// Some time has passed.
        case tick
    }

    package enum Action: Hashable, Sendable {
        case tellHub(Lifeline.Order)
        /// Send SIGKILL to a process.
        case kill(process: Int32)
        /// Start a process again, as its epoch, after so many nanoseconds.
        case start(Int, epoch: UInt16, after: Int64)
        /// For the screen.
        case say(String)
    }

    /// Why the run was not what it should have been.
    package struct Failure: Hashable, Sendable {
        /// The process that died.
        package var process: String
        package var detail: String
    }

    /// How long the hub may take to end a run early (nanoseconds): it has results to write.
    package static let hubGrace: Int64 = 30_000_000_000
    /// How long it may take when a process has died: it says farewell to the others within 3 s,
    /// and has results to write.
    package static let abortGrace: Int64 = 20_000_000_000
    /// How long the others may take once the hub is gone.
    package static let memberGrace: Int64 = 5_000_000_000
    /// How long the hub may say nothing before it is started again.
    package static let hubPatience: Int64 = 15_000_000_000
    /// Longer ones between two ticks mean that this process did not run.
    private static let longestGap: Int64 = 2_000_000_000

    /// A process as far as it is known.
    private enum Child: Hashable, Sendable {
        case awaited
        case running(Int32)
        case gone
    }

    private let names: [String]
    private let hub: Int?
    /// Nil: a death ends the run.
    private let restarts: RestartPolicy?
    private var children: [Child]
    /// How often each has been started, and when it has died.
    private var epochs: [UInt16]
    private var deaths: [[Int64]]
    /// When the hub was last heard; nil when it need not say anything.
    private var lastHeardHub: Int64?
    private var lastTick: Int64?
    private var deadline: Int64?
    private var interrupts = 0
    /// What the hub exited with.
    private var hubCode: Int32?
    /// Without a hub here: whether it has told a process that the run is over.
    private var isDismissed = false
    private var isCut = false
    /// The first death that nobody asked for.
    package private(set) var failure: Failure?

    /// - Parameters:
    ///   - names: of the processes; the hub's is the last.
    ///   - hasHub: whether it is among them, or on another host.
    ///   - restarts: when those that die are started again; nil: never.
    ///   - epoch: of the first start.
    package init(
        names: [String], hasHub: Bool = true, restarts: RestartPolicy? = nil, epoch: UInt16 = 1
    ) {
        self.names = names
        hub = hasHub ? names.count - 1 : nil
        self.restarts = restarts
        epochs = Array(repeating: epoch, count: names.count)
        deaths = Array(repeating: [], count: names.count)
        children = Array(repeating: .awaited, count: names.count)
    }

    package var isOver: Bool { children.allSatisfy { $0 == .gone } }

    /// What the launcher exits with; 3 as long as the run is not over.
    package var exitCode: Int32 {
        if isCut { return Self.cutCode }
        if interrupts > 0, failure == nil { return 130 }
        return failure == nil ? hubCode ?? (hub == nil ? 0 : 3) : 3
    }

    /// What the launcher exits with when it was cut off: the run can be resumed.
    package static let cutCode: Int32 = 75

    /// Whether processes that start or die now do so after the end.
    private var isEnding: Bool { hubCode != nil || isDismissed || interrupts > 1 || isCut }

    /// - Parameter now: nanoseconds of any steady clock.
    package mutating func handle(_ event: Event, at now: Int64) -> [Action] {
        switch event {
        case .started(let index, let process):
            children[index] = .running(process)
            if index == hub { lastHeardHub = restarts == nil ? nil : now }
            // What was to be killed may have started only now.
            return isEnding ? [.kill(process: process)] : []
        case .notStarted(let index, let reason):
            children[index] = .gone
            return fail(index, "could not be started: \(reason)", at: now)
        case .ended(let index, let ending):
            children[index] = .gone
            return index == hub
                ? hubEnded(ending, at: now) : memberEnded(index, ending, at: now)
        case .silent(let name):
            guard restarts != nil, let index = names.firstIndex(of: name) else { return [] }
            return [.say("process \(name) does not answer")] + kill(index)
        case .heardHub(let isWriting):
            lastHeardHub = restarts == nil || isWriting ? nil : now
            return []
        case .interrupt:
            return interrupt(at: now)
        case .abort(let reason):
            return abort(reason, at: now)
        case .cut:
            isCut = true
            return [.say("nobody steers this launcher any more; ending its processes")] + killAll()
        case .tick:
            // Whoever was away itself cannot tell how long the hub has been silent.
            if now - (lastTick ?? now) > Self.longestGap, lastHeardHub != nil {
                lastHeardHub = now
            }
            lastTick = now
            if let hub, let lastHeardHub, now - lastHeardHub > Self.hubPatience {
                self.lastHeardHub = nil
                return [.say("the hub does not answer")] + kill(hub)
            }
            guard let deadline, now >= deadline, !isOver else { return [] }
            self.deadline = nil
            return [.say("killing what does not end: \(remaining)")] + killAll()
        }
    }

    private mutating func interrupt(at now: Int64) -> [Action] {
        interrupts += hub == nil ? 2 : 1
        guard interrupts == 1 else { return killAll() }
        deadline = min(deadline ?? .max, now + Self.hubGrace)
        return [
            .say("ending the run in order; once more to kill it"), .tellHub(.end),
        ]
    }

    private mutating func memberEnded(_ index: Int, _ ending: Ending, at now: Int64) -> [Action] {
        // With code 0 a process follows the hub; if it does not, the hub misses it itself.
        guard ending != .exited(0), !isEnding else {
            if hub == nil, !isDismissed, ending == .exited(0) {
                isDismissed = true
                deadline = now + Self.memberGrace
            }
            return []
        }
        return restart(index, ending, at: now) ?? fail(index, ending.description, at: now)
    }

    private mutating func hubEnded(_ ending: Ending, at now: Int64) -> [Action] {
        lastHeardHub = nil
        let isOrderly: Bool
        switch ending {
        case .exited(let code):
            isOrderly = [0, 2, 3, 130].contains(code)
            hubCode = code
        case .signalled:
            isOrderly = false
        }
        if !isOrderly, interrupts < 2, !isCut, let hub,
            let actions = restart(hub, ending, at: now)
        {
            hubCode = nil
            return actions
        }
        hubCode = hubCode ?? 3
        if isOrderly {
            // After a run that ended early some may never have heard of the hub.
            let isEarly = hubCode == 3 || hubCode == 130
            deadline = now + (isEarly ? Self.memberGrace / 5 : Self.memberGrace)
            return []
        }
        if failure == nil, interrupts < 2, let hub {
            failure = Failure(process: names[hub], detail: ending.description)
        }
        return killAll()
    }

    private func kill(_ index: Int) -> [Action] {
        if case .running(let process) = children[index] { [.kill(process: process)] } else { [] }
    }

    /// Starts a process again that has died, unless that is no use; nil then.
    private mutating func restart(
        _ index: Int, _ ending: Ending, at now: Int64
    ) -> [Action]? {
        guard let restarts, restarts.applies(to: ending), failure == nil else { return nil }
        deaths[index].append(now)
        // A draw that needs no generator: what it is for is that processes differ.
        let draw = UInt64(index) &* 2_654_435_761 &+ UInt64(deaths[index].count)
        let jitter = Double(draw % 97) / 97
        guard let delay = restarts.delay(after: deaths[index], jitter: jitter) else { return nil }
        children[index] = .awaited
        epochs[index] += 1
        return [
            .say("process \(names[index]) \(ending); starting it again"),
            .start(index, epoch: epochs[index], after: delay),
        ]
    }

    private mutating func fail(_ index: Int, _ detail: String, at now: Int64) -> [Action] {
        guard failure == nil else { return [] }
        failure = Failure(process: names[index], detail: detail)
        guard index != hub else { return killAll() }
        return [.say("process \(names[index]) \(detail); ending the run")]
            + abort("process \(names[index]) \(detail)", at: now)
    }

    /// Ends the run early: the hub's business, or that of these processes alone where it is on
    /// another host.
    private mutating func abort(_ reason: String, at now: Int64) -> [Action] {
        guard hub != nil else {
            isDismissed = true
            return killAll()
        }
        deadline = min(deadline ?? .max, now + Self.abortGrace)
        return [.tellHub(.abort(reason))]
    }

    private mutating func killAll() -> [Action] {
        children.compactMap { child in
            if case .running(let process) = child { .kill(process: process) } else { nil }
        }
    }

    /// The first few names of those that have not ended.
    private var remaining: String {
        let left = zip(names, children).filter { $1 != .gone }.map(\.0)
        let shown = left.prefix(5).joined(separator: ", ")
        return left.count > 5 ? "\(shown) and \(left.count - 5) more" : shown
    }
}
