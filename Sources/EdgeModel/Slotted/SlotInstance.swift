/// One slot of slotted timing that begins with empty servers: all that has to be known to place
/// its tasks as well as possible (docs/MODEL.md, section 3). Units as in `SlottedWorld`.
package struct SlotInstance: Hashable, Sendable, Codable {
    /// A divisible task, which has no result.
    package struct Task: Hashable, Sendable, Codable {
        package var station: Int
        package var size: Double
        package var workload: Double

        package init(station: Int, size: Double, workload: Double) {
            self.station = station
            self.size = size
            self.workload = workload
        }
    }

    package var capacities: [Double]
    package var rates: [Double]
    /// In walk order, in which servers and egress ports serve them.
    package var tasks: [Task]

    package init(capacities: [Double], rates: [Double], tasks: [Task]) {
        self.capacities = capacities
        self.rates = rates
        self.tasks = tasks
    }

    /// The make-span of every task when each is divided in a given way; a server counts for a task
    /// that has a fraction above 0 there.
    ///
    /// The egress is not cut off at the slot's end, unlike in `SlottedWorld`: an instance is small
    /// enough never to fill it.
    ///
    /// - Parameter fractions: `[task][server]`, >= 0, each row with sum 1.
    package func makespans(_ fractions: [[Double]]) -> [Double] {
        var placed = Array(repeating: 0.0, count: capacities.count)
        var egress = placed
        return zip(tasks, fractions).map { task, row in
            var makespan = 0.0
            var booked = 0.0
            for (server, fraction) in row.enumerated() where fraction > 0 {
                let isOwn = server == task.station
                let transfer = isOwn ? 0 : task.size / rates[server]
                let wait = (isOwn ? 0 : egress[task.station]) + placed[server] / capacities[server]
                let cost = transfer + task.workload / capacities[server]
                makespan = max(makespan, wait + cost * fraction)
                booked += transfer * fraction
            }
            for (server, fraction) in row.enumerated() {
                placed[server] += fraction * task.workload
            }
            egress[task.station] += booked
            return makespan
        }
    }

    /// Task by task the exact split over all servers, with full knowledge: a feasible placement
    /// that is good, but greedy.
    package var greedyFractions: [[Double]] {
        var world = SlottedWorld(
            SlottedWorld.Configuration(
                capacities: capacities, rates: rates, slot: .greatestFiniteMagnitude))
        let all = Array(capacities.indices)
        return tasks.map { task in
            world.place(
                SlottedTask(size: task.size, workload: task.workload), of: task.station, on: all,
                by: .waterfill
            ).fractions
        }
    }
}

/// The least sum of make-spans that a slot allows.
package struct SlotOptimum: Hashable, Sendable, Codable {
    /// Seconds.
    package var cost: Double
    /// `[task][server]`, a placement of that cost.
    package var fractions: [[Double]]

    package init(cost: Double, fractions: [[Double]]) {
        self.cost = cost
        self.fractions = fractions
    }
}
