import NodeRuntime
import SimulationKernel
import TestSupport
import Testing

@Suite struct `Least delays between processes` {
    @Test(arguments: Seed.first(40))
    func `are those of the shortest ways, found by trying all processes on the way`(seed: Seed) {
        var chance = seed.stream
        let count = 1 + chance.integer(below: 9)
        let limit = VirtualDuration(nanoseconds: 40)
        let lookaheads = (0..<count).map { _ in
            VirtualDuration(nanoseconds: 1 + Int64(chance.integer(below: 15)))
        }
        let receivers = (0..<count).map { _ in
            (0..<count).filter { _ in chance.bernoulli(0.3) }
        }
        // Floyd and Warshall's algorithm.
        var ways = Array(repeating: Array(repeating: limit, count: count), count: count)
        for (sender, receivers) in receivers.enumerated() {
            for receiver in receivers where receiver != sender {
                ways[sender][receiver] = min(limit, lookaheads[sender])
            }
        }
        for middle in 0..<count {
            for sender in 0..<count where sender != middle {
                for receiver in 0..<count where receiver != middle {
                    ways[sender][receiver] = min(
                        ways[sender][receiver], ways[sender][middle] + ways[middle][receiver])
                }
            }
        }
        let delays = LeastDelays(lookaheads: lookaheads, receivers: receivers, atMost: limit)
        for sender in 0..<count {
            for receiver in 0..<count {
                #expect(delays.from(sender, to: receiver) == ways[sender][receiver])
            }
        }
    }

    @Test func `refuse a lookahead of nothing`() async {
        await #expect(processExitsWith: .failure) {
            _ = LeastDelays(lookaheads: [.zero], receivers: [[]], atMost: .milliseconds(1))
        }
    }
}
