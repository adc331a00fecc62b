import EdgeModel
import Messaging
import NodeRuntime
import SimulationKernel
import TestSupport

/// A node that sends letters at times of its own, answers those that it gets, publishes, and
/// records everything that comes: whatever the clock does, each letter and each answer must be
/// there once.
struct Postman: Node {
    static let letters: UInt32 = 12
    static let delay = VirtualDuration.milliseconds(4)
    private static let letterGap = VirtualDuration.milliseconds(5)
    private static let reportGap = VirtualDuration.milliseconds(250)

    let index: NodeIndex
    let neighbours: [NodeIndex]
    var sent: UInt32 = 0
    var published: UInt32 = 0
    var heard: UInt32 = 0

    mutating func handle(
        _ input: NodeInput, at now: VirtualInstant, _ directives: inout Directives
    ) {
        switch input {
        case .start:
            directives.wake(Timer(kind: 0), at: .zero)
            directives.wake(Timer(kind: 1), at: .zero)
        case .timer(let timer) where timer.kind == 0:
            sent += 1
            let to = neighbours[Int(sent) % neighbours.count]
            directives.send(letter(sent, part: 0), to: to, at: now + Self.delay)
            if sent < Self.letters { directives.wake(timer, at: now + Self.letterGap) }
        case .timer(let timer):
            published += 1
            let report = StateReport(
                station: index, episode: 0, sequence: published, timestamp: now,
                backlog: .zero, egressBacklog: .zero, capacity: Gigahertz(1))
            directives.publish(
                .report(report), neighbours.map { Delivery(to: $0, at: now + Self.delay) })
            directives.wake(timer, at: now + Self.reportGap)
        case .message(.notice(let notice), let sender):
            record(UInt64(notice.task.number), of: sender, kind: Int(notice.part), now, &directives)
            if notice.part == 0 {
                let answer = letter(notice.task.number, part: 1)
                directives.send(answer, to: sender, at: now + Self.delay)
            }
        case .message(.report(let report), let sender):
            record(UInt64(report.sequence), of: sender, kind: 2, now, &directives)
        case .message, .decided: break
        }
    }

    mutating func remember(_ memory: inout Memory) throws {
        try memory.pass("sent", &sent)
        try memory.pass("published", &published)
        try memory.pass("heard", &heard)
    }

    private func letter(_ number: UInt32, part: UInt32) -> Message {
        .notice(
            SubtaskNotice(
                task: TaskID(origin: index, number: number), episode: 0, part: part,
                queued: .zero, start: .zero, finish: .zero))
    }

    /// The sender stands in the field of the episode, the number in that of the policy's version.
    private mutating func record(
        _ number: UInt64, of sender: NodeIndex, kind: Int, _ now: VirtualInstant,
        _ directives: inout Directives
    ) {
        heard += 1
        directives.record(
            .task(
                TaskRecord(
                    id: TaskID(origin: index, number: heard), episode: sender,
                    trafficClass: UInt16(kind), status: .completed, arrival: now - .zero,
                    completion: .zero, deadline: .unbounded, workload: .zero,
                    policyVersion: number, first: nil)))
    }
}

/// What came of a world of postmen.
struct PostmanTrace {
    var problems: [String] = []
    /// Publications that subscribers have had: not all, if the last got lost.
    var reports = 0

    /// - Parameter records: what each node has heard, in the order in which the hub got it.
    init(_ records: [NodeIndex: [TaskRecord]], of world: ChatterWorld) {
        for node in 0..<world.population {
            let heard = records[NodeIndex(node)] ?? []
            if heard.map(\.id.number) != (0..<heard.count).map({ UInt32($0 + 1) }) {
                problems.append("node \(node) does not count what it heard one by one")
            }
            check(heard, kind: 0, wanted: letters(to: node, in: world), "letters", node)
            check(heard, kind: 1, wanted: answers(to: node, in: world, records), "answers", node)
            for sender in world.neighbours(of: node) {
                let numbers = heard.filter { $0.trafficClass == 2 && $0.episode == sender }
                    .map(\.policyVersion)
                reports += numbers.count
                if numbers != (0..<numbers.count).map({ UInt64($0 + 1) }) {
                    problems.append("node \(node) has reports \(numbers) of \(sender)")
                }
            }
        }
    }

    private mutating func check(
        _ heard: [TaskRecord], kind: Int, wanted: [String], _ what: String, _ node: Int
    ) {
        let got = heard.filter { Int($0.trafficClass) == kind }
            .map { "\($0.episode): \($0.policyVersion)" }
        if got.sorted() != wanted.sorted() {
            problems.append("node \(node) has \(got.count) \(what) of \(wanted.count)")
        }
    }

    private func letters(to node: Int, in world: ChatterWorld) -> [String] {
        (0..<world.population).flatMap { sender in
            let neighbours = world.neighbours(of: sender)
            return (1...Postman.letters)
                .filter { Int(neighbours[Int($0) % neighbours.count]) == node }
                .map { "\(sender): \($0)" }
        }
    }

    /// One to each letter, unless that came so late that its answer is due after the end.
    private func answers(
        to node: Int, in world: ChatterWorld, _ records: [NodeIndex: [TaskRecord]]
    ) -> [String] {
        let neighbours = world.neighbours(of: node)
        return (1...Postman.letters).compactMap { number in
            let receiver = neighbours[Int(number) % neighbours.count]
            let letter = records[receiver]?.first {
                $0.trafficClass == 0 && $0.episode == node && $0.policyVersion == number
            }
            let isTooLate = letter.map { .zero + $0.arrival + Postman.delay > world.end } ?? false
            return isTooLate ? nil : "\(receiver): \(number)"
        }
    }
}
