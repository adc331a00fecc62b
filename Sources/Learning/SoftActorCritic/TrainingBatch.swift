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
    /// `[rows]`
    package var choices: [Int]
    package var rewards: [Scalar]
    /// 1 where the next state counts, 0 where the episode really ended.
    package var continues: [Scalar]

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
    }
}

/// The chance of one update.
package struct UpdateNoise<Scalar: NetworkScalar>: Sendable {
    /// `[rows, actions]`: x_T of the actor's chains; the noise of x0-closed.
    package var start: [Scalar]
    package var nextStart: [Scalar]
    /// `[T, rows, actions]`, step i at place i - 1.
    package var noise: [Scalar]
    package var nextNoise: [Scalar]
    /// `[rows]`: the place of each row's step, for x0-closed.
    package var places: [Int]

    package init(for policy: DiffusionPolicy, rows: Int) {
        start = Array(repeating: 0, count: rows * policy.actions)
        places = Array(repeating: 0, count: rows)
        let chain = policy.recipe == .x0Closed ? 0 : policy.schedule.count
        noise = Array(repeating: 0, count: chain * rows * policy.actions)
        nextNoise = noise
        nextStart = policy.recipe == .x0Closed ? [] : start
    }

    /// Draws what the recipe needs, in the order of the fields.
    @_specialize(where Scalar == Float)
    package mutating func draw(for policy: DiffusionPolicy, from stream: inout RandomStream) {
        for index in start.indices { start[index] = Scalar(stream.normal()) }
        for index in nextStart.indices { nextStart[index] = Scalar(stream.normal()) }
        for index in noise.indices { noise[index] = Scalar(stream.normal()) }
        for index in nextNoise.indices { nextNoise[index] = Scalar(stream.normal()) }
        for index in places.indices {
            places[index] = stream.integer(below: policy.schedule.count)
        }
    }
}
