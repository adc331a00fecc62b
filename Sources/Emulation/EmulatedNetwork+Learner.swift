import EdgeModel
import Learning
import Messaging
import SimulationKernel
import Topologies

extension EmulatedNetwork {
    func makeLearner() -> Learner {
        let training = topology.training
        let agent = topology.scheduler.agent
        var settings = LearnerSettings(seed: topology.seed)
        settings.samplesPerInsert = training.samplesPerInsert
        settings.minimumTransitions = training.minimumTransitions
        settings.replayCapacity = training.replay
        settings.publishInterval = training.publishInterval
        settings.stepTime = training.stepTime
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
            settings: settings, policy: diffusionPolicy, actor: initialActor,
            subscribers: (0..<stationCount).map {
                LearnerSettings.Subscriber(station: NodeIndex($0), link: training.learnerLink)
            })
    }
}
