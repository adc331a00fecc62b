import EdgeModel

/// Recomputes the recorded decisions of a case and keeps the largest error of each quantity.
struct SlottedVerification {
    /// Errors up to this, relative to values above 1, are rounding.
    static let tolerance = 1e-9

    private(set) var tasks = 0
    private(set) var slots = 0
    private(set) var largest: [(quantity: String, error: Double, place: String)] = []

    init(_ item: SlottedCase) {
        let configuration = SlottedWorld.Configuration(
            capacities: item.capacities, rates: item.rates, slot: item.slot)
        for slot in item.slots {
            // Each slot starts from the recorded queues, so that errors do not add up.
            var world = SlottedWorld(configuration, queues: slot.before)
            for task in slot.tasks {
                let place = "slot \(slot.slot), station \(task.station), task \(task.task)"
                if item.isDivisible {
                    verifySplit(task, in: &world, of: item, place)
                } else {
                    verifyWhole(task, in: &world, place)
                }
                tasks += 1
            }
            world.endSlot()
            for (server, pair) in zip(world.queues, slot.after).enumerated() {
                compare(
                    "queue after", pair.0, pair.1, "slot \(slot.slot), server \(server)")
            }
            slots += 1
        }
    }

    var error: Double { largest.map(\.error).max() ?? 0 }
    var isWithinTolerance: Bool { error <= Self.tolerance }

    private mutating func verifySplit(
        _ task: SlottedCase.Task, in world: inout SlottedWorld, of item: SlottedCase,
        _ place: String
    ) {
        let split = world.place(
            SlottedTask(size: task.size, result: task.result ?? 0, workload: task.work),
            of: task.station, on: task.servers ?? [task.server ?? 0], by: item.rule ?? .waterfill)
        for (server, fraction) in (task.fractions ?? []).enumerated() {
            compare("fractions", split.fractions[server], fraction, place)
        }
        let outcome = SlottedOutcome(
            makespan: split.makespan, deadline: item.deadline ?? .infinity)
        if let makespan = task.makespan {
            compare("make-span", outcome.makespan, makespan, place)
        }
        if let reward = task.reward { compare("reward", outcome.reward, reward, place) }
        if let failed = task.failed {
            compare("failed", outcome.failed ? 1 : 0, failed ? 1 : 0, place)
        }
    }

    private mutating func verifyWhole(
        _ task: SlottedCase.Task, in world: inout SlottedWorld, _ place: String
    ) {
        let delay = world.place(
            SlottedTask(size: task.size, result: task.result ?? 0, workload: task.work),
            of: task.station, on: task.server ?? task.servers?.first ?? 0)
        if let recorded = task.delay ?? task.makespan {
            compare("delay", delay, recorded, place)
        }
        if let reward = task.reward { compare("reward", -delay, reward, place) }
    }

    private mutating func compare(
        _ quantity: String, _ value: Double, _ recorded: Double, _ place: String
    ) {
        let difference = abs(value - recorded) / max(1, abs(recorded))
        let error = difference.isNaN ? .infinity : difference
        guard let index = largest.firstIndex(where: { $0.quantity == quantity }) else {
            largest.append((quantity, error, place))
            return
        }
        if error > largest[index].error { largest[index] = (quantity, error, place) }
    }
}
