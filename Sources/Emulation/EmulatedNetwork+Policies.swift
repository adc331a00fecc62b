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
        return DiffusionDecisionMaker(
            policy: diffusionPolicy, encoder: encoder, parameters: initialActor,
            mode: ActionMode(rawValue: topology.scheduler.agent.action.rawValue) ?? .sampled,
            seed: topology.seed, station: name)
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

    var encoder: ObservationEncoder {
        ObservationEncoder(
            slots: topology.scheduler.candidates,
            scales: typical.featureScales(statePeriod: topology.scheduler.statePeriod))
    }

    var diffusionPolicy: DiffusionPolicy {
        let agent = topology.scheduler.agent
        return DiffusionPolicy(
            features: encoder.featureCount, actions: encoder.slots,
            hidden: [agent.hidden, agent.hidden],
            schedule: NoiseSchedule(
                steps: agent.steps, minimum: agent.betaMinimum, maximum: agent.betaMaximum),
            recipe: DiffusionRecipe(rawValue: agent.recipe.rawValue) ?? .x0Closed,
            timeWidth: agent.timeEmbedding)
    }

    /// Reads a checkpoint and sees whether it fits this topology's agent.
    func loadCheckpoint(from path: String) throws(EmulationError) -> Checkpoint {
        let bytes: [UInt8]
        do {
            bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw EmulationError(
                description: "cannot read the checkpoint '\(path)': \(error)", exitCode: 66)
        }
        do {
            let checkpoint = try Checkpoint(decoding: bytes)
            let actor = try diffusionPolicy.parameters(from: checkpoint)
            if learnerIndex != nil {
                var learner = makeLearner(actor: actor)
                try learner.restore(from: checkpoint)
            }
            return checkpoint
        } catch {
            throw EmulationError(
                description: "'\(path)' does not fit this topology's agent: \(error)",
                exitCode: 65)
        }
    }

    /// The weights that every station and the learner start with: drawn from the run's seed, or
    /// loaded from the topology's checkpoint.
    var initialActor: ParameterVector<Float> {
        if let startCheckpoint,
            let actor = try? diffusionPolicy.parameters(from: startCheckpoint)
        {
            return actor
        }
        var stream = RandomStream(seed: topology.seed, entity: "policy", purpose: "initial weights")
        return diffusionPolicy.initialParameters(from: &stream)
    }
}
