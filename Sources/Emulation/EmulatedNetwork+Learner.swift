import EdgeModel
import Learning
import Messaging
import NeuralNetwork
import Policies
import SimulationKernel
import Topologies

extension EmulatedNetwork {
    /// The learner, with the networks of the topology's checkpoint if there is one.
    func makeLearner() -> Learner {
        let training = topology.training
        var settings = LearnerSettings()
        settings.publishInterval = training.publishInterval
        settings.stepTime = training.stepTime
        settings.checkpoints = (0...topology.plan.episodes).map { topology.plan.end(of: $0) }
        return Learner(
            settings: settings, trainer: makeTrainer(),
            subscribers: (0..<stationCount).map {
                LearnerSettings.Subscriber(station: NodeIndex($0), link: training.learnerLink)
            })
    }

    /// Who trains the policy, from the weights that stations start with; the checkpoint is known
    /// to fit.
    func makeTrainer(entity: String = "learner") -> any Trainer {
        var trainer = agentDesign.trainer(
            network: actorNetwork, actor: initialActor, settings: trainerSettings,
            seed: topology.seed, entity: entity)
        if let startCheckpoint { try? trainer.restore(from: startCheckpoint.encoded()) }
        return trainer
    }

    var trainerSettings: TrainerSettings {
        let training = topology.training
        var settings = TrainerSettings()
        settings.samplesPerInsert = training.samplesPerInsert
        settings.minimumTransitions = training.minimumTransitions
        settings.replayCapacity = training.replay
        settings.lagLimit = training.lagLimit
        settings.identity = checkpointIdentity
        if training.priority > 0 {
            var priorities = PrioritySettings()
            priorities.exponent = training.priority
            priorities.correction = training.priorityCorrection
            priorities.correctionUpdates = training.priorityUpdates
            settings.priorities = priorities
        }
        return settings
    }

    /// The algorithm that trains the topology's policy.
    var agentDesign: AgentDesign {
        topology.scheduler.policy.hasValues
            ? .deepQNetwork(deepQNetworkSettings) : .softActorCritic(softActorCriticSettings)
    }

    private var deepQNetworkSettings: DeepQNetworkSettings {
        let agent = topology.scheduler.agent
        var settings = DeepQNetworkSettings()
        settings.batch = topology.training.batch
        settings.discount = agent.discount
        settings.rate = agent.criticRate
        settings.rateSchedule = rateSchedule
        settings.targetUpdate = agent.targetUpdate.map { .every($0) } ?? .polyak(agent.tau)
        settings.isDouble = agent.double
        settings.huberLimit = agent.huber
        settings.gradientLimit = agent.gradientLimit
        settings.selection = learnedPolicy.space.selection
        settings.prior = valuePrior
        return settings
    }

    private var softActorCriticSettings: SoftActorCriticSettings {
        let agent = topology.scheduler.agent
        var settings = SoftActorCriticSettings()
        settings.criticHidden = [agent.criticHidden, agent.criticHidden]
        settings.criticActivation = activation
        settings.criticPrior = valuePrior
        settings.actorPrior = logitPrior
        settings.batch = topology.training.batch
        settings.discount = agent.discount
        settings.tau = agent.tau
        settings.actorRate = agent.actorRate
        settings.criticRate = agent.criticRate
        settings.temperatureRate = agent.temperatureRate
        settings.rateSchedule = rateSchedule
        settings.startTemperature = agent.startTemperature
        settings.targetEntropy = agent.targetEntropy
        settings.gradientLimit = agent.gradientLimit
        settings.draws = agent.noiseDraws
        settings.start = learnedPolicy.start
        return settings
    }

    private var rateSchedule: RateSchedule {
        let agent = topology.scheduler.agent
        return switch agent.rateSchedule {
        case .constant: .constant
        case .linear: .linear(updates: agent.rateUpdates, floor: agent.rateFloor)
        case .cosine: .cosine(updates: agent.rateUpdates, floor: agent.rateFloor)
        }
    }
}
