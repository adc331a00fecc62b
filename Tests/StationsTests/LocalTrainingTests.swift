import EdgeModel
import Messaging
import SimulationKernel
import Testing

@testable import Stations

/// Adds 1 to each of its numbers in a step; every transition allows one.
private struct Counter: Trainer {
    var networks: [Float]
    var updates: UInt64 = 0
    var inserted: UInt64 = 0

    init(_ networks: [Float]) { self.networks = networks }

    var layout: UInt64 { 3 }
    var weights: [Float] { networks }
    var isFinite: Bool { true }
    var pendingUpdates: UInt64 { inserted - updates }

    mutating func insert(_ transition: Transition, version: UInt64, age: Double) -> Bool {
        inserted += 1
        return true
    }

    mutating func step() {
        updates += 1
        for index in networks.indices { networks[index] += 1 }
    }

    mutating func replaceNetworks(_ networks: [Float]) { self.networks = networks }

    mutating func takeRecord(at now: VirtualInstant, version: UInt64) -> TrainingRecord {
        var record = TrainingRecord(time: now)
        record.version = version
        record.gradientSteps = updates
        return record
    }

    func checkpoint(isComplete: Bool) -> [UInt8] { [UInt8(updates)] }
    mutating func restore(from bytes: [UInt8]) throws {}
    mutating func remember(_ memory: inout Memory) throws {}
}

@Suite struct `A station that trains itself` {
    private func settings(
        _ exchange: LocalTrainingSettings.Exchange, interval: VirtualDuration = .milliseconds(1)
    ) -> LocalTrainingSettings {
        var settings = LocalTrainingSettings(exchange)
        settings.round = .seconds(4)
        settings.pace.publishInterval = interval
        return settings
    }

    private func bench(_ settings: LocalTrainingSettings, episodes: Int = 1) -> Bench {
        var some = configuration(episodes: episodes)
        some.trains = true
        some.training = settings
        some.experienceInterval = .milliseconds(100)
        if settings.exchange == .learner {
            some.learner = LearnerUplink(index: 7, link: link(rate: 1000, delay: 0.005))
        }
        var bench = Bench(BaseStation(some, trainer: Counter([0, 10])))
        _ = learn(&bench, 0, at: 0.1)
        return bench
    }

    /// A task comes and is served; the transition of the one before is complete, and trained on.
    private func learn(_ bench: inout Bench, _ number: Int, at time: Double) -> Asked {
        _ = bench.feed(.task(task(number, at: time)), from: 9, at: time)
        let action = Action(
            placement: .whole(0), experience: .init(features: [0], mask: [true], choice: 0))
        let service = bench.feed(.decided(action), at: at(time)).wakes.last!
        _ = bench.feed(.timer(service.timer), at: service.at)
        return bench.feed(
            .timer(StationTimer.timer(.experience, episode: 0)), at: at(time + 0.4))
    }

    private func round(_ bench: inout Bench, at time: Double) -> Asked {
        bench.feed(.timer(StationTimer.timer(.round, episode: 0)), at: at(time))
    }

    private func update(_ parameters: [Float], round: Double) -> Message {
        .update(
            WeightUpdate(
                sender: 1, round: at(round), samples: 1, layout: 3, parameters: parameters))
    }

    private func training(_ asked: Asked) -> [TrainingRecord] {
        asked.records.compactMap { if case .training(let record) = $0 { record } else { nil } }
    }

    @Test func `decides by its own weights and sends nothing`() throws {
        var bench = bench(settings(.nobody))
        let asked = learn(&bench, 1, at: 1)
        #expect(asked.adopted.map(\.parameters) == [[1, 11]] && asked.adopted[0].version == 1)
        #expect(asked.sent.isEmpty && asked.published.isEmpty)
        let record = try #require(training(asked).first)
        #expect(record.station == 0 && record.gradientSteps == 1)
    }

    @Test func `makes new weights no more often than the interval`() {
        var bench = bench(settings(.nobody, interval: .seconds(3)))
        #expect(learn(&bench, 1, at: 1).adopted.count == 1)
        let second = learn(&bench, 2, at: 2)
        #expect(second.adopted.isEmpty && second.wakes.count == 1)
        // One that waits comes whatever the episode.
        let timer = second.wakes[0]
        #expect(timer.at > at(4) && timer.at < at(5))
        let later = bench.feed(.timer(timer.timer), at: timer.at)
        #expect(later.adopted.map(\.version) == [2])
        #expect(later.adopted[0].parameters[0] > 1)
    }

    @Test func `sends its networks to the learner when it has learned since the last round`() throws
    {
        var bench = bench(settings(.learner))
        #expect(round(&bench, at: 4).sent.isEmpty)
        _ = learn(&bench, 1, at: 5)
        let asked = round(&bench, at: 8)
        guard case .update(let update)? = asked.sent.first?.message else {
            Issue.record("nothing was sent")
            return
        }
        #expect(update.parameters == [1, 11] && update.samples == 1 && update.round == at(8))
        #expect(asked.sent[0].to == 7 && asked.sent[0].at > at(8.005))
        #expect(round(&bench, at: 12).sent.isEmpty)
        let books = try #require(bench.feed(.timer(Timer(kind: 0)), at: at(20)).books.first)
        #expect(books.weightMessages == 1 && books.experienceBytes == 0)
        #expect(books.weightBytes == UInt64(asked.sent[0].message.encodedSize))
    }

    @Test func `takes the average, and keeps what it has learned since it sent its own`() {
        var bench = bench(settings(.learner))
        _ = learn(&bench, 1, at: 1)
        _ = round(&bench, at: 4)
        let average = bench.feed(update([3, 5], round: 4), from: 7, at: 4.1)
        #expect(average.adopted.map(\.parameters) == [[3, 5]])
        #expect(training(average).map(\.mixedNetworks) == [1])
        _ = learn(&bench, 2, at: 5)
        _ = round(&bench, at: 8)
        // It sent [4, 6], and learns on while the average is on its way.
        _ = learn(&bench, 3, at: 8.1)
        let later = bench.feed(update([0, 0.5], round: 8), from: 7, at: 9)
        #expect(later.adopted.map(\.parameters) == [[1, 1.5]])
    }

    @Test func `takes no average of a round before the one it sent for`() throws {
        var bench = bench(settings(.learner))
        _ = learn(&bench, 1, at: 1)
        _ = round(&bench, at: 4)
        _ = learn(&bench, 2, at: 5)
        _ = round(&bench, at: 8)
        #expect(bench.feed(update([9, 9], round: 4), from: 7, at: 8.1).adopted.isEmpty)
        let books = try #require(bench.feed(.timer(Timer(kind: 0)), at: at(20)).books.first)
        #expect(books.unusedNetworks == 1)
    }

    @Test func `mixes with its neighbours when all have come, else after half a period`() throws {
        var bench = bench(settings(.neighbours(weights: [0.25, 0.5])))
        _ = learn(&bench, 1, at: 1)
        let begun = round(&bench, at: 4)
        let published = try #require(begun.published.first)
        #expect(published.deliveries.map(\.to) == [1, 2])
        // One after the other, over a port of their own.
        #expect(published.deliveries[0].at < published.deliveries[1].at)
        #expect(begun.wakes.map(\.at) == [at(8), at(6)])
        // Own [1, 11]: 1 + 0.25 (5 - 1) + 0.5 (3 - 1) = 3, 11 + 0.25 (3 - 11) + 0 = 9.
        #expect(bench.feed(update([5, 3], round: 4), from: 1, at: 4.1).adopted.isEmpty)
        let mixed = bench.feed(update([3, 11], round: 4), from: 2, at: 4.2)
        #expect(mixed.adopted.map(\.parameters) == [[3, 9]])
        #expect(training(mixed).map(\.mixedNetworks) == [2])
        #expect(
            bench.feed(.timer(StationTimer.timer(.roundEnd, episode: 0)), at: at(6))
                .adopted.isEmpty)

        _ = round(&bench, at: 8)
        _ = bench.feed(update([7, 9], round: 8), from: 1, at: 8.1)
        let end = bench.feed(.timer(StationTimer.timer(.roundEnd, episode: 0)), at: at(10))
        // Without the second neighbour: 3 + 0.25 (7 - 3) = 4.
        #expect(end.adopted.map(\.parameters) == [[4, 9]])
        #expect(bench.feed(update([0, 0], round: 8), from: 2, at: 10.1).adopted.isEmpty)
        let books = try #require(bench.feed(.timer(Timer(kind: 0)), at: at(20)).books.first)
        #expect(books.unusedNetworks == 1 && books.weightMessages == 4)
    }

    @Test func `leaves its networks in the results at the end of each episode`() {
        var bench = bench(settings(.nobody), episodes: 2)
        _ = learn(&bench, 1, at: 1)
        let end = bench.feed(.timer(Timer(kind: 0)), at: at(20))
        let checkpoints = end.records.compactMap { record in
            if case .checkpoint(let checkpoint) = record { checkpoint } else { nil }
        }
        // The last transition of the episode is trained on before.
        #expect(checkpoints.map(\.bytes) == [[2]] && checkpoints[0].station == 0)
    }
}
