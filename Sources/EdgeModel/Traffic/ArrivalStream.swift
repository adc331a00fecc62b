package import SimulationKernel

/// The instants at which requests of one class arise at one station in one episode, ascending.
///
/// Chance comes from two streams of the station and class: `arrivals`, and `places` for the
/// instants inside slots, so that `spread` and `slot-start` see the same number of tasks in every
/// slot. Gaps are rounded to whole nanoseconds one by one.
package struct ArrivalStream: Sendable {
    /// One request that arises.
    package struct Arrival: Hashable, Sendable {
        /// From the start of the episode, below the horizon.
        package var offset: VirtualDuration
        /// The task's index in its slot; 0 without slots.
        package var ordinal: Int
        /// The row of a trace; nil for other processes.
        package var row: Int?
    }

    private let process: ArrivalProcess
    private let slot: VirtualDuration
    private let placement: SlotPlacement
    private let horizon: VirtualDuration
    /// The rows of a trace that belong to the station.
    private let rows: [Int]
    private var times: RandomStream
    private var places: RandomStream
    /// Where continuous processes stand.
    private var clock = VirtualDuration.zero
    /// Bursts: whether it is the busy phase, and when it ends.
    private var isOn = true
    private var phaseEnd = VirtualDuration.zero
    /// Slots or rows taken so far.
    private var taken = 0
    /// The tasks of the slot at hand, and how many of them are given out.
    private var inSlot: [Arrival] = []
    private var given = 0

    /// - Parameters:
    ///   - entity: the station's and the class's name, as in `bs3/images`.
    ///   - rows: which rows of a trace to play, ascending; see `ArrivalProcess.Trace.rows(of:)`.
    package init(
        process: ArrivalProcess, slot: VirtualDuration, placement: SlotPlacement,
        horizon: VirtualDuration, seed: UInt64, episode: Int, entity: String, rows: [Int] = []
    ) {
        precondition(slot > .zero, "a slot of \(slot)")
        self.process = process
        self.slot = slot
        self.placement = placement
        self.horizon = horizon
        self.rows = rows
        times = RandomStream(seed: seed, episode: episode, entity: entity, purpose: "arrivals")
        places = RandomStream(seed: seed, episode: episode, entity: entity, purpose: "places")
        if case .bursts(_, _, let meanOn, let meanOff) = process {
            isOn = times.bernoulli(meanOn / (meanOn + meanOff))
            phaseEnd = .capped(seconds: (isOn ? meanOn : meanOff) * times.exponential())
        }
    }

    /// The next request, or nil when the episode has no more.
    package mutating func next() -> Arrival? {
        switch process {
        case .bernoulli(let candidates, let probability):
            return nextInSlots { stream, body in
                for index in 0..<candidates where stream.bernoulli(probability) { body(index) }
            }
        case .slotted(let low, let high):
            return nextInSlots { stream, body in
                for index in 0..<(low + stream.integer(below: high - low + 1)) { body(index) }
            }
        case .poisson(let rate):
            return advance(byRate: rate)
        case .bursts(let rateOn, let rateOff, let meanOn, let meanOff):
            return nextBurst(rateOn, rateOff, meanOn, meanOff)
        case .diurnal(let mean, let amplitude, let period, let phase):
            return nextDiurnal(mean, amplitude, period, phase)
        case .trace(let trace):
            guard taken < rows.count else { return nil }
            let row = rows[taken]
            taken += 1
            guard trace.arrivals[row] < horizon else { return nil }
            return Arrival(offset: trace.arrivals[row], ordinal: 0, row: row)
        }
    }

    /// One draw.
    private mutating func advance(byRate rate: Double) -> Arrival? {
        guard rate > 0, clock < horizon else { return nil }
        clock += .capped(seconds: times.exponential() / rate)
        return clock < horizon ? Arrival(offset: clock, ordinal: 0) : nil
    }

    /// One draw for each attempt at a gap, and one for each phase that begins; a gap that the end
    /// of its phase cuts off is drawn anew, which the exponential law permits.
    private mutating func nextBurst(
        _ rateOn: Double, _ rateOff: Double, _ meanOn: Double, _ meanOff: Double
    ) -> Arrival? {
        while clock < horizon {
            let rate = isOn ? rateOn : rateOff
            if rate > 0 {
                let instant = clock + .capped(seconds: times.exponential() / rate)
                if instant < phaseEnd {
                    clock = instant
                    return clock < horizon ? Arrival(offset: clock, ordinal: 0) : nil
                }
            }
            clock = phaseEnd
            isOn.toggle()
            phaseEnd += .capped(seconds: (isOn ? meanOn : meanOff) * times.exponential())
        }
        return nil
    }

    /// Thinning (Lewis and Shedler 1979): candidates at the highest rate, each kept with
    /// probability rate / highest rate; two draws for each candidate.
    private mutating func nextDiurnal(
        _ mean: Double, _ amplitude: Double, _ period: VirtualDuration, _ phase: Double
    ) -> Arrival? {
        let highest = 1 + abs(amplitude)
        while var arrival = advance(byRate: mean * highest) {
            let turns =
                Double(arrival.offset.nanoseconds % period.nanoseconds)
                / Double(period.nanoseconds) + phase
            let level = 1 + amplitude * Mathematics.sin(2 * Double.pi * turns)
            arrival.ordinal = 0
            if times.uniform() * highest < level { return arrival }
        }
        return nil
    }

    /// Gives out the tasks of slot after slot; inside a slot in order of instant, then index.
    private mutating func nextInSlots(
        _ draw: (inout RandomStream, (Int) -> Void) -> Void
    ) -> Arrival? {
        while given == inSlot.count {
            let start = slot * Int64(taken)
            guard start < horizon else { return nil }
            taken += 1
            given = 0
            fillSlot(from: start, draw)
        }
        given += 1
        return inSlot[given - 1]
    }

    private mutating func fillSlot(
        from start: VirtualDuration, _ draw: (inout RandomStream, (Int) -> Void) -> Void
    ) {
        var arrivals = inSlot
        arrivals.removeAll(keepingCapacity: true)
        draw(&times) { index in
            let offset: VirtualDuration =
                switch placement {
                case .spread:
                    start
                        + VirtualDuration(
                            nanoseconds: Int64(
                                places.uniform() * Double(slot.nanoseconds)))
                case .slotStart: start
                }
            if offset < horizon { arrivals.append(Arrival(offset: offset, ordinal: index)) }
        }
        arrivals.sort { ($0.offset, $0.ordinal) < ($1.offset, $1.ordinal) }
        inSlot = arrivals
    }
}

extension VirtualDuration {
    /// As `seconds`, with a limit of a hundred years: chance may draw longer gaps than that.
    fileprivate static func capped(seconds: Double) -> Self { .seconds(min(seconds, 3.2e9)) }
}

extension ArrivalProcess.Trace {
    /// The rows of a station, ascending; all of them when the trace names no stations.
    package func rows(of station: Int) -> [Int] {
        stations.isEmpty
            ? Array(arrivals.indices) : arrivals.indices.filter { stations[$0] == station }
    }

    /// The rows of each of the given stations (ascending), in one pass over the trace.
    package func rows(byStation wanted: [Int]) -> [[Int]] {
        guard !stations.isEmpty else { return wanted.map { self.rows(of: $0) } }
        var places: [Int: Int] = [:]
        for (place, station) in wanted.enumerated() { places[station] = place }
        var rows: [[Int]] = Array(repeating: [], count: wanted.count)
        for row in arrivals.indices {
            if let place = places[stations[row]] { rows[place].append(row) }
        }
        return rows
    }
}
