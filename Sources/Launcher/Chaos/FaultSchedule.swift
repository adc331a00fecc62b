import SimulationKernel

/// What is done to processes of a run from outside.
package enum FaultKind: String, CaseIterable, Hashable, Sendable {
    /// SIGKILL: gone at once.
    case kill
    /// SIGSTOP, for so long that it may be taken for dead.
    case stop
    /// Stopped and let go in turns: a process that gets a tenth of its time.
    case slow
    /// Nothing more can be written to files.
    case full
    /// Nothing gets to the process over the network, or from it on the same connections.
    case cut
    /// Bits of what gets to the process or from it are wrong.
    case garble

    /// Whether a proxy between the processes does it.
    package var needsProxy: Bool { self == .cut || self == .garble }
}

/// One fault: when, after the one before, what, and to which of the processes that live then.
package struct Fault: Hashable, Sendable {
    package var gap: Duration
    package var kind: FaultKind
    /// In [0, 1): the place among the processes.
    package var place: Double
    /// Of all kinds but `kill` and `garble`.
    package var length: Duration
    /// In [0, 1): how it is done, where there are several ways.
    package var manner = 0.0
}

/// A sequence of faults that a seed determines.
package struct FaultSchedule: Sendable {
    private var chance: RandomStream
    let kinds: [FaultKind]
    private let meanGap: Duration

    /// - Parameter meanGap: between two faults, exponentially distributed.
    package init(seed: UInt64, kinds: [FaultKind], meanGap: Duration) {
        precondition(!kinds.isEmpty, "a schedule of no faults")
        chance = RandomStream(seed: seed, entity: "chaos", purpose: "faults")
        self.kinds = kinds
        self.meanGap = meanGap
    }

    package mutating func next() -> Fault {
        let gap = meanGap * min(5, chance.exponential())
        let kind = kinds[chance.integer(below: kinds.count)]
        let place = chance.uniform()
        // Some longer than a process may be silent.
        let seconds =
            switch kind {
            case .kill, .garble: 0.0
            case .stop: chance.bernoulli(0.1) ? 8 : chance.uniform(in: 0.1..<2)
            case .slow: chance.uniform(in: 0.2..<1)
            case .full: chance.uniform(in: 0.2..<2)
            // Some longer than a connection may be silent.
            case .cut: chance.bernoulli(0.1) ? 8 : chance.uniform(in: 0.2..<3)
            }
        let manner = kind.needsProxy ? chance.uniform() : 0
        return Fault(
            gap: gap, kind: kind, place: place, length: .seconds(seconds), manner: manner)
    }
}
