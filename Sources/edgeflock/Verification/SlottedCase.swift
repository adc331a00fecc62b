import EdgeModel

/// Decisions recorded in the slotted timing, with the published equations' values for them
/// (docs/MODEL.md, section 3). Seconds, Mbit, Gcycles, GHz.
struct SlottedCase: Decodable {
    var model: String
    /// How divisible tasks are split; absent for indivisible ones.
    var allocation: String?
    var slot: Double
    var deadline: Double?
    var capacities: [Double]
    var rates: [Double]
    var slots: [Slot]

    struct Slot: Decodable {
        var slot: Int
        var before: [Double]
        var tasks: [Task]
        var after: [Double]

        enum CodingKeys: String, CodingKey {
            case slot, tasks
            case before = "queue_gcycles_at_start"
            case after = "queue_gcycles_after"
        }
    }

    struct Task: Decodable {
        var station: Int
        var task: Int
        var size: Double
        var result: Double?
        var density: Double?
        var workload: Double?
        var servers: [Int]?
        var server: Int?
        var fractions: [Double]?
        var makespan: Double?
        var failed: Bool?
        var reward: Double?
        var delay: Double?

        enum CodingKeys: String, CodingKey {
            case station, task, servers, server, fractions, failed, reward
            case size = "size_mbit"
            case result = "result_mbit"
            case density = "density_gcycles_per_mbit"
            case workload = "workload_gcycles"
            case makespan = "makespan_s"
            case delay = "delay_s"
        }

        /// Gcycles.
        var work: Double { workload ?? size * (density ?? 0) }
    }

    enum CodingKeys: String, CodingKey {
        case model, allocation, slots
        case slot = "slot_s"
        case deadline = "deadline_s"
        case capacities = "capacity_ghz"
        case rates = "rate_mbit_per_s"
    }

    var isDivisible: Bool { !model.contains("indivisible") }

    var rule: SlottedWorld.Rule? {
        allocation.flatMap { SlottedWorld.Rule(rawValue: $0.uppercased()) }
    }

    /// What makes the case impossible to compute; nil when nothing does.
    var problem: String? {
        guard model.hasPrefix("slotted") else { return "unknown model '\(model)'" }
        if isDivisible, rule == nil { return "unknown allocation '\(allocation ?? "")'" }
        let count = capacities.count
        guard count > 0, rates.count == count else {
            return "\(count) capacities and \(rates.count) rates"
        }
        guard slot > 0, (capacities + rates).allSatisfy({ $0 > 0 && $0.isFinite }) else {
            return "the slot, capacities and rates must be positive"
        }
        for slot in slots {
            guard slot.before.count == count, slot.after.count == count else {
                return "slot \(slot.slot): \(count) queues are needed"
            }
            for task in slot.tasks {
                if let problem = problem(of: task, servers: count) {
                    return "slot \(slot.slot), task \(task.task): \(problem)"
                }
            }
        }
        return nil
    }

    private func problem(of task: Task, servers count: Int) -> String? {
        let chosen = task.servers ?? task.server.map { [$0] } ?? []
        guard !chosen.isEmpty else { return "no server" }
        guard (chosen + [task.station]).allSatisfy({ (0..<count).contains($0) }) else {
            return "a server beyond the \(count) that there are"
        }
        guard Set(chosen).count == chosen.count else { return "a server twice" }
        guard isDivisible || chosen.count == 1 else { return "more than one server" }
        if let fractions = task.fractions, fractions.count != count {
            return "\(count) fractions are needed"
        }
        guard task.workload != nil || task.density != nil else { return "no workload" }
        return nil
    }
}
