import SimulationKernel
import TestSupport
import Testing

@Suite struct `An event queue` {
    static func key(_ time: Int64, _ sender: UInt32 = 0, _ sequence: UInt64 = 0) -> EventKey {
        EventKey(
            time: VirtualInstant(nanoseconds: time), sender: sender, sequence: sequence)
    }

    @Test func `orders by time, then sender, then the sender's count`() {
        var queue = EventQueue<String>()
        queue.insert("fourth", at: Self.key(2, 1, 5))
        queue.insert("second", at: Self.key(1, 3, 1))
        queue.insert("third", at: Self.key(2, 1, 4))
        queue.insert("first", at: Self.key(1, 2, 9))
        #expect(queue.nextTime == VirtualInstant(nanoseconds: 1))
        var order: [String] = []
        while let event = queue.popFirst() { order.append(event.payload) }
        #expect(order == ["first", "second", "third", "fourth"])
        #expect(queue.isEmpty)
        #expect(queue.nextTime == .distantFuture)
    }

    @Test(arguments: Seed.first(50))
    func `gives events back as a sorted array would`(seed: Seed) {
        var random = seed.stream
        var queue = EventQueue<Int>()
        var model: [(key: EventKey, payload: Int)] = []
        var now: Int64 = 0
        for number in 0..<300 {
            if random.bernoulli(0.6) {
                let key = Self.key(
                    now + Int64(random.integer(below: 20)), UInt32(random.integer(below: 3)),
                    UInt64(number))
                queue.insert(number, at: key)
                let place = model.firstIndex { key < $0.key } ?? model.count
                model.insert((key, number), at: place)
            } else if let taken = queue.popFirst() {
                let expected = model.removeFirst()
                #expect(taken.key == expected.key && taken.payload == expected.payload)
                now = taken.key.time.nanoseconds
            }
            #expect(queue.count == model.count)
            #expect(queue.nextKey == model.first?.key)
        }
    }

    @Test func `takes an event at the very instant of the last one`() {
        var queue = EventQueue<Int>()
        queue.insert(1, at: Self.key(5))
        _ = queue.popFirst()
        queue.insert(2, at: Self.key(5))
        let second = queue.popFirst()?.payload
        #expect(second == 2)
    }

    @Test func `refuses to go back in time`() async {
        await #expect(processExitsWith: .failure) {
            var queue = EventQueue<Int>()
            queue.insert(1, at: `An event queue`.key(5))
            _ = queue.popFirst()
            queue.insert(2, at: `An event queue`.key(4))
        }
    }

    @Test func `lets payloads go when they are taken`() {
        final class Payload {}
        var queue = EventQueue<Payload>()
        weak var watched: Payload?
        do {
            let payload = Payload()
            watched = payload
            queue.insert(payload, at: Self.key(1))
        }
        #expect(watched != nil)
        _ = queue.popFirst()
        #expect(watched == nil)
    }
}
