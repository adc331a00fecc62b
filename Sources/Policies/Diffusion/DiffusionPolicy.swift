package import NeuralNetwork
package import SimulationKernel

/// A policy whose logits are the end of a reverse diffusion chain (docs/MODEL.md, section 7).
///
///     x_T ~ N(0, I);  for i = T ... 1:
///         e   = tanh(f([x, emb(i - 1), s]))
///         x0  = x/sqrt(A_i) - sqrt(1/A_i - 1) e      (published)   or   4 e   (x0-chain, x0-closed)
///         mu  = beta_i sqrt(A_(i-1))/(1 - A_i) x0 + (1 - A_(i-1)) sqrt(a_i)/(1 - A_i) x
///         x  <- mu + [i > 1] sqrt(beta_i (1 - A_(i-1))/(1 - A_i)) z
///     pi = softmax(x)
///
/// This value holds the shape; numbers live in a `ParameterVector` (the time network's parameters
/// first, then the denoiser's) and a `DiffusionWorkspace`.
package struct DiffusionPolicy: Hashable, Sendable {
    /// The size of s and of x.
    package let features: Int
    package let actions: Int
    package let recipe: DiffusionRecipe
    package let schedule: NoiseSchedule
    /// The steps that are taken. Training takes them all; weights do not depend on it.
    package var sampler: ChainSampler
    package let timeWidth: Int
    /// Limits x0 of the published recipe to plus or minus this; nil leaves it free, as published.
    package let cleanLimit: Double?
    /// `[timeWidth] -> [timeWidth]`; nil passes the sines and cosines on as they are.
    package let timeNetwork: MultilayerPerceptron?
    /// `[actions + timeWidth + features] -> [actions]`.
    package var denoiser: MultilayerPerceptron { network.network }
    let network: ConditionedNetwork

    package var parameterCount: Int { denoiser.parameters.upperBound }

    package init(
        features: Int, actions: Int, hidden: [Int] = [256, 256],
        schedule: NoiseSchedule = NoiseSchedule(), recipe: DiffusionRecipe = .x0Closed,
        activation: Activation = .mish, timeWidth: Int = 16, hasTimeNetwork: Bool = true,
        cleanLimit: Double? = nil
    ) {
        precondition(features > 0 && actions > 0, "\(features) features, \(actions) actions")
        self.features = features
        self.actions = actions
        self.recipe = recipe
        self.schedule = schedule
        sampler = ChainSampler(schedule)
        self.timeWidth = timeWidth
        self.cleanLimit = cleanLimit
        timeNetwork =
            hasTimeNetwork
            ? MultilayerPerceptron(
                inputs: timeWidth, hidden: [2 * timeWidth], outputs: timeWidth,
                activation: activation) : nil
        let denoiser = MultilayerPerceptron(
            inputs: actions + timeWidth + features, hidden: hidden, outputs: actions,
            activation: activation, outputActivation: .tanh,
            at: timeNetwork?.parameters.upperBound ?? 0)
        network = ConditionedNetwork(denoiser, sample: actions, step: timeWidth, state: features)
    }

    /// Fresh parameters, drawn from a stream.
    package func initialParameters<Scalar: NetworkScalar>(
        from stream: inout RandomStream
    ) -> ParameterVector<Scalar> {
        var parameters = ParameterVector<Scalar>(count: parameterCount)
        timeNetwork?.initialize(&parameters, from: &stream)
        denoiser.initialize(&parameters, from: &stream)
        return parameters
    }

    /// Identifies the shape, so that weights of another one are refused.
    package var layout: UInt64 {
        var hash = LayoutHash()
        if let timeNetwork { hash.mix(timeNetwork) }
        hash.mix(denoiser)
        hash.mix(UInt64(features))
        hash.mix(UInt64(schedule.count))
        hash.mix(schedule.minimum.bitPattern)
        hash.mix(schedule.maximum.bitPattern)
        hash.mix(recipe.predictsNoise ? 1 : 0)
        hash.mix(cleanLimit?.bitPattern ?? 0)
        return hash.value
    }
}
