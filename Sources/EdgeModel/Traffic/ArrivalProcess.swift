package import SimulationKernel

/// When the tasks of one class arrive at one station.
package enum ArrivalProcess: Hashable, Sendable {
    /// In each slot each of `candidates` tasks exists with the given probability.
    case bernoulli(candidates: Int, probability: Double)
    /// In each slot a uniform whole number of tasks, low ... high.
    case slotted(low: Int, high: Int)
    /// Tasks per second.
    case poisson(rate: Double)
    /// Poisson at one of two rates (tasks per second), in exponentially long phases (seconds).
    case bursts(rateOn: Double, rateOff: Double, meanOn: Double, meanOff: Double)
    /// Poisson with rate `mean * (1 + amplitude * sin(2 pi (t / period + phase)))`.
    case diurnal(mean: Double, amplitude: Double, period: VirtualDuration, phase: Double)
    /// Recorded requests, the same in every episode.
    case trace(Trace)

    /// Recorded requests; columns that are absent are drawn from the class.
    package struct Trace: Hashable, Sendable {
        /// From the start of the episode, ascending.
        package var arrivals: [VirtualDuration]
        /// The station index of each, empty when the class has one station.
        package var stations: [Int]
        /// Mbit, or empty.
        package var sizes: [Double]
        /// Mbit, or empty.
        package var results: [Double]
        /// Gcycles, or empty.
        package var workloads: [Double]

        package init(
            arrivals: [VirtualDuration], stations: [Int] = [], sizes: [Double] = [],
            results: [Double] = [], workloads: [Double] = []
        ) {
            self.arrivals = arrivals
            self.stations = stations
            self.sizes = sizes
            self.results = results
            self.workloads = workloads
        }
    }
}

/// Where inside a slot its tasks arrive.
package enum SlotPlacement: String, Hashable, Sendable, CaseIterable {
    /// At independent uniform instants.
    case spread
    /// All at the slot's first instant, in order of station, then index.
    case slotStart = "slot-start"
}
