import SimulationKernel
import TestSupport
import Testing

@Suite struct `An event queue` {
    static func key(_ time: Int64, _ sender: UInt32 = 0, _ sequence: UInt64 = 0) -> EventKey {
        EventKey(
            time: VirtualInstant(nanoseconds: time), sender: sender, sequence: sequence)
    }

    @Test func `orders by time, then sender, then the sender's count`() {
        var queue = EventQueue()
        let keys = [Self.key(2, 1, 5), Self.key(1, 3, 1), Self.key(2, 1, 4), Self.key(1, 2, 9)]
        let slots = keys.map { queue.insert(at: $0) }
        #expect(slots == [0, 1, 2, 3])
        #expect(queue.nextTime == VirtualInstant(nanoseconds: 1))
        var order: [Int] = []
        while let event = queue.popFirst() {
            #expect(event.key == keys[event.slot])
            order.append(event.slot)
        }
        #expect(order == [3, 1, 2, 0])
        #expect(queue.isEmpty)
        #expect(queue.nextTime == .distantFuture)
    }

    @Test(arguments: Seed.first(50))
    func `gives events back as a sorted array would`(seed: Seed) {
        var random = seed.stream
        var queue = EventQueue()
        var model: [(key: EventKey, slot: Int)] = []
        var now: Int64 = 0
        for number in 0..<300 {
            if random.bernoulli(0.6) {
                let key = Self.key(
                    now + Int64(random.integer(below: 20)), UInt32(random.integer(below: 3)),
                    UInt64(number))
                let slot = queue.insert(at: key)
                #expect(!model.contains { $0.slot == slot })
                let place = model.firstIndex { key < $0.key } ?? model.count
                model.insert((key, slot), at: place)
            } else if let taken = queue.popFirst() {
                let expected = model.removeFirst()
                #expect(taken.key == expected.key && taken.slot == expected.slot)
                now = taken.key.time.nanoseconds
            }
            #expect(queue.count == model.count)
            #expect(queue.nextKey == model.first?.key)
            let instant = { (slot: Int, time: VirtualInstant) in
                time + VirtualDuration(nanoseconds: Int64((slot + number) % 5 * 8))
            }
            let least = model.map { instant($0.slot, $0.key.time) }.min()
            #expect(queue.least(instant) == least ?? .distantFuture)
        }
    }

    @Test func `takes an event at the very instant of the last one`() {
        var queue = EventQueue()
        _ = queue.insert(at: Self.key(5, 1))
        _ = queue.popFirst()
        _ = queue.insert(at: Self.key(5, 2))
        let second = queue.popFirst()?.key
        #expect(second == Self.key(5, 2))
    }

    @Test func `gives out few slots, again and again`() {
        var queue = EventQueue()
        var slots = Set<Int>()
        for time in 0..<100 {
            slots.insert(queue.insert(at: Self.key(Int64(time))))
            slots.insert(queue.insert(at: Self.key(Int64(time))))
            _ = queue.popFirst()
            _ = queue.popFirst()
        }
        #expect(slots == [0, 1])
    }

    @Test func `refuses to go back in time`() async {
        await #expect(processExitsWith: .failure) {
            var queue = EventQueue()
            _ = queue.insert(at: `An event queue`.key(5))
            _ = queue.popFirst()
            _ = queue.insert(at: `An event queue`.key(4))
        }
    }
}
