package import SimulationKernel

/// The limits and intervals of a live run. The defaults are those of docs/PROTOCOL.md.
package struct LiveOptions: Sendable {
    /// From the first process's start until every process is ready.
    package var startLimit: Duration = .seconds(30)
    /// How often a link is looked after: acknowledgements, lost frames, signs of life.
    package var careInterval: Duration = .milliseconds(200)
    /// How long a sender of control frames may be silent before it shows that it lives.
    package var heartbeatInterval: Duration = .seconds(1)
    /// How long frames may be missing before they are asked for again.
    package var resendInterval: Duration = .milliseconds(250)
    /// How long announced frames may be missing before the run is given up.
    package var frameLimit: Duration = .seconds(30)
    /// How long a process may compute without a step forward before it is taken for stuck.
    package var progressLimit: Duration = .seconds(60)
    /// How long nothing may come over a connection where something should, before a new one is
    /// made.
    package var longestSilence: Duration = .seconds(3)
    /// How long the hub may be silent before a process gives up.
    package var hubPatience: Duration = .seconds(10)
    /// How long processes have to say farewell at the end.
    package var farewellLimit: Duration = .seconds(5)
    /// Frames under way on one link; far below `highWater`, so that no queue is ever full.
    package var credits: UInt64 = 256
    /// What a process has for another at the end of a window goes with its report to the hub, and
    /// from there with the other's opening, if it is not longer than this, bytes; 0: never. The
    /// hub has to send the opening anyway, so this costs no time and saves a message.
    package var longestRelay = 4 << 10
    /// The same for a subscriber's copy of a publication: state reports, not weights.
    package var longestRelayedPublication = 256
    /// A process for which more than this waits at the hub, bytes, is opened although nothing is due
    /// there.
    package var longestRelayBacklog = 1 << 20
    /// Records of fewer bytes wait for the next time that links are looked after, rather than go with
    /// the report of a window.
    package var fewRecords = 4 << 10
    package var highWater: Int32 = 1_024
    /// An acknowledgement is due after so many frames, or when frames have waited for it that
    /// many times while the links were looked after. Most need none of their own: frames the
    /// other way carry them.
    package var acknowledgeAfter: UInt64 = 64
    package var acknowledgeCares = 10
    /// Frames that wait for credit on one link before the run is given up.
    package var longestBacklog = 65_536
    /// Publications that are kept for those who missed them, per topic.
    package var keptPublications = 64
    /// What this process needs to come back after it was killed; nil: it cannot.
    package var recovery: RecoveryPlan?
    /// Whether the way back may begin at a snapshot; else it is the whole run.
    package var keepsSnapshots = true
    /// When a snapshot is due at the earliest: after so much time spent on inputs, or so many bytes
    /// of them.
    package var snapshotWork: Duration = .milliseconds(500)
    package var snapshotLog = 1 << 20
    /// How long a process may be away before the run is given up, where processes come back.
    package var absenceLimit: Duration = .seconds(60)
    /// How long a full disk is waited for.
    package var diskLimit: Duration = .seconds(60)
    /// Whether the process ends at once when its standard input does: its launcher has died.
    package var endsWithInput = false
    /// What this process shows others and asks of them; nil in a run without keys.
    package var keys: RunKeys?
    /// For tests: what goes wrong on the way, and what is wrong with the clocks of processes.
    package var faults = LinkFaults()
    package var clockSkew = ClockSkew()
    package var mortality = Mortality()
    /// The network and the clock, instead of the machine's.
    package var simulation: Simulation?

    package init() {}

    var epoch: UInt16 { recovery?.epoch ?? 1 }
}

/// Loses and repeats numbered frames at the sender, as a broken connection would.
package struct LinkFaults: Sendable {
    package var loss = 0.0
    package var repetition = 0.0
    package var chance = RandomStream(seed: 0, entity: "link", purpose: "faults")

    package init() {}

    var isNone: Bool { loss == 0 && repetition == 0 }

    /// How many times the next frame is sent.
    mutating func copies() -> Int {
        if isNone { return 1 }
        if chance.bernoulli(loss) { return 0 }
        return chance.bernoulli(repetition) ? 2 : 1
    }
}

/// Has a process stop in the middle of what it does, as if it had been killed.
package struct Mortality: Sendable {
    /// At each place where much can go wrong.
    package var probability = 0.0
    package var chance = RandomStream(seed: 0, entity: "process", purpose: "death")

    package init() {}

    mutating func strike() throws(LiveError) {
        if probability > 0, chance.bernoulli(probability) { throw .killed }
    }
}

extension Duration {
    /// Whole nanoseconds.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    /// Whether a patience with others begins anew, after not having looked for so long: whoever was
    /// away itself, such as in a container that was paused, cannot tell who was silent meanwhile.
    func isToBegin(afterPause pause: Int64) -> Bool {
        pause > min(2_000_000_000, nanoseconds / 2)
    }
}
