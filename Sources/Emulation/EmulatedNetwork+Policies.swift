import EdgeModel
import FoundationEssentials
import Learning
import Messaging
import NeuralNetwork
import Policies
import SimulationKernel
import Topologies

extension EmulatedNetwork {
    /// Who decides at a station.
    func decisionMaker(of station: Int) -> any DecisionMaker {
        let name = topology.stations[station].name
        if let scheduler = SchedulerName(rawValue: topology.scheduler.policy.rawValue) {
            return scheduler.decisionMaker(seed: topology.seed, station: name)
        }
        if let truth, let rule = OracleScheduler.Rule(rawValue: topology.scheduler.policy.rawValue)
        {
            var decisionTime = VirtualDuration.zero
            if case .fixed(let time) = topology.scheduler.decisionTime { decisionTime = time }
            return OracleScheduler(
                rule, truth: truth, decisionTime: decisionTime,
                hasOnePort: topology.egress == .shared, cuts: cuts(around: station))
        }
        return LearnedDecisionMaker(
            policy: learnedPolicy, parameters: initialActor(of: station),
            mode: ActionMode(rawValue: topology.scheduler.agent.action.rawValue) ?? .sampled,
            exploration: exploration, seed: topology.seed, station: name)
    }

    /// When partitions cut the links from a station, by the other end.
    private func cuts(around station: Int) -> [NodeIndex: [TimeSpan]] {
        var cuts: [NodeIndex: [TimeSpan]] = [:]
        guard !topology.events.isEmpty else { return cuts }
        for neighbour in topology.neighbours[station] {
            let plan = topology.events.link(
                from: station, to: neighbour.station, initially: neighbour.link)
            if !plan.cuts.isEmpty { cuts[NodeIndex(neighbour.station)] = plan.cuts }
        }
        return cuts
    }

    /// Reads the topology's checkpoints and sees whether they fit its agent: one for all stations, or
    /// one for each.
    func loadCheckpoints() throws(EmulationError) -> [Checkpoint] {
        let training = topology.training
        guard training.checkpoint != nil else { return [] }
        let names = topology.stations.map(\.name)
        var checkpoints: [Checkpoint] = []
        for name in training.parameters == .shared ? Array(names.prefix(1)) : names {
            guard let path = training.checkpointFile(of: name) else { continue }
            checkpoints.append(try loadCheckpoint(from: path))
        }
        return checkpoints
    }

    private func loadCheckpoint(from path: String) throws(EmulationError) -> Checkpoint {
        let bytes: [UInt8]
        do {
            bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw EmulationError(
                description: "cannot read the checkpoint '\(path)': \(error)", exitCode: 66)
        }
        do {
            let checkpoint = try Checkpoint(decoding: bytes)
            try AgentFile.check(
                checkpoint, algorithm: agentDesign.algorithm, network: actorNetwork,
                start: chainStart, identity: checkpointIdentity)
            if topology.training.mode.trains {
                var trainer = makeTrainer(of: nil)
                try trainer.restore(from: bytes)
            }
            return checkpoint
        } catch CheckpointError.mismatch(name: "features", reason: _) {
            throw EmulationError(
                description: "'\(path)' was trained on features that are scaled for another "
                    + "topology; 'training.transfer: yes' uses it all the same",
                exitCode: 65)
        } catch {
            throw EmulationError(
                description: "'\(path)' does not fit this topology's agent: \(error)",
                exitCode: 65)
        }
    }

    /// The checkpoint that a station starts from; nil without one.
    func startCheckpoint(of station: Int) -> Checkpoint? {
        startCheckpoints.count == 1
            ? startCheckpoints[0] : startCheckpoints.dropFirst(station).first
    }

    /// The weights that a station starts with, or all and the learner: drawn from the run's seed,
    /// or loaded from the topology's checkpoint.
    func initialActor(of station: Int) -> ParameterVector<Float> {
        if let checkpoint = startCheckpoint(of: station),
            let actor = try? learnedPolicy.network.parameters(from: checkpoint)
        {
            return actor
        }
        let entity =
            topology.training.parameters == .perStation
            ? topology.stations[station].name : "policy"
        var stream = RandomStream(seed: topology.seed, entity: entity, purpose: "initial weights")
        return learnedPolicy.network.initialParameters(from: &stream)
    }
}
