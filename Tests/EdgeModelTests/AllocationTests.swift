import EdgeModel
import SimulationKernel
import TestSupport
import Testing

@Suite struct `An exact split` {
    /// The level at which the fractions sum to 1, by bisection on the level and, inside, on the
    /// fraction that a server can finish by then: no formula of the code under test.
    private func bruteForce(_ servers: [CompletionEstimate]) -> Double {
        func reach(_ server: CompletionEstimate, _ level: Double) -> Double {
            if server.finish(0) >= level { return 0 }
            var (low, high) = (0.0, 1.0)
            if server.finish(1) <= level { return 1 }
            for _ in 0..<60 {
                let middle = (low + high) / 2
                if server.finish(middle) <= level { low = middle } else { high = middle }
            }
            return low
        }
        var (low, high) = (0.0, servers.map { $0.finish(1) }.min()!)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            let sum = servers.reduce(0) { $0 + reach($1, middle) }
            if sum >= 1 { high = middle } else { low = middle }
        }
        return high
    }

    private func randomServers(_ random: inout RandomStream) -> [CompletionEstimate] {
        let hasResult = random.bernoulli(0.5)
        return (0..<(1 + random.integer(below: 8))).map { index in
            let isOwn = index == 0
            let delay = isOwn ? 0 : random.uniform(in: 0.001..<0.05)
            return CompletionEstimate(
                ready: isOwn ? 0 : delay + random.uniform(in: 0..<0.5),
                transfer: isOwn ? 0 : random.uniform(in: 0.001..<0.5),
                wait: random.bernoulli(0.3) ? 0 : random.uniform(in: 0..<2),
                service: random.uniform(in: 0.01..<1),
                resultTransfer: hasResult && !isOwn ? random.uniform(in: 0..<0.1) : 0,
                resultDelay: hasResult ? delay : 0)
        }
    }

    @Test(arguments: Seed.first(1000))
    func `equals a brute-force optimum of the estimate`(seed: Seed) {
        var random = seed.stream
        let servers = randomServers(&random)
        let split = Allocation.waterfill(servers)
        let optimum = bruteForce(servers)
        #expect(abs(split.makespan - optimum) < 1e-9)
        #expect(abs(split.fractions.reduce(0, +) - 1) < 1e-12)
        #expect(split.fractions.allSatisfy { $0 >= 0 })
        for (server, fraction) in zip(servers, split.fractions) where fraction > 0 {
            #expect(server.finish(fraction) < optimum + 1e-9)
        }
    }

    @Test(arguments: Seed.first(300))
    func `equals a brute-force optimum of one line per server`(seed: Seed) {
        var random = seed.stream
        let count = 1 + random.integer(below: 10)
        let waits = (0..<count).map { _ in random.uniform(in: 0..<3) }
        let costs = (0..<count).map { _ in random.uniform(in: 0.01..<2) }
        let split = Allocation.waterfill(waits: waits, costs: costs)
        let optimum = bruteForce(
            zip(waits, costs).map { CompletionEstimate(wait: $0, service: $1) })
        #expect(abs(split.makespan - optimum) < 1e-9)
        let published = Allocation.cwa(waits: waits, costs: costs)
        #expect(published.makespan >= split.makespan - 1e-12)
    }

    @Test func `fills equal idle servers equally`() {
        let split = Allocation.waterfill(waits: [0, 0, 0, 0], costs: [2, 2, 2, 2])
        #expect(split.fractions == [0.25, 0.25, 0.25, 0.25])
        #expect(split.makespan == 0.5)
    }

    @Test func `leaves out a server that is busy for too long`() {
        // Level with the first two: (1 + 0 + 0.5) / 2 = 0.75, below the third one's wait of 1.
        let split = Allocation.waterfill(waits: [0, 0.5, 1], costs: [1, 1, 1])
        #expect(split.fractions == [0.75, 0.25, 0])
        #expect(split.makespan == 0.75)
    }

    @Test func `uses the backlog to hide the transmission`() {
        // Sent in 0.4 x, served in 0.2 x after a backlog of 0.1: the backlog decides up to a
        // quarter; the rest, 0.75, takes 0.15 on an own server of service 0.2.
        let servers = [
            CompletionEstimate(wait: 0, service: 0.2),
            CompletionEstimate(transfer: 0.4, wait: 0.1, service: 0.2),
        ]
        let split = Allocation.waterfill(servers)
        #expect(abs(split.fractions[0] - 0.75) < 1e-12)
        #expect(abs(split.makespan - 0.15) < 1e-12)
    }

    @Test func `puts work of no size anywhere without failing`() {
        let split = Allocation.waterfill(waits: [0.5, 0], costs: [0, 0])
        #expect(split.fractions == [0, 1])
        #expect(abs(split.makespan) < 1e-8)
    }
}

@Suite struct `The published splits` {
    @Test func `cwa counts a chosen server that gets nothing`() {
        // Equal finish of all three: (1 + 0 + 0 + 9) / 3 = 10/3; the third fraction is negative.
        let split = Allocation.cwa(waits: [0, 0, 9], costs: [1, 1, 1])
        #expect(split.fractions == [0.5, 0.5, 0])
        #expect(split.makespan == 9)
    }

    @Test func `hecwa ignores the waits`() {
        let split = Allocation.hecwa(waits: [5, 0], costs: [1, 3])
        #expect(split.fractions == [0.75, 0.25])
        #expect(split.makespan == 5.75)
    }
}
