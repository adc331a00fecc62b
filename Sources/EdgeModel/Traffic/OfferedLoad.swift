package import SimulationKernel

/// What the users of a station ask for per second, on average.
package struct OfferedLoad: Hashable, Sendable {
    /// Tasks/s.
    package var tasks: Double
    /// Input and output data, Mbit/s.
    package var input: Double
    package var output: Double
    /// Gcycles/s.
    package var work: Double

    package init(tasks: Double = 0, input: Double = 0, output: Double = 0, work: Double = 0) {
        self.tasks = tasks
        self.input = input
        self.output = output
        self.work = work
    }

    package static func + (a: Self, b: Self) -> Self {
        Self(
            tasks: a.tasks + b.tasks, input: a.input + b.input, output: a.output + b.output,
            work: a.work + b.work)
    }
}

extension TrafficClass {
    /// The expected load of this class at one of its stations over an episode's horizon.
    ///
    /// Values that are drawn once for each index of a slot count with their expectation.
    package func offeredLoad(
        at station: Int, slot: VirtualDuration, horizon: VirtualDuration
    ) -> OfferedLoad {
        if case .trace(let trace) = arrivals {
            return load(of: trace, at: station, horizon: horizon)
        }
        let rate = arrivals.meanRate(slot: slot)
        return OfferedLoad(
            tasks: rate, input: rate * size.mean, output: rate * result.mean,
            work: rate * workload.mean(size: size.mean))
    }

    private func load(
        of trace: ArrivalProcess.Trace, at station: Int, horizon: VirtualDuration
    ) -> OfferedLoad {
        var total = OfferedLoad()
        for row in trace.rows(of: station) where trace.arrivals[row] < horizon {
            let input = trace.sizes.isEmpty ? size.mean : trace.sizes[row]
            total.tasks += 1
            total.input += input
            total.output += trace.results.isEmpty ? result.mean : trace.results[row]
            total.work +=
                trace.workloads.isEmpty ? workload.mean(size: input) : trace.workloads[row]
        }
        let seconds = horizon.seconds
        return OfferedLoad(
            tasks: total.tasks / seconds, input: total.input / seconds,
            output: total.output / seconds, work: total.work / seconds)
    }
}

extension ArrivalProcess {
    /// Tasks per second at each station, in the long run; 0 for a trace, which has no rate of its own.
    func meanRate(slot: VirtualDuration) -> Double {
        switch self {
        case .bernoulli(let candidates, let probability):
            Double(candidates) * probability / slot.seconds
        case .slotted(let low, let high): Double(low + high) / 2 / slot.seconds
        case .poisson(let rate): rate
        case .bursts(let rateOn, let rateOff, let meanOn, let meanOff):
            (rateOn * meanOn + rateOff * meanOff) / (meanOn + meanOff)
        case .diurnal(let mean, _, _, _): mean
        case .trace: 0
        }
    }
}
