/// Holds the slotted world against a recorded case: decisions are taken from the record, and all
/// that follows from them is computed and compared.
///
/// The world starts from the first slot's queues and goes on by itself. An error is the absolute
/// difference over max(1, |recorded value|).
package struct SlottedVerification: Hashable, Sendable {
    package enum Quantity: String, Hashable, Sendable, CaseIterable {
        case fraction
        case makespan = "make-span"
        case reward
        case delay
        case queue
    }

    /// The largest error of one quantity, and where it is.
    package struct Finding: Hashable, Sendable {
        package var quantity: Quantity
        package var error: Double
        package var slot: Int
        /// The place among the slot's tasks; nil for queues.
        package var task: Int?
    }

    /// Agreement means this or less.
    package static var tolerance: Double { 1e-9 }

    package private(set) var tasks = 0
    /// For each quantity that occurs, in the order of `Quantity`.
    package var findings: [Finding] { Quantity.allCases.compactMap { worst[$0] } }
    private var worst: [Quantity: Finding] = [:]

    package init(_ recorded: SlottedCase) {
        guard let first = recorded.slots.first else { return }
        var world = SlottedWorld(recorded.configuration, queues: first.queuesBefore)
        for (number, slot) in recorded.slots.enumerated() {
            compare(world.queues, slot.queuesBefore, .queue, slot: number)
            for (place, task) in slot.tasks.enumerated() {
                verify(task, of: recorded.model, in: &world, slot: number, place: place)
            }
            tasks += slot.tasks.count
            world.endSlot()
            compare(world.queues, slot.queuesAfter, .queue, slot: number)
        }
    }

    /// The largest error of all; 0 when nothing was compared.
    package var largestError: Double { findings.reduce(0) { max($0, $1.error) } }

    package var isWithinTolerance: Bool { largestError <= Self.tolerance }

    private mutating func verify(
        _ recorded: SlottedCase.Task, of model: SlottedCase.Model, in world: inout SlottedWorld,
        slot: Int, place: Int
    ) {
        func note(_ quantity: Quantity, _ value: Double, _ expected: Double) {
            self.note(quantity, value, expected, slot: slot, task: place)
        }
        switch (model, recorded.outcome) {
        case (
            .divisible(let rule, let deadline),
            .divisible(let fractions, let makespan, let reward, let failed)
        ):
            let split = world.place(
                recorded.task, of: recorded.station, on: recorded.servers, by: rule)
            compare(split.fractions, fractions, .fraction, slot: slot, task: place)
            var outcome = SlottedOutcome(makespan: split.makespan, deadline: deadline)
            // At the deadline itself rounding decides; the record's side is as good as ours.
            if let failed, abs(split.makespan - deadline) <= Self.tolerance {
                outcome = SlottedOutcome(
                    makespan: failed ? deadline.nextUp : deadline, deadline: deadline)
            }
            note(.makespan, outcome.makespan, makespan)
            note(.reward, outcome.reward, reward)
            if let failed, failed != outcome.failed { note(.makespan, .infinity, makespan) }
        case (.indivisible, .indivisible(let delay)):
            let computed = world.place(
                recorded.task, of: recorded.station, on: recorded.servers[0])
            note(.delay, computed, delay)
        case (.divisible, .indivisible), (.indivisible, .divisible):
            preconditionFailure("a case of one model with outcomes of the other")
        }
    }

    private mutating func compare(
        _ values: [Double], _ expected: [Double], _ quantity: Quantity, slot: Int,
        task: Int? = nil
    ) {
        for (value, expected) in zip(values, expected) {
            note(quantity, value, expected, slot: slot, task: task)
        }
    }

    private mutating func note(
        _ quantity: Quantity, _ value: Double, _ expected: Double, slot: Int, task: Int?
    ) {
        let difference = abs(value - expected) / max(1, abs(expected))
        let error = difference.isNaN ? .infinity : difference
        if let known = worst[quantity], known.error >= error { return }
        worst[quantity] = Finding(quantity: quantity, error: error, slot: slot, task: task)
    }
}
