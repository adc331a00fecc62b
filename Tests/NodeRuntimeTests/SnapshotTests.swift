import EdgeModel
import Messaging
import NodeRuntime
import SimulationKernel
import TestSupport
import Testing

/// Keeps the snapshots of several groups.
private final class SnapshotShelf: SnapshotKeeper {
    private(set) var kept: [NodeSnapshot] = []

    func keep(_ snapshots: [NodeSnapshot]) { kept += snapshots }
    func cannotKeep(_ reason: String) { Issue.record("no snapshot: \(reason)") }

}

@Suite struct `A group of nodes` {
    /// Runs chatters in so many groups that exchange their messages in windows.
    private func run(
        _ world: ChatterWorld, groups count: Int, from snapshots: [NodeSnapshot] = [],
        shelf: SnapshotShelf? = nil, at instants: [VirtualInstant] = []
    ) throws -> [NodeIndex: [TaskRecord]] {
        let trace = ChatterTrace()
        var groups = (0..<count).map { _ in NodeGroup(sink: trace) }
        for index in groups.indices {
            let nodes = (0..<world.population).filter { $0 % count == index }
            world.add(nodes.map(NodeIndex.init), to: &groups[index])
            if let shelf { groups[index].keepSnapshots(at: instants, in: shelf) }
            if snapshots.isEmpty {
                groups[index].start()
            } else {
                try groups[index].restore(from: snapshots)
            }
        }
        exchange(&groups)
        while let next = groups.map(\.nextTime).min(), next <= world.end {
            let bound = min(
                next + Chatter.leastDelay, world.end + VirtualDuration(nanoseconds: 1))
            for index in groups.indices { groups[index].run(before: bound) }
            exchange(&groups)
        }
        return trace.records
    }

    private func exchange(_ groups: inout [NodeGroup]) {
        for sender in groups.indices {
            var deliveries: [Outgoing] = []
            groups[sender].takeOutgoing { deliveries.append($0) }
            for delivery in deliveries {
                groups[Int(delivery.to) % groups.count].receive(
                    delivery.message, key: delivery.key, to: delivery.to)
            }
        }
    }

    /// Windows end wherever they like, so groups take their snapshots while others are ahead.
    @Test(arguments: Seed.first(20))
    func `goes on from snapshots of any instant as if nothing had happened`(seed: Seed) throws {
        let world = ChatterWorld(seed: seed)
        let whole = world.simulatedTrace()
        var stream = seed.stream
        let instant = VirtualInstant(nanoseconds: Int64(stream.integer(below: 180_000_000)))
        for count in [1, 2, 5] {
            let shelf = SnapshotShelf()
            _ = try run(world, groups: count, shelf: shelf, at: [instant])
            let snapshots = shelf.kept.sorted { $0.node < $1.node }
            #expect(snapshots.count == world.population)
            for other in [1, 3] {
                let rest = try run(world, groups: other, from: snapshots)
                for (node, records) in whole {
                    let expected = records.filter { $0.arrival > instant - .zero }
                    let isSame = rest[node, default: []] == expected
                    #expect(isSame, "\(count) groups to \(other): node \(node)")
                }
            }
        }
    }

    @Test func `refuses what its nodes cannot have remembered`() throws {
        let world = ChatterWorld(seed: Seed(1))
        let shelf = SnapshotShelf()
        _ = try run(world, groups: 1, shelf: shelf, at: [.zero + .milliseconds(50)])
        var bytes = shelf.kept
        bytes[3].memory.bytes.removeLast()
        #expect(throws: MemoryError.self) { _ = try run(world, groups: 1, from: bytes) }
        var lost = shelf.kept
        lost.remove(at: 5)
        #expect(throws: MemoryError.self) { _ = try run(world, groups: 1, from: lost) }
        var other = shelf.kept
        other[3].memory = try Memory.snapshot(of: RandomMemory())
        #expect(throws: MemoryError.self) { _ = try run(world, groups: 1, from: other) }
    }

    private struct RandomMemory: Remembering {
        var chance = 7

        mutating func remember(_ memory: inout Memory) throws {
            try memory.pass("chance", &chance)
        }
    }
}
