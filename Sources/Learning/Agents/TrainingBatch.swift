package import NeuralNetwork
package import Policies
package import SimulationKernel

/// The transitions of one update, row by row.
package struct TrainingBatch<Scalar: NetworkScalar>: Sendable {
    package let rows: Int
    /// `[rows, features]`
    package var features: [Scalar]
    package var nextFeatures: [Scalar]
    /// `[rows, actions]`
    package var mask: [Bool]
    package var nextMask: [Bool]
    /// `[rows, actions]`: where the chains of the two decisions started; empty for policies that
    /// do not remember it.
    package var starts: [Scalar] = []
    package var nextStarts: [Scalar] = []
    /// `[rows]`: in the form of the agent's `Selection`.
    package var choices: [Int]
    package var rewards: [Scalar]
    /// What the value of the next state counts, besides one discount: 0 where the episode really
    /// ended, and with n-step returns the discount to the power n - 1.
    package var continues: [Scalar]
    /// What the row counts in losses: 1, or the importance weight of prioritised replay.
    package var weights: [Scalar]

    package init(rows: Int, features: Int, actions: Int) {
        precondition(rows > 0)
        self.rows = rows
        self.features = Array(repeating: 0, count: rows * features)
        nextFeatures = self.features
        mask = Array(repeating: true, count: rows * actions)
        nextMask = mask
        choices = Array(repeating: 0, count: rows)
        rewards = Array(repeating: 0, count: rows)
        continues = Array(repeating: 1, count: rows)
        weights = continues
    }
}

/// The chance of one update; empty for agents without a chain.
package struct UpdateNoise<Scalar: NetworkScalar>: Sendable {
    /// `[draws, rows, actions]`: x_T of the actor's chains; the noise of x0-closed.
    package var start: [Scalar] = []
    package var nextStart: [Scalar] = []
    /// `[T, draws, rows, actions]`, step i at place i - 1.
    package var noise: [Scalar] = []
    package var nextNoise: [Scalar] = []
    /// `[rows]`: the place of each row's step, for x0-closed.
    package var places: [Int] = []

    package init(for network: ActorNetwork, rows: Int, draws: Int = 1) {
        guard let policy = network.chain else { return }
        let isRegressed = policy.recipe == .x0Closed
        places = Array(repeating: 0, count: rows)
        start = Array(repeating: 0, count: (isRegressed ? 1 : draws) * rows * policy.actions)
        nextStart = isRegressed ? [] : start
        noise = Array(
            repeating: 0, count: isRegressed ? 0 : policy.schedule.count * start.count)
        nextNoise = noise
    }

    /// Draws what the recipe needs, in the order of the fields.
    ///
    /// Chains that do not start from noise get their start in its place. Under x0-closed the start
    /// stands for the noise of rows at step T, where the chain will see it.
    @_specialize(where Scalar == Float)
    package mutating func draw(
        for network: ActorNetwork, start from: ChainStart = .noise, of batch: TrainingBatch<Scalar>,
        from stream: inout RandomStream
    ) {
        guard let policy = network.chain else { return }
        let isRegressed = policy.recipe == .x0Closed
        let isDrawn = isRegressed || from == .noise
        Self.fill(&start, isDrawn ? nil : batch.starts, from: &stream)
        Self.fill(&nextStart, from == .noise ? nil : batch.nextStarts, from: &stream)
        Self.fill(&noise, nil, from: &stream)
        Self.fill(&nextNoise, nil, from: &stream)
        for index in places.indices {
            places[index] = stream.integer(below: policy.schedule.count)
        }
        guard isRegressed, from != .noise else { return }
        let actions = policy.actions
        for row in places.indices where places[row] == policy.schedule.count - 1 {
            for index in (row * actions)..<((row + 1) * actions) {
                start[index] = from == .zeros ? 0 : batch.starts[index]
            }
        }
    }

    /// Draws normals, or repeats what is given; nothing given stands for zeros.
    private static func fill(
        _ values: inout [Scalar], _ given: [Scalar]?, from stream: inout RandomStream
    ) {
        guard let given else {
            stream.fillWithNormals(&values)
            return
        }
        for index in values.indices {
            values[index] = given.isEmpty ? 0 : given[index % given.count]
        }
    }
}
