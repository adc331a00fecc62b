package import EdgeModel
package import SimulationKernel

/// What a scheduler knows when it decides about one task (docs/MODEL.md, sections 2, 4 and 6).
///
/// Raw quantities in SI units; learned policies turn them into features themselves.
@usableFromInline package struct Observation: Hashable, Sendable {
    package var task: EdgeTask
    /// When the decision starts; rules that see only what was reported have no use for it.
    package var time = VirtualInstant.zero
    /// How long the own egress port is booked ahead, seconds; exact. With a port for each link,
    /// the longest of them.
    package var egressWait: Double
    /// The station itself first, then neighbours by estimated completion of this task.
    package var candidates: [Candidate]

    package init(task: EdgeTask, egressWait: Double, candidates: [Candidate]) {
        self.task = task
        self.egressWait = egressWait
        self.candidates = candidates
    }

    /// One server that the task may be placed on; times are for the whole task.
    @frozen @usableFromInline
    package struct Candidate: Hashable, Sendable {
        @usableFromInline package var server: NodeIndex
        /// Known backlog over capacity, seconds.
        @usableFromInline package var wait: Double
        /// One-way link delay, seconds; 0 for the own server.
        @usableFromInline package var delay: Double
        /// `size / rate`, seconds; 0 for the own server.
        @usableFromInline package var transfer: Double
        /// `workload / capacity`, seconds.
        @usableFromInline package var service: Double
        /// `result / rate`, seconds; 0 for the own server or without result.
        @usableFromInline package var resultTransfer: Double
        /// How old the knowledge is, seconds; 0 for the own server.
        @usableFromInline package var age: Double
        /// Known backlog, Gcycles.
        @usableFromInline package var backlog: Double
        /// Last known capacity, GHz.
        @usableFromInline package var capacity: Double
        /// How long the port towards it is booked ahead, seconds; 0 for the own server.
        @usableFromInline package var egressWait: Double

        @inlinable package init(
            server: NodeIndex, wait: Double, delay: Double, transfer: Double, service: Double,
            resultTransfer: Double, age: Double, backlog: Double, capacity: Double,
            egressWait: Double = 0
        ) {
            self.server = server
            self.wait = wait
            self.delay = delay
            self.transfer = transfer
            self.service = service
            self.resultTransfer = resultTransfer
            self.age = age
            self.backlog = backlog
            self.capacity = capacity
            self.egressWait = egressWait
        }

        /// When a fraction of the task is expected to be done there (docs/MODEL.md, section 4);
        /// a result comes back with the delay of the way there.
        package var estimate: CompletionEstimate {
            CompletionEstimate(
                ready: egressWait + delay, transfer: transfer, wait: wait, service: service,
                resultTransfer: resultTransfer, resultDelay: resultTransfer > 0 ? delay : 0)
        }

        /// When the whole task would be complete there by what is known, seconds from now.
        package var estimatedCompletion: Double { estimate.finish(1) }
    }
}

/// Where a task goes.
package enum Placement: Hashable, Sendable, Codable {
    /// All of it on the candidate in this slot.
    case whole(Int)
    /// A fraction for each candidate slot, >= 0, sum 1; shorter than the candidates means zeros.
    case split([Double])
}

/// A decision and what learning needs to know of it.
package struct Action: Hashable, Sendable, Codable {
    package var placement: Placement
    /// The version of the weights that decided; 0 without learning.
    package var policyVersion: UInt64
    /// What a transition keeps; nil for schedulers without learning.
    package var experience: Experience?
    /// How long deciding took, where the driver measures that (wall clock); 0 elsewhere.
    package var duration = VirtualDuration.zero

    package init(
        placement: Placement, policyVersion: UInt64 = 0, experience: Experience? = nil
    ) {
        self.placement = placement
        self.policyVersion = policyVersion
        self.experience = experience
    }

    /// The decision as the policy saw it: `[features]`, `[actions]` and the chosen index.
    package struct Experience: Hashable, Sendable, Codable {
        package var features: [Float]
        package var mask: [Bool]
        package var choice: UInt32
        package var chainStart: [Float]

        package init(
            features: [Float], mask: [Bool], choice: UInt32, chainStart: [Float] = []
        ) {
            self.features = features
            self.mask = mask
            self.choice = choice
            self.chainStart = chainStart
        }
    }
}

/// Chooses placements for one station: a policy, or later an agent outside the program.
package protocol DecisionMaker: Remembering, Sendable {
    /// An episode begins: streams of chance and memories of the last one are set anew.
    mutating func begin(episode: Int)

    /// - Parameter observation: what is known; has at least the station itself as a candidate.
    mutating func decide(_ observation: Observation) -> Action

    /// Decide with these weights from now on; older ones and other layouts are ignored.
    mutating func adopt(_ weights: WeightSnapshot)
}

extension DecisionMaker {
    package mutating func begin(episode: Int) {}
    package mutating func adopt(_ weights: WeightSnapshot) {}
    /// Rules that look at nothing but the observation have no memory.
    package mutating func remember(_ memory: inout Memory) throws {}
}
