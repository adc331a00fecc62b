/// The slotted timing of the published equations (docs/MODEL.md, section 3).
///
/// For paired comparison with published numbers only: within a slot stations act one after
/// another, the waits for the link and for the server add up, and the egress is forgotten at the
/// slot's end. Servers are numbered from 0; times in seconds.
package struct SlottedWorld: Hashable, Sendable {
    /// What never changes.
    package struct Configuration: Hashable, Sendable {
        /// GHz, and Mbit/s towards each server.
        package var capacities: [Double]
        package var rates: [Double]
        /// Seconds.
        package var slot: Double
        /// Whether what an egress could not send in its slot is still booked in the next.
        package var carriesEgress: Bool

        package init(
            capacities: [Double], rates: [Double], slot: Double, carriesEgress: Bool = false
        ) {
            precondition(
                capacities.count == rates.count && !rates.isEmpty,
                "\(capacities.count) capacities and \(rates.count) rates")
            self.capacities = capacities
            self.rates = rates
            self.slot = slot
            self.carriesEgress = carriesEgress
        }
    }

    /// The published rule that splits a task over a chosen set, or the exact one.
    package enum Rule: String, Hashable, Sendable, CaseIterable {
        case cwa = "CWA"
        case hecwa = "HECWA"
        case waterfill = "WATERFILL"
    }

    package let configuration: Configuration
    /// Backlog at the slot's start, Gcycles.
    package private(set) var queues: [Double]
    /// Work put on each server in this slot, Gcycles.
    package private(set) var placed: [Double]
    /// How far each station's egress is booked in this slot, seconds.
    package private(set) var egress: [Double]

    /// - Parameter queues: the backlogs at the start of the first slot; empty servers if nil.
    package init(_ configuration: Configuration, queues: [Double]? = nil) {
        let zeros = Array(repeating: 0.0, count: configuration.capacities.count)
        precondition(queues == nil || queues?.count == zeros.count)
        self.configuration = configuration
        self.queues = queues ?? zeros
        placed = zeros
        egress = zeros
    }

    /// w_i: how long a task of a station waits for a server.
    package func wait(for server: Int, from station: Int) -> Double {
        (server == station ? 0 : egress[station]) + backlogTime(of: server)
    }

    /// c_i: how long the whole of a divisible task takes there, in seconds.
    package func cost(of task: SlottedTask, on server: Int, from station: Int) -> Double {
        (server == station ? 0 : task.size / configuration.rates[server])
            + task.workload / configuration.capacities[server]
    }

    /// (q_i + p_i) / F_i.
    private func backlogTime(of server: Int) -> Double {
        (queues[server] + placed[server]) / configuration.capacities[server]
    }

    /// Splits a task over a set of different servers.
    ///
    /// - Returns: a fraction for every server of the world, and the uncapped make-span.
    package mutating func place(
        _ task: SlottedTask, of station: Int, on servers: [Int], by rule: Rule
    ) -> Allocation.Split {
        let waits = servers.map { wait(for: $0, from: station) }
        let costs = servers.map { cost(of: task, on: $0, from: station) }
        let split =
            switch rule {
            case .cwa: Allocation.cwa(waits: waits, costs: costs)
            case .hecwa: Allocation.hecwa(waits: waits, costs: costs)
            case .waterfill: Allocation.waterfill(waits: waits, costs: costs)
            }
        var fractions = Array(repeating: 0.0, count: queues.count)
        var booked = egress[station]
        for (server, fraction) in zip(servers, split.fractions) {
            fractions[server] = fraction
            placed[server] += fraction * task.workload
            if server != station { booked += fraction * task.size / configuration.rates[server] }
        }
        egress[station] = servers.count > 1 ? min(booked, configuration.slot) : booked
        return Allocation.Split(fractions: fractions, makespan: split.makespan)
    }

    /// Puts an indivisible task on one server; the egress plays no part in this form.
    ///
    /// - Returns: its delay in seconds, the result's way back included.
    package mutating func place(
        _ task: SlottedTask, of station: Int, on server: Int
    ) -> Double {
        let rate = configuration.rates[server]
        let delay =
            (server == station ? 0 : task.size / rate)
            + task.workload / configuration.capacities[server] + task.result / rate
            + backlogTime(of: server)
        placed[server] += task.workload
        return delay
    }

    /// Lets the servers work for one slot and begins the next.
    package mutating func endSlot() {
        for server in queues.indices {
            let work = configuration.capacities[server] * configuration.slot
            queues[server] = max(queues[server] + placed[server] - work, 0)
            placed[server] = 0
            egress[server] =
                configuration.carriesEgress ? max(egress[server] - configuration.slot, 0) : 0
        }
    }
}

/// A task of the slotted world: Mbit, Mbit, Gcycles.
package struct SlottedTask: Hashable, Sendable {
    package var size: Double
    package var result: Double
    package var workload: Double

    package init(size: Double, result: Double = 0, workload: Double) {
        self.size = size
        self.result = result
        self.workload = workload
    }
}

/// What the published equations make of a make-span.
package struct SlottedOutcome: Hashable, Sendable {
    /// Seconds; the deadline when that is exceeded.
    package var makespan: Double
    package var reward: Double
    package var failed: Bool

    /// - Parameter penalty: a late task's reward is minus this times the deadline.
    package init(makespan: Double, deadline: Double, penalty: Double = 10) {
        failed = makespan > deadline
        self.makespan = min(makespan, deadline)
        reward = failed ? -penalty * deadline : -makespan
    }
}
