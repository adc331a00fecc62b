package import EdgeModel
package import SimulationKernel

/// A checked description of one emulated network and of what is run on it.
///
/// Everything is expanded: groups are stations, shapes are links, laws of the network are drawn.
/// What is left to chance at run time (arrivals, sizes, jitter) is still a law. Every value is in
/// the range that docs/TOPOLOGY.md states; a value that is not never becomes a `Topology`.
package struct Topology: Sendable {
    package var name: String
    package var seed: UInt64
    /// The slot of slotted traffic; nil when the file has none.
    package var slot: VirtualDuration?
    package var timing: Timing
    package var slotPlacement: SlotPlacement
    package var plan: EpisodePlan
    /// In file order; a station's place here is its index everywhere.
    package var stations: [Station]
    package var neighbours: NeighbourTable
    package var egress: EgressPorts
    /// In file order; a class's place here is its index everywhere.
    package var traffic: [TrafficClass]
    package var scheduler: SchedulerSettings
    package var training: TrainingSettings
    /// What changes in each episode.
    package var events: EventPlan
    package var clock: RunClock
    /// Virtual seconds per wall second under the wall clock; 1 under the virtual one.
    package var speed: Double
    package var processes: ProcessPlan
    /// The folder of the processes' keys; nil where none are needed. Not part of what is emulated.
    package var keys: String?
    /// The machines that the processes are on; empty for this one. Not part of what is emulated.
    package var hosts: [Host] = []

    package struct Station: Hashable, Sendable {
        package var name: String
        package var capacity: CapacityProfile
        package var position: Position?
        /// Index in ``Topology/hosts``; nil where the program may choose.
        package var host: Int?

        package init(name: String, capacity: CapacityProfile, position: Position? = nil) {
            self.name = name
            self.capacity = capacity
            self.position = position
        }
    }

    /// The index of the station of that name.
    package func station(named name: String) -> Int? {
        stations.firstIndex { $0.name == name }
    }
}

/// Where a station stands, in metres east and north of an origin that the file chooses.
package struct Position: Hashable, Sendable {
    package var x: Double
    package var y: Double

    package init(x: Double, y: Double) {
        self.x = x
        self.y = y
    }

    /// Metres, as the crow flies.
    package func distance(to other: Position) -> Double { squared(to: other).squareRoot() }

    func squared(to other: Position) -> Double {
        let dx = x - other.x
        let dy = y - other.y
        return dx * dx + dy * dy
    }
}

/// Whether a station's outgoing links share one transmit port or have one each.
package enum EgressPorts: String, Hashable, Sendable, CaseIterable {
    case shared
    case perLink = "per_link"
}

/// What time is made of.
package enum Timing: String, Hashable, Sendable, CaseIterable {
    /// Messages, ports and queues, each at its own instant (docs/MODEL.md, section 2).
    case events
    /// The published equations of whole slots (docs/MODEL.md, section 3).
    case slotted
}

/// Which clock a run follows.
package enum RunClock: String, Hashable, Sendable, CaseIterable {
    /// Discrete events, as fast as the machine allows.
    case virtual
    /// Monotonic clocks of the machine.
    case wall
}

/// How the nodes of a run are spread over processes.
package enum ProcessPlan: Hashable, Sendable {
    /// One process for each station, one for traffic, one for the learner, one for the hub.
    case perStation
    /// The stations in this many processes.
    case packed(Int)
    /// Everything in one process.
    case single
}
