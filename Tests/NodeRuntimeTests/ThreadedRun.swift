import FoundationEssentials
import Glibc
import Messaging
import NodeRuntime
import SimulationKernel
import Synchronization

/// A whole live run inside the test process: every process of the plan is a thread.
final class ThreadedRun: Sendable {
    let plan: LivePlan
    private let options: LiveOptions
    private let keys: TestKeys?
    private let populate: @Sendable (LivePlan.Process, inout NodeGroup) -> Void
    /// Why processes ended early, and what the hub says at the end.
    private let failures = Mutex<[String]>([])
    /// How often a process or the hub was killed.
    let deaths = Atomic<Int>(0)

    /// - Parameter keys: of a run with keys.
    init(
        _ plan: LivePlan, options: LiveOptions, keys: TestKeys? = nil,
        populate: @escaping @Sendable (LivePlan.Process, inout NodeGroup) -> Void
    ) {
        self.plan = plan
        self.options = options
        self.keys = keys
        self.populate = populate
    }

    var errors: [String] { failures.withLock { $0 } }

    /// Runs the hub on this thread and the processes on threads of their own.
    ///
    /// - Parameters:
    ///   - again: makes the sink of a hub that takes the place of a killed one.
    ///   - absent: processes that never start.
    ///   - onNews: what the hub finds.
    func run(
        into sink: any RecordSink, again: (() -> any RecordSink)? = nil, absent: Set<Int> = [],
        onNews: @escaping (HubNews) -> Void = { _ in },
        shouldStop: (VirtualInstant) -> Bool = { _ in false }
    ) throws -> LiveOutcome {
        let threads = plan.processes.indices.filter { !absent.contains($0) }.map { process in
            TestThread { [self] in runProcess(process) }
        }
        var options = options(of: plan.hub)
        var outcome = try LiveHub(plan: plan, sink: sink, options: options, onNews: onNews)
            .run(shouldStop: shouldStop)
        while case .aborted(.killed) = outcome.ending, let again {
            options = options.nextLife
            deaths.add(1, ordering: .relaxed)
            outcome = try LiveHub(plan: plan, sink: again(), options: options, onNews: onNews)
                .run(shouldStop: shouldStop)
        }
        for thread in threads { thread.join() }
        return outcome
    }

    private func options(of process: Int) -> LiveOptions {
        var options = options
        options.keys = keys?.keys(of: process)
        return options
    }

    private func runProcess(_ process: Int) {
        var options = options(of: process)
        options.mortality.chance = RandomStream(
            seed: options.mortality.chance.generator.next(), entity: "\(process)", purpose: "death")
        while true {
            do {
                try live(process, options)
                return
            } catch .killed {
                options = options.nextLife
                deaths.add(1, ordering: .relaxed)
            } catch {
                failures.withLock { $0.append("\(plan.processes[process].name): \(error)") }
                return
            }
        }
    }

    private func live(_ process: Int, _ options: LiveOptions) throws(LiveError) {
        let records = RecordForwarder()
        var group = NodeGroup(sink: records)
        populate(plan.processes[process], &group)
        let driver = try LiveDriver(
            plan: plan, process: process, group: group, records: records, options: options)
        _ = try driver.run()
    }
}

extension LiveOptions {
    /// What a process has that takes the place of a killed one.
    var nextLife: LiveOptions {
        var next = self
        next.recovery?.epoch += 1
        let seed = next.mortality.chance.generator.next()
        next.mortality.chance = RandomStream(seed: seed, entity: "life", purpose: "death")
        return next
    }
}

/// A thread of its own: the pool that runs tests must not be blocked by what waits for others.
struct TestThread {
    private final class Work {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    private var thread = pthread_t()

    init(_ body: @escaping @Sendable () -> Void) {
        let work = Unmanaged.passRetained(Work(body))
        pthread_create(
            &thread, nil,
            { argument in
                Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue().body()
                return nil
            }, work.toOpaque())
    }

    func join() { pthread_join(thread, nil) }
}

/// Measures for how long the machine, or this process on it, stood still: bounds on times hold beyond
/// that.
final class StandstillWatch: Sendable {
    private let isOver = Atomic<Bool>(false)
    private let nanoseconds = Atomic<Int64>(0)

    /// - Returns: what `body` gives, and all pauses of more than 0.1 s together.
    static func over<R>(_ body: () throws -> R) rethrows -> (R, standstill: Duration) {
        let watch = StandstillWatch()
        let thread = TestThread { watch.look() }
        defer {
            watch.isOver.store(true, ordering: .relaxed)
            thread.join()
        }
        let result = try body()
        return (result, .nanoseconds(watch.nanoseconds.load(ordering: .relaxed)))
    }

    private func look() {
        var last = ContinuousClock.now
        while !isOver.load(ordering: .relaxed) {
            usleep(5_000)
            let now = ContinuousClock.now
            let pause = Int64((now - last) / .nanoseconds(1))
            if pause > 100_000_000 { nanoseconds.add(pause, ordering: .relaxed) }
            last = now
        }
    }
}

/// A directory for the sockets of one run; removed by ``remove()``.
struct SocketDirectory {
    let path: String
    private static let count = Atomic<Int>(0)

    init() {
        let number = Self.count.add(1, ordering: .relaxed).newValue
        path = "/tmp/edgeflock-live-\(getpid())-\(number)"
        mkdir(path, 0o700)
    }

    var transport: LivePlan.Transport { .ipc(directory: path) }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
