package import SimulationKernel

/// What a station has learned about its knowledge of one neighbour: how far the waits that it
/// knew were from those that its subtasks then met.
///
/// A known wait is wrong in a way that repeats itself. The other stations keep placing work after
/// the last report, and what is on the wire shows in nobody's report, so an old "empty" is too low
/// and an old long queue is wrong by as much as the others have kept away from it. The error
/// depends on the age of the report and on the known wait itself. So the notices of this station's
/// own subtasks teach a table of running means of (wait met - wait known), by age in tenths of the
/// state period and by known wait in half octaves, and candidates are given the known wait plus
/// the mean of their cell. A cell with few samples leans on the mean of all waits of its age.
///
/// A subtask whose service began later than it arrived met a server that became free just then, so
/// its wait is known: from the decision to the start. One that was served on arrival says only that
/// the server was free by then. It teaches the lesser of that bound and of what the forecast holds
/// already: a bound above the forecast is no news, one below it is (the imputation step of
/// expectation maximisation, with the mean for the truncated mean).
///
/// It draws nothing, reads no clock and forgets at a fixed rate; like weights it is kept from
/// episode to episode.
package struct WaitForecast: Sendable, Codable {
    /// What was known when a part was placed; kept until the part's notice comes.
    package struct Sample: Hashable, Sendable, Codable {
        /// The known wait, without the forecast's correction, seconds.
        package var known: Double
        /// The age of the report, seconds.
        package var age: Double
        /// When that was known.
        package var at: VirtualInstant

        package init(known: Double, age: Double, at instant: VirtualInstant) {
            self.known = known
            self.age = age
            at = instant
        }
    }

    /// A running mean that forgets: each sample has at least the weight 1 / `memory`.
    private struct Mean: Codable {
        var value = 0.0
        var weight = 0.0

        mutating func add(_ sample: Double) {
            weight = min(weight + 1, WaitForecast.memory)
            value += (sample - value) / weight
        }
    }

    /// Samples that a cell remembers.
    static var memory: Double { 400 }
    /// How many samples of its own a cell needs to count as much as the mean of its age.
    static var prior: Double { 10 }
    /// Cells by age, a tenth of the state period each, the last one open.
    static var ageCells: Int { 12 }
    /// Cells by known wait: none, then half octaves from 1 ms, the last one open.
    static var waitCells: Int { 28 }

    /// Seconds.
    private let statePeriod: Double
    private var cells = Array(repeating: Mean(), count: ageCells * waitCells)
    private var ages = Array(repeating: Mean(), count: ageCells)

    /// Whether it can be gone on with; a decoded one may not be.
    var isWhole: Bool {
        cells.count == Self.ageCells * Self.waitCells && ages.count == Self.ageCells
            && statePeriod > 0
    }

    package init(statePeriod: VirtualDuration) {
        precondition(statePeriod > .zero, "a state period of \(statePeriod)")
        self.statePeriod = statePeriod.seconds
    }

    /// What the wait is expected to be, seconds, at least 0.
    ///
    /// - Parameters:
    ///   - known: the known wait, seconds.
    ///   - age: of the report, seconds.
    package func wait(known: Double, age: Double) -> Double {
        let row = ageCell(age)
        let (cell, mean) = (cells[row * Self.waitCells + Self.waitCell(known)], ages[row])
        let weight = cell.weight + Self.prior
        return max(
            0, known + (cell.weight * cell.value + Self.prior * mean.value) / weight)
    }

    /// Learns from a part that is done.
    ///
    /// - Parameters:
    ///   - queued: when it reached the server.
    ///   - start: when its service began.
    package mutating func learn(
        _ sample: Sample, queued: VirtualInstant, start: VirtualInstant
    ) {
        var met = (start - sample.at).seconds
        if start == queued { met = min(met, wait(known: sample.known, age: sample.age)) }
        let row = ageCell(sample.age)
        cells[row * Self.waitCells + Self.waitCell(sample.known)].add(met - sample.known)
        ages[row].add(met - sample.known)
    }

    private func ageCell(_ age: Double) -> Int {
        Int(min(max(0, age / statePeriod * 10), Double(Self.ageCells - 1)))
    }

    /// 0 for no wait, then 1 + floor(2 log2(1 + wait / 1 ms)) from the bits of the number.
    private static func waitCell(_ wait: Double) -> Int {
        guard wait > 0 else { return 0 }
        let value = 1 + min(wait, 1e6) * 1e3
        let half = value.significand >= 1.4142135623730951 ? 1 : 0
        return min(waitCells - 1, 1 + 2 * Int(value.exponent) + half)
    }
}
