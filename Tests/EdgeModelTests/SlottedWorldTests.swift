import EdgeModel
import SimulationKernel
import TestSupport
import Testing

@Suite struct `The slotted world` {
    private let configuration = SlottedWorld.Configuration(
        capacities: [10, 20], rates: [400, 500], slot: 1)

    @Test func `adds the waits for egress and server`() {
        var world = SlottedWorld(configuration, queues: [5, 10])
        let task = SlottedTask(size: 4, workload: 2)
        // Own server: 5/10 + 2/10.
        #expect(world.place(task, of: 0, on: [0], by: .cwa).makespan == 0.7)
        #expect(world.placed == [2, 0])
        #expect(world.egress == [0, 0])
        // Other server: 10/20 + 4/500 + 2/20; then the egress is booked for 8 ms.
        let split = world.place(task, of: 0, on: [1], by: .cwa)
        #expect(abs(split.makespan - 0.608) < 1e-12)
        #expect(split.fractions == [0, 1])
        #expect(world.egress == [0.008, 0])
        #expect(abs(world.wait(for: 1, from: 0) - 0.608) < 1e-12)
        #expect(abs(world.wait(for: 1, from: 1) - 0.6) < 1e-12)
    }

    @Test func `caps the egress for several servers only`() {
        var world = SlottedWorld(configuration)
        let heavy = SlottedTask(size: 2000, workload: 1)
        _ = world.place(heavy, of: 0, on: [0, 1], by: .hecwa)
        #expect(world.egress[0] <= 1)
        _ = world.place(heavy, of: 0, on: [1], by: .cwa)
        #expect(world.egress[0] > 4)
    }

    @Test(arguments: [(false, 0.0), (true, 1.5)])
    func `forgets the egress at the slot's end unless told otherwise`(
        carries: Bool, expected: Double
    ) {
        var world = SlottedWorld(
            .init(capacities: [10, 20], rates: [400, 400], slot: 1, carriesEgress: carries),
            queues: [0, 30])
        _ = world.place(SlottedTask(size: 1000, workload: 4), of: 0, on: [1], by: .cwa)
        world.endSlot()
        #expect(world.egress[0] == expected)
        #expect(world.queues == [0, 14])
        #expect(world.placed == [0, 0])
    }

    @Test func `returns the result of an indivisible task, also from the own server`() {
        var world = SlottedWorld(configuration, queues: [5, 10])
        let task = SlottedTask(size: 4, result: 2, workload: 2)
        #expect(abs(world.place(task, of: 0, on: 0) - (0.2 + 0.005 + 0.5)) < 1e-12)
        #expect(abs(world.place(task, of: 0, on: 1) - (0.008 + 0.1 + 0.004 + 0.5)) < 1e-12)
        #expect(world.placed == [2, 2])
    }

    @Test func `records a make-span over the deadline as the deadline`() {
        let late = SlottedOutcome(makespan: 1.5, deadline: 1)
        #expect(late.makespan == 1 && late.failed && late.reward == -10)
        let punctual = SlottedOutcome(makespan: 0.5, deadline: 1)
        #expect(punctual.makespan == 0.5 && !punctual.failed && punctual.reward == -0.5)
    }

    @Test(arguments: Seed.first(100))
    func `never does better than the exact split`(seed: Seed) {
        var random = seed.stream
        var world = SlottedWorld(
            .init(
                capacities: (0..<5).map { _ in random.uniform(in: 5..<50) },
                rates: (0..<5).map { _ in random.uniform(in: 400..<500) }, slot: 1),
            queues: (0..<5).map { _ in random.uniform(in: 0..<9) })
        for _ in 0..<20 {
            let task = SlottedTask(
                size: random.uniform(in: 2..<5), workload: random.uniform(in: 0.2..<1.5))
            let station = random.integer(below: 5)
            var copies = [world, world, world]
            let all = [0, 1, 2, 3, 4]
            let exact = copies[0].place(task, of: station, on: all, by: .waterfill)
            let published = copies[1].place(task, of: station, on: all, by: .cwa)
            let ratios = copies[2].place(task, of: station, on: all, by: .hecwa)
            #expect(exact.makespan <= published.makespan + 1e-12)
            #expect(exact.makespan <= ratios.makespan + 1e-12)
            world = copies[random.integer(below: 3)]
        }
    }
}
