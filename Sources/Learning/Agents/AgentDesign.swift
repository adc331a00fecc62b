package import Messaging
package import NeuralNetwork
package import Policies
import SimulationKernel

/// Which algorithm trains a network, with its hyper-parameters.
package enum AgentDesign: Hashable, Sendable {
    case softActorCritic(SoftActorCriticSettings)
    case deepQNetwork(DeepQNetworkSettings)

    /// Its name in checkpoints.
    package var algorithm: String {
        switch self {
        case .softActorCritic: SoftActorCritic<Float>.algorithm
        case .deepQNetwork: DeepQNetwork<Float>.algorithm
        }
    }

    /// A trainer with fresh critics.
    ///
    /// - Parameters:
    ///   - actor: the weights that stations start with.
    ///   - entity: who trains; keys the streams of chance,
    ///   - origin: and this the fresh critics; the same for trainers that start with the same.
    package func trainer(
        network: ActorNetwork, actor: ParameterVector<Float>, settings: TrainerSettings,
        seed: UInt64, entity: String = "learner", origin: String = "learner"
    ) -> any Trainer {
        switch self {
        case .softActorCritic(let design):
            var critics = RandomStream(seed: seed, entity: origin, purpose: "critics")
            return ReplayTrainer(
                agent: SoftActorCritic(
                    network: network, settings: design, actor: actor, from: &critics),
                settings: settings, seed: seed, entity: entity)
        case .deepQNetwork(let design):
            return ReplayTrainer(
                agent: DeepQNetwork(network: network, settings: design, actor: actor),
                settings: settings, seed: seed, entity: entity)
        }
    }
}
