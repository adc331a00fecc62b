import EdgeModel
import Learning
import Messaging
import NeuralNetwork
import SimulationKernel
import Topologies

extension EmulatedNetwork {
    /// The learner, with the networks of the topology's checkpoint if there is one.
    func makeLearner() -> Learner {
        var learner = makeLearner(actor: initialActor)
        if let startCheckpoint { try? learner.restore(from: startCheckpoint) }
        return learner
    }

    func makeLearner(actor: ParameterVector<Float>) -> Learner {
        let training = topology.training
        let agent = topology.scheduler.agent
        var settings = LearnerSettings(seed: topology.seed)
        settings.samplesPerInsert = training.samplesPerInsert
        settings.minimumTransitions = training.minimumTransitions
        settings.replayCapacity = training.replay
        settings.publishInterval = training.publishInterval
        settings.stepTime = training.stepTime
        settings.checkpoints = (0..<topology.plan.episodes).map { topology.plan.end(of: $0) }
        settings.agent.criticHidden = [agent.criticHidden, agent.criticHidden]
        settings.agent.batch = training.batch
        settings.agent.discount = agent.discount
        settings.agent.tau = agent.tau
        settings.agent.actorRate = agent.actorRate
        settings.agent.criticRate = agent.criticRate
        settings.agent.temperatureRate = agent.temperatureRate
        settings.agent.startTemperature = agent.startTemperature
        settings.agent.targetEntropy = agent.targetEntropy
        return Learner(
            settings: settings, policy: diffusionPolicy, actor: actor,
            subscribers: (0..<stationCount).map {
                LearnerSettings.Subscriber(station: NodeIndex($0), link: training.learnerLink)
            })
    }
}
