import CPlatform
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Does faults to the processes of a run, and sees how long they take to come back.
package final class FaultInjector: Sendable {
    /// What was done, and to whom.
    package struct Injection: Hashable, Sendable {
        package var kind: FaultKind
        package var process: String
        /// Which of the runs, from 1, and how long after its launch began.
        package var run: Int
        package var after: Duration
        /// How long it was done; 0 for what takes no time.
        package var length: Duration
        /// Until the run had the process again; nil when it was not away.
        package var recovery: Duration?
    }

    private struct State {
        var schedule: FaultSchedule
        var left: Int
        var runs = 0
        var runStart = ContinuousClock.now
        var living: [String: Int32] = [:]
        /// When those were killed that have not come back, and which injection that was.
        var away: [String: (since: ContinuousClock.Instant, injection: Int)] = [:]
        var injections: [Injection] = []
        var resources = ResourceWatch()
    }

    private let state: Mutex<State>
    /// What the processes of the run at hand reach each other by; nil: nothing.
    private let proxy = Mutex<LinkProxy?>(nil)
    /// Whether any fault needs a proxy between the processes.
    package let needsProxy: Bool

    /// - Parameter count: how many faults there will be.
    package init(_ schedule: FaultSchedule, count: Int) {
        needsProxy = schedule.kinds.contains(where: \.needsProxy)
        state = Mutex(State(schedule: schedule, left: count))
    }

    /// Harms connections by way of this from now on.
    package func use(_ proxy: LinkProxy?) { self.proxy.withLock { $0 = proxy } }

    package var injections: [Injection] { state.withLock { $0.injections } }
    package var resources: ResourceWatch { state.withLock { $0.resources } }
    package var isDone: Bool { state.withLock { $0.left <= 0 } }

    // MARK: What the launcher tells

    func noteStart(of name: String, process: Int32) {
        state.withLock { $0.living[name] = process }
    }

    func noteEnd(of name: String) { state.withLock { _ = $0.living.removeValue(forKey: name) } }

    /// The hub has a process again, or is there again itself.
    func noteReturn(of name: String) {
        state.withLock { state in
            guard let away = state.away.removeValue(forKey: name) else { return }
            state.injections[away.injection].recovery = ContinuousClock.now - away.since
        }
    }

    /// The next run is launched.
    package func noteStartOfRun() {
        state.withLock { state in
            state.runs += 1
            state.runStart = .now
        }
    }

    /// The run is over: nobody comes back any more.
    package func noteEndOfRun() {
        state.withLock { state in
            state.living = [:]
            state.away = [:]
        }
    }

    // MARK: Faults

    /// Injects faults until there are none left or the task is cancelled.
    package func run() async {
        while let fault = state.withLock({ $0.left > 0 ? $0.schedule.next() : nil }) {
            try? await Task.sleep(for: fault.gap)
            guard !Task.isCancelled else { return }
            await inject(fault)
        }
    }

    /// Looks at what all processes and this one take, until the task is cancelled.
    func watch() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1))
            let living = state.withLock { $0.living }
            for (name, process) in living.merging(["launcher": getpid()], uniquingKeysWith: { $1 })
            {
                guard let holdings = ResourceWatch.Holdings(of: process) else { continue }
                state.withLock { $0.resources.note(holdings, of: name) }
            }
        }
    }

    private func inject(_ fault: Fault) async {
        guard let (name, process) = choose(fault) else { return }
        switch fault.kind {
        case .kill:
            Glibc.kill(process, SIGKILL)
        case .stop:
            Glibc.kill(process, SIGSTOP)
            try? await Task.sleep(for: fault.length)
            Glibc.kill(process, SIGCONT)
        case .slow:
            let end = ContinuousClock.now + fault.length
            while ContinuousClock.now < end {
                Glibc.kill(process, SIGSTOP)
                try? await Task.sleep(for: .milliseconds(9))
                Glibc.kill(process, SIGCONT)
                try? await Task.sleep(for: .milliseconds(1))
            }
        case .full:
            _ = edgeflock_limit_files(process, 1)
            try? await Task.sleep(for: fault.length)
            _ = edgeflock_limit_files(process, 0)
        case .cut:
            harm(name, .cut(fault.length, isLost: fault.manner < 0.5))
        case .garble:
            harm(name, .garble(pieces: 1 + Int(fault.manner * 8)))
        }
    }

    private func harm(_ name: String, _ harm: LinkProxy.Harm) {
        proxy.withLock { $0 }?.harm(name, harm)
    }

    /// The process that a fault is done to; nil when none lives or it is still away.
    private func choose(_ fault: Fault) -> (name: String, process: Int32)? {
        state.withLock { state in
            let names = state.living.keys.sorted()
            guard !names.isEmpty else { return nil }
            let name = names[Int(fault.place * Double(names.count))]
            guard let process = state.living[name], state.away[name] == nil else { return nil }
            state.left -= 1
            let now = ContinuousClock.now
            state.injections.append(
                Injection(
                    kind: fault.kind, process: name, run: state.runs,
                    after: now - state.runStart, length: fault.length))
            if fault.kind == .kill { state.away[name] = (now, state.injections.count - 1) }
            return (name, process)
        }
    }
}
