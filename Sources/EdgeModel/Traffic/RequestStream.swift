package import SimulationKernel

/// The requests of one class at one station in one episode, in order of arrival at the station.
///
/// Size, result and work come from streams of their own, each drawn for every request in the
/// order in which requests arise: changing one law leaves the other draws alone.
package struct RequestStream: Sendable {
    /// What a user asks for, and when it reaches the station.
    package struct Request: Hashable, Sendable {
        /// At the station, from the start of the episode.
        package var arrival: VirtualDuration
        package var ordinal: UInt16
        package var size: Megabits
        package var result: Megabits
        package var workload: Gigacycles
    }

    private let trafficClass: TrafficClass
    private let horizon: VirtualDuration
    private var arrivals: ArrivalStream
    private var workloads: WorkloadSampler
    private var sizes: RandomStream
    private var results: RandomStream
    /// With a radio link: what has arisen but may be overtaken, ascending by arrival, and what
    /// arises next.
    private var onAir: [Request] = []
    private var upcoming: ArrivalStream.Arrival?
    /// What scheduled bursts change, and which copy of the law this is.
    private let demand: DemandPlan
    private let copy: Int
    private var thinning: RandomStream

    /// - Parameters:
    ///   - station: the station's name; streams of chance are keyed by `station/class`.
    ///   - rows: see `ArrivalStream`.
    ///   - demand: what bursts change.
    ///   - copy: 0 is the usual stream; others count only while the demand calls for them.
    package init(
        trafficClass: TrafficClass, station: String, slot: VirtualDuration,
        placement: SlotPlacement, horizon: VirtualDuration, seed: UInt64, episode: Int,
        rows: [Int] = [], demand: DemandPlan = DemandPlan(), copy: Int = 0
    ) {
        let name = "\(station)/\(trafficClass.name)"
        let entity = copy == 0 ? name : "\(name)+\(copy)"
        self.demand = demand
        self.copy = copy
        thinning = RandomStream(seed: seed, episode: episode, entity: entity, purpose: "thinning")
        self.trafficClass = trafficClass
        self.horizon = horizon
        arrivals = ArrivalStream(
            process: trafficClass.arrivals, slot: slot, placement: placement, horizon: horizon,
            seed: seed, episode: episode, entity: entity, rows: rows)
        workloads = WorkloadSampler(
            law: trafficClass.workload, seed: seed, episode: episode, entity: entity)
        sizes = RandomStream(seed: seed, episode: episode, entity: entity, purpose: "size")
        results = RandomStream(seed: seed, episode: episode, entity: entity, purpose: "result")
        if trafficClass.radio != nil { upcoming = nextArrival() }
    }

    /// The next one that counts; one draw where a share of them does.
    private mutating func nextArrival() -> ArrivalStream.Arrival? {
        while let arrival = arrivals.next() {
            let share = demand.share(ofCopy: copy, at: arrival.offset)
            if share >= 1 || (share > 0 && thinning.bernoulli(share)) { return arrival }
        }
        return nil
    }

    /// The next request to reach the station before the horizon, or nil.
    package mutating func next() -> Request? {
        guard let radio = trafficClass.radio else { return nextArrival().map { draw($0) } }
        while let first = upcoming {
            // Nothing that arises later can arrive before its own instant plus the delay.
            if let oldest = onAir.first, oldest.arrival <= first.offset + radio.delay { break }
            var request = draw(first)
            request.arrival += request.size / radio.rate + radio.delay
            if request.arrival < horizon { insert(request) }
            upcoming = nextArrival()
        }
        return onAir.isEmpty ? nil : onAir.removeFirst()
    }

    private mutating func insert(_ request: Request) {
        var place = onAir.count
        while place > 0, onAir[place - 1].arrival > request.arrival { place -= 1 }
        onAir.insert(request, at: place)
    }

    /// Three draws in three streams, fewer where a trace has the value.
    private mutating func draw(_ arrival: ArrivalStream.Arrival) -> Request {
        var (size, result): (Double?, Double?)
        var workload: Double?
        if let row = arrival.row, case .trace(let trace) = trafficClass.arrivals {
            size = trace.sizes.isEmpty ? nil : trace.sizes[row]
            result = trace.results.isEmpty ? nil : trace.results[row]
            workload = trace.workloads.isEmpty ? nil : trace.workloads[row]
        }
        let input = Megabits(size ?? trafficClass.size.sample(&sizes))
        return Request(
            arrival: arrival.offset, ordinal: UInt16(clamping: arrival.ordinal), size: input,
            result: Megabits(result ?? trafficClass.result.sample(&results)),
            workload: workload.map { Gigacycles($0) }
                ?? workloads.sample(size: input, index: arrival.ordinal))
    }
}
