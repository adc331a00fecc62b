import EdgeModel
import Learning
import Messaging
import NeuralNetwork
import Policies
import SimulationKernel
import Topologies

extension EmulatedNetwork {
    /// The learner that trains, with the networks of the topology's checkpoint if there is one.
    func makeLearner() -> Learner {
        var settings = LearnerSettings()
        settings.pace = trainingPace
        settings.checkpoints = (0...topology.plan.episodes).map { topology.plan.end(of: $0) }
        return Learner(
            settings: settings, trainer: makeTrainer(of: nil), subscribers: subscribers)
    }

    /// The learner that averages what stations have trained.
    func makeFederatedLearner(at index: NodeIndex) -> FederatedLearner {
        let trainer = makeTrainer(of: 0)
        return FederatedLearner(
            settings: FederatedSettings(
                index: index, round: topology.training.round, layout: trainer.layout,
                parameters: trainer.networks.count),
            subscribers: subscribers)
    }

    private var subscribers: [LearnerSettings.Subscriber] {
        (0..<stationCount).map {
            LearnerSettings.Subscriber(
                station: NodeIndex($0), link: topology.training.learnerLink)
        }
    }

    var trainingPace: PacedTrainer.Pace {
        var pace = PacedTrainer.Pace()
        pace.publishInterval = topology.training.publishInterval
        pace.stepTime = topology.training.stepTime
        return pace
    }

    /// Who trains the policy, at a station or at the learner, from the weights that decide at the
    /// start; the checkpoint is known to fit.
    ///
    /// All have their own streams of chance; where parameters are shared they start with the same
    /// networks.
    func makeTrainer(of station: Int? = nil) -> any Trainer {
        let entity = station.map { topology.stations[$0].name } ?? "learner"
        let hasOwnStart = topology.training.parameters == .perStation
        var trainer = agentDesign.trainer(
            network: actorNetwork, actor: initialActor(of: station ?? 0),
            settings: trainerSettings, seed: topology.seed, entity: entity,
            origin: hasOwnStart ? entity : "learner")
        if let checkpoint = startCheckpoint(of: station ?? 0) {
            try? trainer.restore(from: checkpoint.encoded())
        }
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
