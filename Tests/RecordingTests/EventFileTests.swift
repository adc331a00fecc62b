import EdgeModel
import Foundation
import Messaging
import SimulationKernel
import TestSupport
import Testing

@testable import Recording

@Suite struct `A checksum of an event file` {
    /// RFC 3720, appendix B.4, and the usual check word.
    @Test(
        arguments: [
            (Array("123456789".utf8), 0xE306_9283),
            (Array(repeating: 0, count: 32), 0x8A91_36AA),
            (Array(repeating: 0xFF, count: 32), 0x62A8_AB43),
            (Array(0..<32), 0x46DD_794E),
            ([], 0),
        ] as [([UInt8], UInt32)])
    func `is CRC-32C`(bytes: [UInt8], expected: UInt32) {
        #expect(CyclicChecksum.of(bytes) == expected)
    }

    /// Every event file starts with a record of 24 bytes.
    @Test func `is masked as readers expect it`() {
        let record = EventEncoding.record(Array(repeating: 0, count: 24))
        #expect(record[..<12] == [24, 0, 0, 0, 0, 0, 0, 0, 0xA3, 0x7F, 0x4B, 0x22])
    }
}

@Suite struct `An event file` {
    private let files = TemporaryFolder()
    private var root: String { files.path }

    @Test func `holds what was added, in order`() throws {
        let file = try EventFile(in: root) { 1_700_000_000.5 }
        file.add([Scalar("losses/qf_loss", 0.25), Scalar("charts/reward", -3)], step: 0)
        file.add([Scalar("losses/alpha", .nan)], step: 150)
        file.add([Scalar("losses/qf_loss", 1e-3), Scalar("losses/alpha", .infinity)], step: 300)
        file.flush()
        #expect(file.path.contains("/events.out.tfevents.1700000000."))
        let events = try EventReader.events(at: file.path)
        #expect(events.map(\.version) == ["brain.Event:2", nil, nil])
        #expect(events.map(\.step) == [0, 0, 300])
        #expect(events.allSatisfy { $0.wallTime == 1_700_000_000.5 })
        #expect(events[1].values == [.init("losses/qf_loss", 0.25), .init("charts/reward", -3)])
        #expect(events[2].values == [.init("losses/qf_loss", Double(Float(1e-3)))])
    }

    @Test(arguments: [0, 1, 127, 128, 300, 1 << 40] as [Int64])
    func `keeps steps of any size`(step: Int64) throws {
        let file = try EventFile(in: root) { Double(step) }
        file.add([Scalar("a", 1)], step: step)
        file.flush()
        #expect(try EventReader.events(at: file.path).last?.step == step)
    }

    @Test func `says why it ends early`() throws {
        #expect(throws: RunDirectoryError.self) { try EventFile(in: root + "/nowhere") }
    }
}

@Suite struct `The curves of a run` {
    private static func records(publications: Int) -> (rows: [Record], learner: [Record]) {
        var rows: [Record] = []
        for episode in 0..<2 as Range<UInt32> {
            var mine = Example.rows
            for index in mine.indices {
                mine[index].episode = episode
            }
            rows += mine.map { .task($0) }
            rows += [0, 1].map { .station(Example.books($0, episode: episode, rows: mine)) }
        }
        let learner = (1...publications).map { count in
            var record = TrainingRecord(time: .zero + .seconds(3) * Int64(count))
            record.version = UInt64(count)
            record.gradientSteps = UInt64(10 * count)
            record.criticLoss = 1 / Double(count)
            record.versionLagCount = 1
            return Record.training(record)
        }
        return (rows, learner)
    }

    private static func points(_ records: [Record]) -> [RunCurves.Point] {
        var run = Example.run(episodes: 2)
        run.training = "central"
        var curves = RunCurves(run)
        var points: [RunCurves.Point] = []
        for record in records {
            switch record {
            case .task(let row): curves.add(row)
            case .station(let books): curves.add(books)
            case .training(let training): curves.add(training)
            case .state, .abandoned, .checkpoint: break
            }
            points += curves.take()
        }
        return points + curves.take(isOver: true)
    }

    private static func value(_ tag: String, of point: RunCurves.Point) -> Double? {
        point.scalars.first { $0.tag == tag }?.value
    }

    @Test(arguments: Seed.first(20))
    func `do not depend on who was heard first`(seed: Seed) {
        var (rows, learner) = Self.records(publications: 11)
        let expected = Self.points(rows + learner)
        var stream = seed.stream
        var mixed: [Record] = []
        while !rows.isEmpty || !learner.isEmpty {
            let fromLearner = rows.isEmpty || !learner.isEmpty && stream.bernoulli(0.2)
            mixed.append(fromLearner ? learner.removeFirst() : rows.removeFirst())
        }
        #expect(Self.points(mixed) == expected)
        // Five publications, an episode twice, five more, the other, and what came after it.
        let steps: [Int64] = [10, 20, 30, 40, 50, 1, 50, 60, 70, 80, 90, 100, 2, 100, 110]
        #expect(expected.map(\.step) == steps)
    }

    @Test func `tell delays and losses`() throws {
        let (rows, learner) = Self.records(publications: 11)
        let points = Self.points(rows + learner)
        let episode = try #require(points.first { $0.step == 1 })
        // Delays of 1 to 20 microseconds, half of them odd.
        #expect(abs((Self.value("episode/mean_delay_s", of: episode) ?? 0) - 10.5e-6) < 1e-15)
        #expect(abs((Self.value("bs/bs1/mean_delay_s", of: episode) ?? 0) - 10e-6) < 1e-15)
        #expect(Self.value("episode/late_share", of: episode) == 0.05)
        #expect(Self.value("episode/gradient_steps", of: episode) == 50)
        #expect(Self.value("losses/qf_loss", of: points[1]) == 0.5)
        // The learner's point beside the episode's tells the same delay by gradient steps.
        let learning = points.filter { Self.value("charts/mean_delay_s", of: $0) != nil }
        #expect(learning.map(\.step) == [50, 100])
    }
}
