package import EdgeModel
import SimulationKernel
package import Topologies

/// The tasks of one episode, slot by slot, in the order in which slotted timing takes them: by
/// station, then class, then index.
///
/// They are those of event timing with the same seed; only where in its slot a task arrives is
/// nothing that this timing knows.
package struct SlottedTraffic {
    private struct Source {
        var station: UInt32
        var trafficClass: UInt16
        var deadline: VirtualDuration
        var stream: RequestStream
        var upcoming: RequestStream.Request?
    }

    private let slot: VirtualDuration
    private let episode: UInt32
    private let start: VirtualInstant
    private var sources: [Source] = []
    private var numbers: [UInt32]
    private var slotNumber: Int64 = 0

    /// - Precondition: the topology has slotted timing.
    package init(_ topology: Topology, episode: Int) {
        guard let slot = topology.slot, topology.timing == .slotted else {
            preconditionFailure("'\(topology.name)' has no slotted timing")
        }
        self.slot = slot
        self.episode = UInt32(episode)
        start = topology.plan.start(of: episode)
        numbers = Array(repeating: 0, count: topology.stations.count)
        for (index, trafficClass) in topology.traffic.enumerated() {
            var rows: [[Int]] = []
            if case .trace(let trace) = trafficClass.arrivals {
                rows = trace.rows(byStation: trafficClass.stations)
            }
            for (place, station) in trafficClass.stations.enumerated() {
                var stream = RequestStream(
                    trafficClass: trafficClass, station: topology.stations[station].name,
                    slot: slot, placement: .slotStart, horizon: topology.plan.horizon,
                    seed: topology.seed, episode: topology.plan.stream(of: episode),
                    rows: rows.isEmpty ? [] : rows[place])
                let upcoming = stream.next()
                sources.append(
                    Source(
                        station: UInt32(station), trafficClass: UInt16(index),
                        deadline: trafficClass.deadline, stream: stream, upcoming: upcoming))
            }
        }
        sources.sort { ($0.station, $0.trafficClass) < ($1.station, $1.trafficClass) }
    }

    /// The tasks of the next slot.
    package mutating func nextSlot() -> [EdgeTask] {
        let begin = slot * slotNumber
        let end = slot * (slotNumber + 1)
        slotNumber += 1
        var tasks: [EdgeTask] = []
        for place in sources.indices {
            let (station, source) = (Int(sources[place].station), sources[place])
            while let request = sources[place].upcoming, request.arrival < end {
                tasks.append(
                    EdgeTask(
                        id: TaskID(origin: source.station, number: numbers[station]),
                        episode: episode, trafficClass: source.trafficClass,
                        ordinal: request.ordinal, arrival: start + begin, size: request.size,
                        result: request.result, workload: request.workload,
                        deadline: source.deadline))
                numbers[station] += 1
                sources[place].upcoming = sources[place].stream.next()
            }
        }
        return tasks
    }
}

extension EmulatedNetwork {
    /// What the equations of slotted timing need to know of the network.
    package var slottedConfiguration: SlottedWorld.Configuration {
        let stations = topology.stations.indices
        return SlottedWorld.Configuration(
            capacities: stations.map {
                topology.stations[$0].capacity.capacity(at: .zero).value
            },
            // A station by itself sends nothing.
            rates: stations.map { station in
                stations.first { $0 != station }
                    .flatMap { topology.neighbours.link(from: $0, to: station) }?.rate.value ?? 1
            },
            slot: (topology.slot ?? .seconds(1)).seconds)
    }
}
