import CPlatform
import Messaging
import SimulationKernel
import Synchronization
import ZeroMQ

#if canImport(Glibc)
    import Glibc
#endif

/// A thread that handles the inputs of a process which computes for long, while the thread that
/// owns the sockets shows the hub that the process lives.
///
/// The group is handed over whole and comes back whole, so one thread at a time has it, and what
/// its nodes do is the same as without a worker.
final class Worker {
    /// Inputs that are handled between two looks at the sockets under the wall clock.
    static let batch = 1_000

    /// What a group is to handle.
    enum Stint: Sendable {
        /// Everything before an instant (virtual clock).
        case window(end: VirtualInstant)
        /// Some of what is due by an instant (wall clock).
        case due(VirtualInstant, Timekeeper)
    }

    /// What the two threads share.
    private final class Desk: Sendable {
        let job = Mutex<Job?>(nil)
        let result = Mutex<Job?>(nil)
        let progress: ProgressCounter
        /// Rung when a job, or one that is done, lies on the desk.
        let begun = Bell()
        let done = Bell()
        let isOver = Atomic<Bool>(false)

        init(_ progress: ProgressCounter) { self.progress = progress }

        /// The worker's life.
        func serve() {
            while true {
                begun.wait()
                guard !isOver.load(ordering: .acquiring) else { return }
                guard var job = job.withLock({ $0.take() }) else { return }
                job.group.work(job.stint, progress)
                result.withLock { $0 = job }
                done.ring()
            }
        }
    }

    /// A pipe: one thread rings, another waits.
    private final class Bell: Sendable {
        /// Readable when it has rung.
        let descriptor: Int32
        private let end: Int32

        init() {
            var ends: [Int32] = [-1, -1]
            let result = pipe(&ends)
            precondition(result == 0, "no pipe for a thread: \(errno)")
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            (descriptor, end) = (ends[0], ends[1])
        }

        deinit {
            close(descriptor)
            close(end)
        }

        func ring() {
            var byte: UInt8 = 0
            let count = write(end, &byte, 1)
            precondition(count == 1, "cannot wake a thread: \(errno)")
        }

        func wait() {
            var byte: UInt8 = 0
            while read(descriptor, &byte, 1) < 0 {
                precondition(errno == EINTR, "cannot wait for a thread: \(errno)")
            }
        }
    }

    // Proof: a job lies on the desk or is held by one of the two threads. The sink and the tape
    // that its group refers to are left alone by the owner while the group is away.
    private struct Job: @unchecked Sendable {
        var group: NodeGroup
        let stint: Stint
    }

    private let desk: Desk
    private(set) var isBusy = false
    /// Sees frames of the hub and the end of a piece of work.
    private var poller: SocketWait

    /// - Parameter group: the nodes, which count their steps from now on.
    init(for group: inout NodeGroup, beside hub: SharedSocket) throws(LiveError) {
        poller = try SocketWait(over: [])
        let progress = ProgressCounter()
        group.progress = progress
        desk = Desk(progress)
        try watch(hub)
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(desk).toOpaque()
        let result = pthread_create(
            &thread, nil,
            { argument in
                edgeflock_name_thread("worker")
                Unmanaged<Desk>.fromOpaque(argument!).takeRetainedValue().serve()
                return nil
            }, argument)
        precondition(result == 0, "no thread to compute in: \(result)")
        pthread_detach(thread)
    }

    /// The thread ends when it has finished what it is doing.
    deinit {
        desk.isOver.store(true, ordering: .releasing)
        desk.begun.ring()
    }

    /// Looks at another socket from now on.
    func watch(_ hub: SharedSocket) throws(LiveError) {
        poller = try SocketWait(over: [hub])
        poller.add(descriptor: desk.done.descriptor)
    }

    /// Steps done so far: inputs, and what nodes count as steps.
    var progress: UInt64 { desk.progress.count }
    var isDone: Bool { desk.result.withLock { $0 != nil } }

    /// Hands the group over; an empty one takes its place.
    func begin(_ group: inout NodeGroup, _ stint: Stint) {
        precondition(!isBusy, "the worker has a group already")
        isBusy = true
        let away = group
        group = NodeGroup(replacing: away)
        desk.job.withLock { $0 = Job(group: away, stint: stint) }
        desk.begun.ring()
    }

    /// Waits until the work is done or the hub has sent something, for at most about so long.
    func wait(about nanoseconds: Int64) throws(LiveError) {
        try poller.pause(about: nanoseconds)
    }

    /// Takes the group back.
    ///
    /// - Precondition: `isDone`.
    func finish(into group: inout NodeGroup) {
        desk.done.wait()
        guard let job = desk.result.withLock({ $0.take() }) else {
            preconditionFailure("the worker is not done")
        }
        group = job.group
        isBusy = false
    }
}

extension NodeGroup {
    fileprivate mutating func work(_ stint: Worker.Stint, _ progress: ProgressCounter) {
        progress.advance()
        switch stint {
        case .window(let end):
            while run(before: end, atMost: 1) < end { progress.advance() }
        case .due(let instant, let clock):
            run(upTo: instant, atMost: Worker.batch, by: clock)
        }
    }
}
