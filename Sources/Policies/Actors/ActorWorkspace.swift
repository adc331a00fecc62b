package import NeuralNetwork

/// Where an actor network computes, for up to a number of rows; set aside once.
package struct ActorWorkspace<Scalar: NetworkScalar>: Sendable {
    package let rows: Int
    /// The weight that the last features, one for each action, have in the scores; 0 for none.
    package let prior: Double
    /// `[rows, actions]`: the scores that `ActorNetwork.score` leaves.
    package var scores: [Scalar]
    /// `[rows, actions]`: the loss's derivative by them.
    package var gradient: [Scalar]
    /// Of the one form or of the other.
    package var perceptron: Workspace<Scalar>?
    package var chain: DiffusionWorkspace<Scalar>?
    /// Whether a perceptron's weights are those of the last `prepare`; else each pass takes them
    /// over anew.
    fileprivate(set) var isPrepared = false

    package init(
        for network: ActorNetwork, rows: Int, purpose: DiffusionWorkspace<Scalar>.Purpose,
        prior: Double = 0
    ) {
        precondition(prior == 0 || network.features >= network.actions)
        self.rows = rows
        self.prior = prior
        scores = Array(repeating: 0, count: rows * network.actions)
        gradient = scores
        switch network {
        case .values(let network), .softmax(let network):
            perceptron = Workspace(
                for: network, rows: rows, isTrained: purpose != .inference)
        case .diffusion(let policy):
            chain = DiffusionWorkspace(for: policy, rows: rows, purpose: purpose)
        }
    }
}

extension ActorWorkspace {
    /// Adds the prior's part to scores that the network has left.
    ///
    /// - Parameter features: `[rows, features]`
    @_specialize(where Scalar == Float)
    mutating func addPrior(_ features: [Scalar], width: Int, rows: Int, actions: Int) {
        guard prior != 0 else { return }
        let weight = Scalar(prior)
        for row in 0..<rows {
            let place = (row + 1) * width - actions
            for action in 0..<actions {
                scores[row * actions + action] += weight * features[place + action]
            }
        }
    }
}

extension ActorNetwork {
    /// To be called whenever the parameters have changed.
    package func prepare<Scalar: NetworkScalar>(
        _ parameters: ParameterVector<Scalar>, _ workspace: inout ActorWorkspace<Scalar>
    ) {
        switch self {
        case .values(let network), .softmax(let network):
            guard var place = workspace.perceptron.take() else { return }
            network.pack(parameters, &place)
            workspace.perceptron = place
            workspace.isPrepared = true
        case .diffusion(let policy):
            guard var chain = workspace.chain.take() else { return }
            policy.embed(parameters, &chain)
            workspace.chain = chain
        }
    }

    /// Scores the actions of each row; `prepare` must have been called with these parameters.
    ///
    /// - Parameters:
    ///   - features: `[rows, features]`
    ///   - start: `[rows, actions]`: where chains begin; not looked at without a chain.
    ///   - noise: `[T, rows, actions]`; not looked at without a chain.
    ///   - keepsSlopes: false saves that work where no backward pass follows.
    @_specialize(where Scalar == Float)
    package func score<Scalar: NetworkScalar>(
        _ parameters: ParameterVector<Scalar>, rows: Int, features: [Scalar], start: [Scalar],
        noise: [Scalar], _ workspace: inout ActorWorkspace<Scalar>, keepsSlopes: Bool = true
    ) {
        let size = rows * actions
        precondition(rows <= workspace.rows && features.count >= rows * self.features)
        switch self {
        case .values(let network), .softmax(let network):
            guard var place = workspace.perceptron.take() else { return }
            place.values.write(features, at: place.input, count: rows * network.inputs)
            if !workspace.isPrepared { network.pack(parameters, &place) }
            network.forwardPacked(parameters, rows: rows, &place, keepsSlopes: keepsSlopes)
            workspace.scores.write(place.values, from: place.output, count: size)
            workspace.perceptron = place
        case .diffusion(let policy):
            guard var chain = workspace.chain.take() else { return }
            policy.denoise(
                parameters, rows: rows, features: features, start: start, noise: noise, &chain,
                keepsSlopes: keepsSlopes)
            workspace.scores.write(chain.samples, count: size)
            workspace.chain = chain
        }
        workspace.addPrior(features, width: self.features, rows: rows, actions: actions)
    }

    /// Takes the derivative by the scores, which stands in the workspace's `gradient` after
    /// `score` with the same rows, back to the parameters.
    ///
    /// - Parameter total: the derivative by the parameters is added here.
    @_specialize(where Scalar == Float)
    package func backward<Scalar: NetworkScalar>(
        _ parameters: ParameterVector<Scalar>, rows: Int, _ workspace: inout ActorWorkspace<Scalar>,
        total: inout ParameterVector<Scalar>
    ) {
        let size = rows * actions
        switch self {
        case .values(let network), .softmax(let network):
            guard var place = workspace.perceptron.take() else { return }
            place.values.write(workspace.gradient, at: place.outputGradient, count: size)
            network.backward(parameters, rows: rows, &place, gradient: &total)
            workspace.perceptron = place
        case .diffusion(let policy):
            guard var chain = workspace.chain.take() else { return }
            chain.gradient.write(workspace.gradient, count: size)
            policy.backward(parameters, rows: rows, &chain, total: &total)
            workspace.chain = chain
        }
    }
}
