import Subprocess
import SystemPackage

#if canImport(Glibc)
    import Glibc
#endif

/// One process that runs to its end by itself, such as a cell of a study.
///
/// Its standard input is a lifeline: it ends when this program is gone, if it watches. Ctrl-C is
/// passed on as a request to end, a second one kills.
package enum ChildRun {
    package enum Ending: Hashable, Sendable {
        case exited(Int32)
        case signalled(Int32)
        /// Killed because it took longer than its limit.
        case timedOut
        case notStarted(String)
    }

    package struct Result: Hashable, Sendable {
        package var ending: Ending
        /// The most memory that the process and those it started had at once, as proportional
        /// set size in bytes, of samples in short intervals; 0 when it was over before the first.
        package var memory: UInt64
        /// Real time that it took, without that in which this program was stopped.
        package var elapsed: Duration
    }

    /// - Parameter limit: real time in which this program runs; nil for none.
    package static func run(_ command: ChildCommand, limit: Duration?) async -> Result {
        var watch = Watch(time: RunningTime(since: .now))
        do {
            let lifeline = try Lifeline.makePipe()
            defer {
                close(lifeline.reading)
                close(lifeline.writing)
            }
            let outcome = try await Subprocess.run(
                command.configuration,
                input: .fileDescriptor(
                    FileDescriptor(rawValue: lifeline.reading),
                    closeAfterSpawningProcess: false),
                output: .fileDescriptor(command.openLog(), closeAfterSpawningProcess: true),
                error: .combinedWithOutput
            ) { execution in
                await follow(execution.processIdentifier.value, limit, watch)
            }
            watch = outcome.closureResult
            let ending: Ending =
                switch outcome.terminationStatus {
                case _ where watch.timedOut: .timedOut
                case .exited(let code): .exited(code)
                case .signaled(let number): .signalled(number)
                }
            return Result(ending: ending, memory: watch.memory, elapsed: watch.time.elapsed)
        } catch {
            return Result(ending: .notStarted("\(error)"), memory: 0, elapsed: .zero)
        }
    }

    private struct Watch: Sendable {
        var timedOut = false
        var memory: UInt64 = 0
        var time: RunningTime
    }

    /// Looks after a process until it is gone.
    private static func follow(
        _ process: pid_t, _ limit: Duration?, _ watch: Watch
    ) async -> Watch {
        var watch = watch
        var wasAsked = false
        var samples = SampleTimes()
        while !ProcessTree.isOver(process) {
            watch.time.advance(to: .now)
            if let limit, watch.time.elapsed > limit {
                watch.timedOut = true
                for member in ProcessTree.members(of: process) { kill(member, SIGKILL) }
                return watch
            }
            if Interrupts.count > 1 {
                kill(process, SIGKILL)
            } else if Interrupts.count == 1, !wasAsked {
                wasAsked = true
                kill(process, SIGTERM)
            }
            if watch.time.elapsed >= samples.next {
                let cost = ContinuousClock().measure {
                    watch.memory = max(watch.memory, ProcessTree.memory(of: process))
                }
                samples.sampled(at: watch.time.elapsed, taking: cost)
            }
            try? await Task.sleep(for: .milliseconds(50))
        }
        watch.time.advance(to: .now)
        return watch
    }
}
