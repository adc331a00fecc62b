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
        return DiffusionDecisionMaker(
            policy: diffusionPolicy, encoder: encoder, parameters: initialActor,
            mode: ActionMode(rawValue: topology.scheduler.agent.action.rawValue) ?? .sampled,
            seed: topology.seed, station: name)
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

    /// The weights that every station and the learner start with: drawn from the run's seed, or
    /// loaded from the topology's checkpoint.
    var initialActor: ParameterVector<Float> {
        if let startWeights { return startWeights }
        var stream = RandomStream(seed: topology.seed, entity: "policy", purpose: "initial weights")
        return diffusionPolicy.initialParameters(from: &stream)
    }
}
