import Learning
import NeuralNetwork
import Policies
import SimulationKernel
import Topologies

/// What the learned policies of docs/MODEL.md, section 7, are made of.
extension EmulatedNetwork {
    var learnedPolicy: LearnedPolicy {
        let name = topology.scheduler.policy
        let agent = topology.scheduler.agent
        return LearnedPolicy(
            encoder: encoder, space: actionSpace,
            network: actorNetwork.taking(
                steps: agent.decisionSteps ?? agent.steps, noise: agent.decisionNoise),
            start: name.hasChain ? chainStart : .noise,
            prior: name.hasValues ? valuePrior : logitPrior)
    }

    private var actionSpace: ActionSpace {
        switch topology.scheduler.policy {
        case .drlCoEdge: .partner
        case .smCoEdge: .top(topology.scheduler.agent.top)
        case .amCoEdge, .ddrlAMSA: .subsets
        case .dqn, .sac, .dsac, .ddrlATS, .ladTS: .servers
        case .local, .random, .proportional, .roundRobin, .powerOfTwo, .leastBacklog,
            .earliestCompletion, .threshold, .waterfill, .oracleEarliestCompletion,
            .oracleWaterfill:
            preconditionFailure("\(topology.scheduler.policy) has no weights")
        }
    }

    /// What is trained, and what stations decide with but for the steps of a chain.
    var actorNetwork: ActorNetwork {
        let name = topology.scheduler.policy
        let agent = topology.scheduler.agent
        let hidden = [agent.hidden, agent.hidden]
        let actions = actionSpace.count(slots: encoder.slots)
        guard name.hasChain else {
            let perceptron = ActorNetwork.perceptron(
                features: encoder.featureCount, actions: actions, hidden: hidden,
                activation: activation)
            return name.hasValues ? .values(perceptron) : .softmax(perceptron)
        }
        let recipe = DiffusionRecipe(rawValue: agent.recipe.rawValue) ?? .x0Closed
        return .diffusion(
            DiffusionPolicy(
                features: encoder.featureCount, actions: actions, hidden: hidden,
                schedule: NoiseSchedule(
                    steps: agent.steps, minimum: agent.betaMinimum, maximum: agent.betaMaximum),
                recipe: recipe, activation: activation, timeWidth: agent.timeEmbedding,
                cleanLimit: recipe == .published ? agent.cleanLimit : nil))
    }

    var chainStart: ChainStart {
        switch topology.scheduler.agent.start {
        case .noise: .noise
        case .zeros: .zeros
        case .previous: .previous
        case nil: topology.scheduler.policy == .ladTS ? .previous : .noise
        }
    }

    var activation: Activation {
        switch topology.scheduler.agent.activation {
        case .mish: .mish
        case .relu: .relu
        case .tanh: .tanh
        case .silu: .silu
        }
    }

    var encoder: ObservationEncoder {
        ObservationEncoder(
            slots: topology.scheduler.candidates,
            scales: typical.featureScales(statePeriod: topology.scheduler.statePeriod),
            prior: prior)
    }

    private var prior: ActionPrior? {
        guard topology.scheduler.agent.prior == .estimate else { return nil }
        return ActionPrior(space: actionSpace, scale: typical.positiveService)
    }

    /// The weight of the prior in values: it makes rewards of estimates.
    var valuePrior: Double {
        guard let prior else { return 0 }
        let agent = topology.scheduler.agent
        let unit = agent.rewardScale?.seconds ?? typical.deadline ?? typical.positiveService
        return prior.scale / unit
    }

    /// Its weight in logits.
    var logitPrior: Double { prior == nil ? 0 : topology.scheduler.agent.priorWeight }

    /// The exploration of action values while they are trained.
    var exploration: ExplorationSchedule? {
        guard topology.scheduler.policy.hasValues, topology.training.mode.trains else {
            return nil
        }
        let agent = topology.scheduler.agent
        return ExplorationSchedule(
            start: agent.epsilonStart, end: agent.epsilonEnd, decisions: agent.epsilonDecisions)
    }

    /// What a checkpoint of this topology says beside its networks: what the actions are, and how
    /// the features are scaled, without which the weights mean nothing.
    var checkpointIdentity: [String: String] {
        var identity = ["actions": actionSpace.name]
        if prior != nil {
            // As a Float: the length of a run moves the last digits of means.
            identity["prior"] = "\(Float(valuePrior))"
            if !topology.scheduler.policy.hasValues { identity["prior_weight"] = "\(logitPrior)" }
        }
        if !topology.training.transfer { identity["features"] = encoder.scales.fingerprint }
        return identity
    }
}
