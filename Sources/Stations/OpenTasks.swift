import EdgeModel
import Messaging
import SimulationKernel

/// A task that this station sees to and that is not finished.
struct OpenTask: Codable {
    var task: EdgeTask
    var policyVersion: UInt64 = 0
    /// The part in candidate order 0; the others follow in theirs.
    var first = SubtaskRecord(server: 0, fraction: 0)
    var others: [SubtaskRecord] = []
    /// Parts placed, 0 before the placement, and parts not known to be done.
    var parts: UInt32 = 0
    var missing: UInt32 = 0
    /// What was known of the servers of its remote parts when they were placed, where stations
    /// forecast; the last one of a part holds.
    var samples: [PartSample] = []
    /// The latest completion among the parts that are done.
    var latest = VirtualInstant.zero
    /// Its place in the transition log; `none` without experience.
    var decision = OpenTask.none
    var isOpen = true

    static var none: UInt32 { .max }

    struct PartSample: Codable {
        var part: UInt32
        var sample: WaitForecast.Sample
    }

    /// From its arrival to the latest completion so far.
    var delay: VirtualDuration { latest - task.arrival }

    /// The ledger's row.
    func row(
        status: TaskStatus, loss: LossReason? = nil, episodeStart: VirtualInstant
    ) -> TaskRecord {
        let isFinished = status == .completed || status == .late
        return TaskRecord(
            id: task.id, episode: task.episode, trafficClass: task.trafficClass, status: status,
            arrival: task.arrival - episodeStart,
            completion: isFinished ? latest - episodeStart : .unbounded,
            deadline: task.deadline, workload: task.workload, policyVersion: policyVersion,
            first: parts > 0 ? first : nil, others: others, loss: loss)
    }

    func part(_ part: UInt32) -> SubtaskRecord {
        precondition(part < parts, "part \(part) of \(task.id), which has \(parts)")
        return part == 0 ? first : others[Int(part) - 1]
    }

    mutating func withPart(_ part: UInt32, _ body: (inout SubtaskRecord) -> Void) {
        precondition(part < parts, "part \(part) of \(task.id), which has \(parts)")
        if part == 0 { body(&first) } else { body(&others[Int(part) - 1]) }
    }
}

/// The open tasks of one station by its own count of them, which is that of its users' tasks as
/// long as it takes over none: a ring that holds the numbers from the oldest open one to the
/// newest, and doubles when they do not fit.
struct OpenTasks {
    private(set) var storage: [OpenTask] = []
    /// The numbers held are `oldest ..< next`.
    private(set) var oldest: UInt32 = 0
    private(set) var next: UInt32 = 0

    /// Gives a task the next number.
    mutating func append(_ task: EdgeTask) {
        let open = OpenTask(task: task)
        if Int(next &- oldest) == storage.count { grow(filling: open) }
        storage[place(of: next)] = open
        next &+= 1
    }

    subscript(number: UInt32) -> OpenTask {
        _read {
            check(number)
            yield storage[place(of: number)]
        }
        _modify {
            check(number)
            yield &storage[place(of: number)]
        }
    }

    /// Whether there is a task of that number that is not finished.
    func isOpen(_ number: UInt32) -> Bool {
        number >= oldest && number < next && storage[place(of: number)].isOpen
    }

    /// Lets go of a task.
    mutating func close(_ number: UInt32) {
        self[number].isOpen = false
        self[number].others = []
        self[number].samples = []
        while oldest < next, !storage[place(of: oldest)].isOpen { oldest &+= 1 }
    }

    mutating func removeAll() {
        oldest = 0
        next = 0
    }

    private func place(of number: UInt32) -> Int { Int(number) & (storage.count &- 1) }

    private func check(_ number: UInt32) {
        precondition(
            number >= oldest && number < next, "task \(number) is not in \(oldest)..<\(next)")
    }

    private mutating func grow(filling filler: OpenTask) {
        let size = max(16, 2 * storage.count)
        var larger = Array(repeating: filler, count: size)
        for number in oldest..<next {
            larger[Int(number) & (size - 1)] = storage[place(of: number)]
        }
        storage = larger
    }
}

/// The tasks held, oldest first.
extension OpenTasks: Codable {
    private enum CodingKeys: CodingKey {
        case oldest, tasks
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(oldest, forKey: .oldest)
        try values.encode((oldest..<next).map { storage[place(of: $0)] }, forKey: .tasks)
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        oldest = try values.decode(UInt32.self, forKey: .oldest)
        next = oldest
        for open in try values.decode([OpenTask].self, forKey: .tasks) {
            append(open.task)
            self[next - 1] = open
        }
    }
}
