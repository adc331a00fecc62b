import Foundation
import Messaging
import SimulationKernel
import TestSupport
import Testing

@testable import NodeRuntime

@Suite final class `An input log` {
    private let path = URL.temporaryDirectory.path + "/edgeflock-log-\(UUID().uuidString)"

    deinit { try? FileManager.default.removeItem(atPath: path) }

    private let world = ChatterWorld(seed: Seed(5))

    /// A run of the whole world in one process, with its log.
    private func record(finishing: Bool = true) throws {
        let log = try InputLogWriter(path: path)
        var group = NodeGroup(sink: ChatterTrace())
        group.tape = log
        world.add(0..<NodeIndex(world.population), to: &group)
        var driver = SimulatedDriver(group: group, end: world.end)
        _ = driver.run(asking: .seconds(1)) { _ in false }
        if finishing { log.finish() }
        #expect(log.failure == nil)
    }

    private func replay(
        _ node: NodeIndex, as world: ChatterWorld? = nil
    ) throws -> InputReplay.Result {
        try InputReplay.run(InputLogReader(path: path), node: node, end: self.world.end) {
            (world ?? self.world).add([node], to: &$0)
        }
    }

    @Test func `makes every node do the same again, alone`() throws {
        try record()
        for node in 0..<NodeIndex(world.population) {
            let result = try replay(node)
            #expect(result.difference == nil)
            #expect(result.isComplete)
            #expect(result.inputs > 50 && result.outputs > 50 && result.records > 50)
        }
    }

    @Test func `tells a node that does something else`() throws {
        try record()
        let other = ChatterWorld(seed: Seed(6))
        let result = try replay(3, as: other)
        #expect(result.difference?.contains("recorded: ") == true)
    }

    @Test func `tells a node whose inputs were others`() throws {
        try record()
        // The first input of node 3 that is a report gets another backlog, with a new checksum.
        var bytes = try [UInt8](Data(contentsOf: URL(filePath: path)))
        try changeReport(to: 3, in: &bytes)
        try Data(bytes).write(to: URL(filePath: path))
        #expect(try replay(3).difference?.contains("a record of") == true)
    }

    @Test func `may end early`() throws {
        try record(finishing: false)
        let bytes = try Data(contentsOf: URL(filePath: path))
        try bytes.prefix(bytes.count / 2).write(to: URL(filePath: path))
        let result = try replay(0)
        #expect(result.difference == nil)
        #expect(!result.isComplete)
        #expect(result.outputs > 10)
    }

    @Test(arguments: Seed.first(10))
    func `never passes off a wrong bit as right`(seed: Seed) throws {
        try record()
        let whole = try entries()
        var stream = seed.stream
        var bytes = try [UInt8](Data(contentsOf: URL(filePath: path)))
        let place = InputLogEntry.magic.count + stream.integer(below: bytes.count - 8)
        bytes[place] ^= 1 << UInt8(stream.integer(below: 8))
        try Data(bytes).write(to: URL(filePath: path))
        // A length that leads beyond the end looks like a log that was cut off.
        let found = try? entries()
        #expect((found ?? 0) < whole)
    }

    private func entries() throws -> Int {
        let log = try InputLogReader(path: path)
        var count = 0
        while try log.next() != nil { count += 1 }
        return count
    }

    @Test func `is refused when it is something else`() throws {
        try Data("hello, world".utf8).write(to: URL(filePath: path))
        #expect(throws: InputLogError.self) { try InputLogReader(path: self.path) }
        #expect(throws: InputLogError.self) { try InputLogReader(path: "/nothing/here") }
    }

    @Test func `notes the same weights for many nodes once`() throws {
        let weights = Message.weights(
            WeightSnapshot(
                generation: 0, version: 1, layout: 2,
                parameters: Array(repeating: 0.5, count: 10_000)))
        let log = try InputLogWriter(path: path)
        for node in 1...50 as ClosedRange<NodeIndex> {
            let key = EventKey(time: .zero, sender: 99, sequence: UInt64(node))
            log.note(weights, key: key, to: node)
        }
        log.finish()
        #expect(try Data(contentsOf: URL(filePath: path)).count < 45_000)
        let reader = try InputLogReader(path: path)
        var found = 0
        while let entry = try reader.next() {
            if case .input(weights, _, _) = entry { found += 1 }
        }
        #expect(found == 50)
    }

    /// Adds a bit to the backlog in the first report for a node.
    private func changeReport(to node: UInt8, in bytes: inout [UInt8]) throws {
        var start = InputLogEntry.magic.count
        while start < bytes.count {
            let length = (0..<4).reduce(0) { $0 | Int(bytes[start + $1]) << (8 * $1) }
            let payload = start + 8
            // kind 1, key 20, to 4, message kind 1, then the report, backlog after 24 bytes.
            if bytes[payload] == 1, bytes[payload + 21] == node,
                bytes[payload + 25] == MessageKind.report.rawValue
            {
                bytes[payload + 26 + 24 + 5] ^= 1
                let checksum = Checksum.lowHalf(
                    of: bytes.span.bytes.extracting(payload..<(payload + length)))
                for index in 0..<4 {
                    bytes[start + 4 + index] = UInt8(truncatingIfNeeded: checksum >> (8 * index))
                }
                return
            }
            start = payload + length
        }
        Issue.record("no report for node \(node)")
    }
}
