package import SimulationKernel

/// One kind of request: where and when it arises, and what it asks for.
package struct TrafficClass: Hashable, Sendable {
    package var name: String
    /// Indices of the stations whose users make such requests, ascending.
    package var stations: [Int]
    package var arrivals: ArrivalProcess
    /// Input, Mbit.
    package var size: Distribution
    /// Output, Mbit.
    package var result: Distribution
    package var workload: WorkloadLaw
    /// `.unbounded` when there is none.
    package var deadline: VirtualDuration
    /// The link from the users to their station, if it is emulated.
    package var radio: RadioLink?

    package init(
        name: String, stations: [Int], arrivals: ArrivalProcess, size: Distribution,
        result: Distribution = .constant(0), workload: WorkloadLaw,
        deadline: VirtualDuration = .unbounded, radio: RadioLink? = nil
    ) {
        self.name = name
        self.stations = stations
        self.arrivals = arrivals
        self.size = size
        self.result = result
        self.workload = workload
        self.deadline = deadline
        self.radio = radio
    }
}

/// How the computing of a task follows from its kind.
package enum WorkloadLaw: Hashable, Sendable {
    /// Gcycles per task.
    case work(Distribution)
    /// Gcycles per Mbit of input (1000 cycles/bit are 1 Gcycle/Mbit). With `perIndex`, one draw
    /// for each task index of a slot and station class, kept for the whole run.
    case density(Distribution, perIndex: Bool)
    /// Denoising steps times Gcycles per step. With `perIndex`, as above.
    case steps(count: Distribution, perStep: Distribution, perIndex: Bool)
}

/// The link between users and their station: adds `size / rate + delay` before the arrival.
package struct RadioLink: Hashable, Sendable {
    package var rate: MegabitsPerSecond
    package var delay: VirtualDuration

    package init(rate: MegabitsPerSecond, delay: VirtualDuration) {
        self.rate = rate
        self.delay = delay
    }
}
