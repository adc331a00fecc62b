import EdgeModel
import SimulationKernel

/// When a subtask was queued, when its service began and when it ended.
struct ServiceTimes: Codable {
    var queued: VirtualInstant
    var start: VirtualInstant
    var finish: VirtualInstant
}

/// Something that the server does and that has a consequence here when it is finished: an own
/// subtask is complete, or a result is sent.
struct Job: Codable {
    var task: TaskID
    var part: UInt32
    var result: Megabits
    var times: ServiceTimes
}

/// Jobs in the order in which they are finished, which is that in which they came.
struct JobQueue: Codable {
    private var jobs: [Job] = []
    /// Those before it are gone.
    private var head = 0

    mutating func append(_ job: Job) { jobs.append(job) }

    mutating func popFirst() -> Job? {
        guard head < jobs.count else { return nil }
        let job = jobs[head]
        head += 1
        if head == jobs.count {
            removeAll()
        } else if head >= 64, 2 * head >= jobs.count {
            jobs.removeFirst(head)
            head = 0
        }
        return job
    }

    mutating func removeAll() {
        jobs.removeAll(keepingCapacity: true)
        head = 0
    }
}
