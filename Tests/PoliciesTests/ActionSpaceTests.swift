import EdgeModel
import Messaging
import Policies
import SimulationKernel
import TestSupport
import Testing

@Suite struct `An action space` {
    static let three = ObservationFixture.observation([
        (server: 4, wait: 0.05, capacity: 10), (server: 2, wait: 0.1, capacity: 20),
        (server: 7, wait: 0, capacity: 40),
    ])

    static func fractions(_ space: ActionSpace, _ choice: UInt32) -> [Double] {
        switch space.placement(of: choice, three) {
        case .whole(let slot): (0..<3).map { $0 == slot ? 1 : 0 }
        case .split(let parts): parts + [Double](repeating: 0, count: 3 - parts.count)
        }
    }

    @Test(arguments: [
        (ActionSpace.servers, 6), (.partner, 6), (.top(3), 6), (.subsets, 63),
    ])
    func `has so many actions for six candidates`(space: ActionSpace, count: Int) {
        #expect(space.count(slots: 6) == count)
    }

    @Test func `allows only sets without a missing candidate`() {
        var mask = [Bool](repeating: false, count: 7)
        ActionSpace.subsets.allow([true, false, true], into: &mask)
        let sets = mask.indices.filter { mask[$0] }.map { $0 + 1 }
        #expect(sets == [0b001, 0b100, 0b101])
        var slots = [false, false, false]
        ActionSpace.partner.allow([true, false, true], into: &slots)
        #expect(slots == [true, false, true])
    }

    @Test(arguments: [
        (ActionSpace.servers, UInt32(2), [2]), (.partner, 0, [0]), (.partner, 2, [0, 2]),
        (.top(2), 0b110, [1, 2]), (.subsets, 0b010, [0, 1]), (.subsets, 0b110, [0, 1, 2]),
        (.subsets, 0b001, [1]),
    ])
    func `places the task on what was chosen`(
        space: ActionSpace, choice: UInt32, slots: [Int]
    ) {
        let fractions = Self.fractions(space, choice)
        #expect(fractions.indices.filter { fractions[$0] > 0 } == slots)
        #expect((fractions.reduce(0, +) - 1).magnitude < 1e-12)
    }

    @Test func `splits as the scheduler waterfill does on the same servers`() throws {
        var scheduler = WaterfillScheduler()
        let all = scheduler.decide(Self.three).placement
        #expect(ActionSpace.subsets.placement(of: 6, Self.three) == all)
        var pair = Self.three
        pair.candidates.remove(at: 1)
        guard case .split(let expected) = scheduler.decide(pair).placement else {
            Issue.record("the pair is not split")
            return
        }
        #expect(Self.fractions(.partner, 2) == [expected[0], 0, expected[1]])
    }

    @Test func `does not enumerate the subsets of nine`() async {
        await #expect(processExitsWith: .failure) { _ = ActionSpace.subsets.count(slots: 9) }
    }
}

@Suite struct `A selection` {
    private func best(_ selection: Selection, _ scores: [Float], _ mask: [Bool]) -> UInt32 {
        scores.withUnsafeBufferPointer { scores in
            guard let start = scores.baseAddress else { return 99 }
            return selection.best(start, mask: mask, at: 0, actions: mask.count)
        }
    }

    @Test func `takes the best that are allowed, the first of equals`() {
        #expect(best(.one, [1, 9, 3, 3], [true, false, true, true]) == 2)
        #expect(best(.top(2), [1, 9, 3, 3], [true, false, true, true]) == 0b1100)
        #expect(best(.top(2), [3, 3, 3, 1], [true, true, true, true]) == 0b0011)
        #expect(best(.top(3), [1, 9, 3, 3], [true, false, false, true]) == 0b1001)
    }

    @Test func `knows which choices its mask allows`() {
        let mask = [true, false, true, true]
        #expect(Selection.one.allows(3, mask: mask) && !Selection.one.allows(1, mask: mask))
        #expect(!Selection.one.allows(4, mask: mask))
        #expect(Selection.top(2).allows(0b0101, mask: mask))
        #expect(!Selection.top(2).allows(0b0011, mask: mask))
        #expect(!Selection.top(2).allows(0b0001, mask: mask))
        #expect(Selection.top(4).allows(0b1101, mask: mask))
    }

    @Test(arguments: [(Selection.one, 3), (.top(2), 3)])
    func `draws each allowed choice equally often`(selection: Selection, kinds: Int) {
        var stream = Seed(3).stream
        let mask = [true, false, true, true]
        var counts: [UInt32: Int] = [:]
        for _ in 0..<3000 { counts[selection.draw(mask: mask, from: &stream), default: 0] += 1 }
        #expect(counts.count == kinds)
        #expect(counts.keys.allSatisfy { selection.allows($0, mask: mask) })
        #expect(counts.values.allSatisfy { (850...1150).contains($0) }, "\(counts)")
    }
}
