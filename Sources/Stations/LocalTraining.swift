import EdgeModel
package import Messaging
package import SimulationKernel

/// How a station trains itself (docs/MODEL.md, section 8).
package struct LocalTrainingSettings: Hashable, Sendable {
    /// Whom it averages its networks with at each round.
    package enum Exchange: Hashable, Sendable {
        case nobody
        /// The learner averages those of all stations.
        case learner
        /// Each neighbour, by place; what a neighbour's count beside the own.
        case neighbours(weights: [Double])
    }

    package var pace = PacedTrainer.Pace()
    package var exchange: Exchange
    /// Between two rounds, and from an episode's start to its first.
    package var round = VirtualDuration.seconds(10)
    /// Whether networks for neighbours queue at the port of task traffic.
    package var sharesEgress = false

    package init(_ exchange: Exchange) { self.exchange = exchange }

    /// A round is over when everything is there, or so long after it began: who comes later is not
    /// waited for.
    package var patience: VirtualDuration {
        VirtualDuration(nanoseconds: round.nanoseconds / 2)
    }
}

/// The trainer of a station that trains itself, and its networks at the round at hand.
///
/// What others send refers to that round, but training goes on meanwhile. So the round's outcome is
/// added to the present networks as a difference from what the own were when the round began; with
/// nothing learned since then that is the outcome itself, to the bit.
struct LocalTraining: Sendable {
    let settings: LocalTrainingSettings
    var paced: PacedTrainer
    /// Nil before the first.
    private var round: Round?
    /// Gradient steps and transitions when networks were last sent, and whether they have changed.
    private var sentUpdates: UInt64
    private var sentInserted: UInt64
    private var hasChanged = false
    /// For the next record.
    private var mixed: UInt64 = 0
    private var mixedAge: UInt64 = 0

    private struct Round: Codable {
        var start: VirtualInstant
        /// The own networks then.
        var networks: [Float]
        /// Those of neighbours, by place; empty for those that have not come.
        var arrived: [[Float]]
        /// Whether they are waited for.
        var isOpen: Bool
    }

    init(_ settings: LocalTrainingSettings, trainer: any Trainer) {
        self.settings = settings
        paced = PacedTrainer(
            trainer, pace: settings.pace, stepTimer: StationTimer.ofRun(.step),
            publicationTimer: StationTimer.ofRun(.publication))
        sentUpdates = trainer.updates
        sentInserted = trainer.inserted
    }

    // MARK: Rounds

    /// Begins a round.
    ///
    /// - Returns: the own networks as they are sent; nil when there is nothing new about them.
    mutating func beginRound(
        of station: NodeIndex, neighbours: Int, at now: VirtualInstant
    ) -> WeightUpdate? {
        let trainer = paced.trainer
        let isNew = hasChanged || trainer.updates > sentUpdates
        var awaited = 0
        if case .neighbours = settings.exchange { awaited = neighbours }
        // At the learner, a station that sends nothing keeps the round that it last sent for.
        guard isNew || awaited > 0 else { return nil }
        let networks = trainer.networks
        round = Round(
            start: now, networks: networks, arrived: Array(repeating: [], count: awaited),
            isOpen: awaited > 0)
        guard isNew else { return nil }
        let samples = trainer.inserted - sentInserted
        (sentUpdates, sentInserted, hasChanged) = (trainer.updates, trainer.inserted, false)
        return WeightUpdate(
            sender: station, round: now, samples: samples, layout: trainer.layout,
            parameters: networks)
    }

    /// Whether networks of others can be averaged with the own at all.
    func fits(_ update: WeightUpdate) -> Bool {
        update.layout == paced.trainer.layout
            && update.parameters.count == paced.trainer.networks.count && update.isFinite
    }

    /// A neighbour's networks.
    ///
    /// - Returns: whether they belong to the round that is open.
    mutating func note(_ update: WeightUpdate, from place: Int) -> Bool {
        guard round?.isOpen == true, round?.start == update.round else { return false }
        round?.arrived[place] = update.parameters
        return true
    }

    /// Whether everything that is waited for is there.
    var isRoundComplete: Bool {
        round?.isOpen == true && round?.arrived.contains { $0.isEmpty } == false
    }

    /// Ends the round with what has come from neighbours: each own number w becomes
    /// w + sum over neighbours of weight x (theirs - w).
    ///
    /// - Returns: whether the networks have changed.
    mutating func endRound(at now: VirtualInstant) -> Bool {
        guard let ended = round, ended.isOpen,
            ended.start + settings.patience <= now
                || isRoundComplete, case .neighbours(let weights) = settings.exchange
        else { return false }
        round?.isOpen = false
        var sums = ended.networks.map(Double.init)
        var count: UInt64 = 0
        for (theirs, weight) in zip(ended.arrived, weights) where !theirs.isEmpty {
            count += 1
            for index in sums.indices {
                let own = Double(ended.networks[index])
                sums[index] += weight * (Double(theirs[index]) - own)
            }
        }
        guard count > 0 else { return false }
        take(sums.map { Float($0) }, insteadOf: ended.networks, at: now)
        noteMixed(count, age: now - ended.start)
        hasChanged = true
        return true
    }

    /// The learner's average.
    ///
    /// - Returns: whether it is taken; not when own networks were sent for a later round.
    mutating func take(_ average: WeightUpdate, at now: VirtualInstant) -> Bool {
        if let round, round.start > average.round { return false }
        let own = round?.start == average.round ? round?.networks : nil
        take(average.parameters, insteadOf: own, at: now)
        noteMixed(1, age: now - average.round)
        return true
    }

    private mutating func noteMixed(_ count: UInt64, age: VirtualDuration) {
        mixed += count
        mixedAge += count * UInt64(age.nanoseconds)
    }

    /// - Parameter former: the own networks that `networks` take the place of; nil where what was
    ///   learned since a former round is not kept.
    private mutating func take(
        _ networks: [Float], insteadOf former: [Float]?, at now: VirtualInstant
    ) {
        guard let former else { return paced.replaceNetworks(networks, at: now) }
        var present = paced.trainer.networks
        for index in present.indices {
            if present[index] == former[index] {
                present[index] = networks[index]
            } else {
                let gain = Double(networks[index]) - Double(former[index])
                present[index] = Float(Double(present[index]) + gain)
            }
        }
        paced.replaceNetworks(present, at: now)
    }

    // MARK: Records

    mutating func takeRecord(of station: NodeIndex, at now: VirtualInstant) -> TrainingRecord {
        var record = paced.takeRecord(at: now)
        record.station = station
        (record.mixedNetworks, record.mixedAgeNanoseconds) = (mixed, mixedAge)
        (mixed, mixedAge) = (0, 0)
        return record
    }

    func checkpoint(of station: NodeIndex) -> CheckpointRecord {
        CheckpointRecord(
            station: station, version: paced.version, gradientSteps: paced.trainer.updates,
            bytes: paced.trainer.checkpoint(isComplete: false))
    }
}

extension LocalTraining: Remembering {
    mutating func remember(_ memory: inout Memory) throws {
        try paced.remember(&memory)
        try memory.pass("round", &round)
        try memory.pass("sent updates", &sentUpdates)
        try memory.pass("sent inserted", &sentInserted)
        try memory.pass("changed", &hasChanged)
        try memory.pass("mixed", &mixed)
        try memory.pass("age of mixed", &mixedAge)
    }
}
