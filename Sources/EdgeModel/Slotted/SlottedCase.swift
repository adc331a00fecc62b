/// A recorded run of the slotted world: what was decided, and what came of it
/// (docs/MODEL.md, section 3). Units as in `SlottedWorld`.
package struct SlottedCase: Hashable, Sendable {
    /// One slot: queues at its start and end for every server, and its tasks in walk order.
    package struct Slot: Hashable, Sendable {
        package var queuesBefore: [Double]
        package var tasks: [Task]
        package var queuesAfter: [Double]

        package init(queuesBefore: [Double], tasks: [Task], queuesAfter: [Double]) {
            self.queuesBefore = queuesBefore
            self.tasks = tasks
            self.queuesAfter = queuesAfter
        }
    }

    /// One decision: which task of which station went where.
    package struct Task: Hashable, Sendable {
        package var station: Int
        package var task: SlottedTask
        /// Different servers, at least one.
        package var servers: [Int]
        package var outcome: Outcome

        package init(station: Int, task: SlottedTask, servers: [Int], outcome: Outcome) {
            self.station = station
            self.task = task
            self.servers = servers
            self.outcome = outcome
        }
    }

    /// What was recorded of a decision.
    package enum Outcome: Hashable, Sendable {
        /// A fraction for every server, the make-span (the deadline when that is exceeded), the
        /// reward, and whether it failed, if the file says so.
        case divisible(fractions: [Double], makespan: Double, reward: Double, failed: Bool?)
        case indivisible(delay: Double)
    }

    /// What a case is about.
    package enum Model: Hashable, Sendable {
        case divisible(SlottedWorld.Rule, deadline: Double)
        case indivisible
    }

    package var model: Model
    package var configuration: SlottedWorld.Configuration
    package var slots: [Slot]

    package init(model: Model, configuration: SlottedWorld.Configuration, slots: [Slot]) {
        self.model = model
        self.configuration = configuration
        self.slots = slots
    }
}
