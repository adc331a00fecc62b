package import EdgeModel
package import Messaging
package import SimulationKernel

/// What the traffic source is told before the run.
package struct TrafficConfiguration: Sendable {
    /// In the order of their indices; streams of chance are keyed by `station/class`.
    package var stationNames: [String]
    package var classes: [TrafficClass]
    /// For slotted traffic; positive.
    package var slot: VirtualDuration
    package var placement: SlotPlacement
    package var plan: EpisodePlan
    /// Bursts among the scheduled events change what users ask for.
    package var events: EventPlan
    package var seed: UInt64

    package init(
        stationNames: [String], classes: [TrafficClass], slot: VirtualDuration = .seconds(1),
        placement: SlotPlacement = .spread, plan: EpisodePlan, events: EventPlan = .none,
        seed: UInt64
    ) {
        self.stationNames = stationNames
        self.classes = classes
        self.slot = slot
        self.placement = placement
        self.plan = plan
        self.events = events
        self.seed = seed
    }
}

/// All users of all stations in one node. Requests depend on nothing that happens in the network.
///
/// They are therefore sent ahead: at the start of the run all that arrive in [0, 2B), and at each
/// multiple t of B all that arrive in [t + B, t + 2B). After the input of t everything before
/// t + 2B has been sent, so other processes can run that far without waiting (docs/decisions/
/// 0001). Empty batches are skipped: the node wakes for the batch that holds the next arrival.
///
/// Tasks are sent in order of arrival; at one instant by station, then class, then index. Numbers
/// count the tasks of a station in this order, from 0 in each episode.
package struct TrafficSource: Node {
    /// B.
    package static var lookahead: VirtualDuration { .milliseconds(250) }

    /// One class at one station, or one more copy of it for a burst.
    private struct Source {
        var station: UInt32
        var trafficClass: UInt16
        var copy: Int
        var deadline: VirtualDuration
        var stream: RequestStream
        var upcoming: RequestStream.Request
    }

    private let configuration: TrafficConfiguration
    /// For each class and each of its stations, the rows of its trace.
    private let rows: [[[Int]]]
    private var episode = -1
    private var episodeStart = VirtualInstant.zero
    private var sources: [Source] = []
    /// Places in `sources` that have an upcoming request, as a heap by its arrival, then place.
    private var order: [(arrival: VirtualDuration, source: Int32)] = []
    /// The next number of each station.
    private var numbers: [UInt32] = []

    package init(_ configuration: TrafficConfiguration) {
        self.configuration = configuration
        rows = configuration.classes.map { trafficClass in
            guard case .trace(let trace) = trafficClass.arrivals else { return [] }
            return trace.rows(byStation: trafficClass.stations)
        }
    }

    package mutating func handle(
        _ input: NodeInput, at now: VirtualInstant, _ directives: inout Directives
    ) {
        switch input {
        case .start:
            // Zero, or where the run that is continued ended.
            let batches = max(0, now.nanoseconds) / Self.lookahead.nanoseconds
            sendBatch(before: .zero + Self.lookahead * (batches + 2), &directives)
        case .timer: sendBatch(before: now + Self.lookahead * 2, &directives)
        case .message(let message, let sender):
            preconditionFailure("the traffic source got \(message) from node \(sender)")
        case .decided: preconditionFailure("the traffic source decides nothing")
        }
    }

    private mutating func sendBatch(
        before bound: VirtualInstant, _ directives: inout Directives
    ) {
        while let next = nextArrival() {
            guard next < bound else {
                let batch = next.nanoseconds / Self.lookahead.nanoseconds
                directives.wake(Timer(kind: 0), at: .zero + Self.lookahead * (batch - 1))
                return
            }
            sendNext(at: next, &directives)
        }
    }

    /// When the next task arrives; begins the next episodes as far as needed.
    private mutating func nextArrival() -> VirtualInstant? {
        while order.isEmpty {
            guard episode + 1 < configuration.plan.episodes else { return nil }
            beginEpisode(episode + 1)
        }
        return episodeStart + order[0].arrival
    }

    private mutating func beginEpisode(_ number: Int) {
        episode = number
        episodeStart = configuration.plan.start(of: number)
        numbers = Array(repeating: 0, count: configuration.stationNames.count)
        sources.removeAll(keepingCapacity: true)
        for (index, trafficClass) in configuration.classes.enumerated() {
            for (place, station) in trafficClass.stations.enumerated() {
                let demand = configuration.events.demand(at: station, for: index)
                for copy in 0...demand.extraCopies {
                    var stream = RequestStream(
                        trafficClass: trafficClass, station: configuration.stationNames[station],
                        slot: configuration.slot, placement: configuration.placement,
                        horizon: configuration.plan.horizon, seed: configuration.seed,
                        episode: configuration.plan.stream(of: number),
                        rows: rows[index].isEmpty ? [] : rows[index][place],
                        demand: demand, copy: copy)
                    guard let first = stream.next() else { continue }
                    sources.append(
                        Source(
                            station: UInt32(station), trafficClass: UInt16(index), copy: copy,
                            deadline: trafficClass.deadline, stream: stream, upcoming: first))
                }
            }
        }
        sources.sort {
            ($0.station, $0.trafficClass, $0.copy) < ($1.station, $1.trafficClass, $1.copy)
        }
        order = sources.indices.map { (sources[$0].upcoming.arrival, Int32($0)) }
        order.sort { $0 < $1 }
    }

    private mutating func sendNext(at arrival: VirtualInstant, _ directives: inout Directives) {
        let task = takeNext(at: arrival)
        directives.send(.task(task), to: task.id.origin, at: arrival)
    }

    /// Takes the earliest upcoming request, and draws the next of its source.
    private mutating func takeNext(at arrival: VirtualInstant) -> EdgeTask {
        let place = Int(order[0].source)
        let request = sources[place].upcoming
        let station = sources[place].station
        let task = EdgeTask(
            id: TaskID(origin: station, number: numbers[Int(station)]), episode: UInt32(episode),
            trafficClass: sources[place].trafficClass, ordinal: request.ordinal, arrival: arrival,
            size: request.size, result: request.result, workload: request.workload,
            deadline: sources[place].deadline)
        numbers[Int(station)] += 1
        if let next = sources[place].stream.next() {
            sources[place].upcoming = next
            siftDown((next.arrival, Int32(place)))
        } else {
            let last = order.removeLast()
            if !order.isEmpty { siftDown(last) }
        }
        return task
    }

    /// Its place in the traffic, which is drawn again up to there.
    package mutating func remember(_ memory: inout Memory) throws {
        var (reached, sent) = (episode, numbers)
        try memory.pass("episode", &reached)
        try memory.pass("sent", &sent)
        guard memory.isReading, reached >= 0 else { return }
        beginEpisode(reached)
        for _ in 0..<sent.reduce(0, { $0 + Int($1) }) {
            guard let next = order.first else { throw MemoryError("it sent more requests") }
            _ = takeNext(at: episodeStart + next.arrival)
        }
        guard numbers == sent else { throw MemoryError("it sent other requests") }
    }

    /// Puts an entry in the place of the first and restores the heap (binary).
    private mutating func siftDown(_ entry: (arrival: VirtualDuration, source: Int32)) {
        order.withUnsafeMutableBufferPointer { order in
            var index = 0
            while true {
                var child = 2 * index + 1
                guard child < order.count else { break }
                if child + 1 < order.count, order[child + 1] < order[child] { child += 1 }
                guard order[child] < entry else { break }
                order[index] = order[child]
                index = child
            }
            order[index] = entry
        }
    }
}
