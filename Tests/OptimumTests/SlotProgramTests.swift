import EdgeModel
@testable import Optimum
import SimulationKernel
import Testing

@Suite struct `The exact optimum of a slot` {
    /// A few tasks on a few servers, drawn.
    private static func slot(_ seed: UInt64, tasks: Int, servers: Int) -> SlotInstance {
        var stream = RandomStream(seed: seed, entity: "slot", purpose: "test")
        func draw(_ low: Double, _ high: Double) -> Double {
            low + (high - low) * stream.uniform()
        }
        return SlotInstance(
            capacities: (0..<servers).map { _ in draw(10, 50) },
            rates: (0..<servers).map { _ in draw(100, 500) },
            tasks: (0..<tasks).map { _ in
                SlotInstance.Task(
                    station: Int(draw(0, Double(servers) - 1e-9)), size: draw(2, 5),
                    workload: draw(0.2, 1.5))
            }.sorted { $0.station < $1.station })
    }

    /// All divisions of one task in steps of 1 / `parts`.
    private static func divisions(_ servers: Int, _ parts: Int) -> [[Double]] {
        guard servers > 1 else { return [[Double(parts)]] }
        return (0...parts).flatMap { first in
            divisions(servers - 1, parts - first).map { [Double(first)] + $0 }
        }
    }

    /// The least cost among all placements on a grid.
    private static func leastOnGrid(_ slot: SlotInstance, _ parts: Int) -> Double {
        let rows = divisions(slot.capacities.count, parts)
            .map { $0.map { $0 / Double(parts) } }
        var least = Double.infinity
        func place(_ fractions: [[Double]]) {
            guard fractions.count < slot.tasks.count else {
                least = min(least, slot.makespans(fractions).reduce(0, +))
                return
            }
            for row in rows { place(fractions + [row]) }
        }
        place([])
        return least
    }

    @Test(arguments: [(2, 2, 60), (2, 3, 14), (3, 2, 24)])
    func `is what trying every placement finds`(tasks: Int, servers: Int, parts: Int) throws {
        for seed in UInt64(1)...4 {
            let slot = Self.slot(seed, tasks: tasks, servers: servers)
            let optimum = try SlotProgram.optimum(of: slot)
            let tried = Self.leastOnGrid(slot, parts)
            // Nothing on the grid is better, and the best there is as near as its steps allow: a
            // step moves a make-span by at most a step of the slowest server's time.
            #expect(optimum.cost <= tried * (1 + 1e-9))
            let step = slot.tasks.reduce(0) { sum, task in
                sum
                    + slot.capacities.indices.reduce(0) {
                        max($0, task.workload / slot.capacities[$1] + task.size / slot.rates[$1])
                    }
            }
            #expect(optimum.cost >= tried - 2 * step / Double(parts))
        }
    }

    @Test func `is that of the exact split for a single task`() throws {
        for seed in UInt64(1)...20 {
            let slot = Self.slot(seed, tasks: 1, servers: 5)
            let greedy = slot.makespans(slot.greedyFractions)[0]
            #expect(abs(try SlotProgram.optimum(of: slot).cost / greedy - 1) < 1e-7)
        }
    }

    @Test func `is never worse than the greedy placement, and often better`() throws {
        var gain = 0.0
        for seed in UInt64(1)...12 {
            let slot = Self.slot(seed, tasks: 4, servers: 4)
            let greedy = slot.makespans(slot.greedyFractions).reduce(0, +)
            let optimum = try SlotProgram.optimum(of: slot)
            #expect(optimum.cost <= greedy * (1 + 1e-7))
            #expect(optimum.fractions.allSatisfy { abs($0.reduce(0, +) - 1) < 1e-9 })
            gain += 1 - optimum.cost / greedy
        }
        #expect(gain / 12 > 0.002 && gain / 12 < 0.1)
    }

    @Test func `knows the equations of the slotted world`() {
        for seed in UInt64(1)...20 {
            let slot = Self.slot(seed, tasks: 6, servers: 5)
            var world = SlottedWorld(
                SlottedWorld.Configuration(
                    capacities: slot.capacities, rates: slot.rates, slot: 10))
            let spans = slot.makespans(slot.greedyFractions)
            for (task, span) in zip(slot.tasks, spans) {
                let split = world.place(
                    SlottedTask(size: task.size, workload: task.workload), of: task.station,
                    on: Array(slot.capacities.indices), by: .waterfill)
                #expect(abs(split.makespan - span) < 1e-12)
            }
        }
    }

    @Test func `leaves a server out that is not worth its wait`() throws {
        // The second task would do best alone on the slow server, which the first avoids.
        let slot = SlotInstance(
            capacities: [10, 1], rates: [1000, 1000],
            tasks: [
                .init(station: 0, size: 0.001, workload: 1),
                .init(station: 1, size: 1000, workload: 0.01),
            ])
        let optimum = try SlotProgram.optimum(of: slot)
        #expect(optimum.fractions[1][0] < 0.1)
        #expect(optimum.cost < 0.12)
    }
}
