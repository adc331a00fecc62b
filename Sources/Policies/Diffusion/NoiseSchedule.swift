import SimulationKernel

/// How much noise each step of the chain adds and takes away: the variance-preserving schedule.
///
///     beta_i = 1 - exp(-b_min/T - (b_max - b_min)(2i - 1)/(2 T^2)),   i = 1 ... T
///     a_i = 1 - beta_i,   A_i = a_1 a_2 ... a_i,   A_0 = 1
package struct NoiseSchedule: Hashable, Sendable {
    /// The constants of one step i.
    package struct Step: Hashable, Sendable {
        package var beta: Double
        /// sqrt(A_i) and sqrt(1 - A_i): a clean sample and noise make the sample at this step.
        package var signal: Double
        package var noise: Double
        /// 1/sqrt(A_i) and sqrt(1/A_i - 1): the clean sample is the first times x less the second
        /// times the noise.
        package var inverseSignal: Double
        package var noiseToSignal: Double
        /// beta_i sqrt(A_(i-1)) / (1 - A_i): the weight of the clean sample in the mean.
        package var meanFromClean: Double
        /// (1 - A_(i-1)) sqrt(a_i) / (1 - A_i): the weight of x in the mean.
        package var meanFromSample: Double
        /// sqrt(beta_i (1 - A_(i-1)) / (1 - A_i)); 0 at step 1.
        package var deviation: Double
    }

    package let minimum: Double
    package let maximum: Double
    /// Steps 1 ... T, at places 0 ..< T.
    package let steps: [Step]

    package var count: Int { steps.count }

    package init(steps count: Int = 5, minimum: Double = 0.1, maximum: Double = 10) {
        precondition(
            count > 0 && minimum > 0 && maximum >= minimum, "\(count) \(minimum) \(maximum)")
        self.minimum = minimum
        self.maximum = maximum
        var steps: [Step] = []
        var before = 1.0
        let total = Double(count)
        for i in 1...count {
            let ramp = (maximum - minimum) * (2 * Double(i) - 1) / (2 * total * total)
            let beta = 1 - Mathematics.exp(-minimum / total - ramp)
            let product = before * (1 - beta)
            steps.append(
                Step(
                    beta: beta, signal: product.squareRoot(), noise: (1 - product).squareRoot(),
                    inverseSignal: (1 / product).squareRoot(),
                    noiseToSignal: (1 / product - 1).squareRoot(),
                    meanFromClean: beta * before.squareRoot() / (1 - product),
                    meanFromSample: (1 - before) * (1 - beta).squareRoot() / (1 - product),
                    deviation: (beta * (1 - before) / (1 - product)).squareRoot()))
            before = product
        }
        self.steps = steps
    }
}

/// What the network is told about a step: sines and cosines of its number at several rates.
package enum TimestepEmbedding {
    /// - Parameters:
    ///   - number: i - 1 for step i.
    ///   - width: even; the first half are sines, the second cosines, of
    ///     `number * exp(-j ln(10000) / (width/2 - 1))`, j = 0 ..< width/2.
    package static func values(number: Int, width: Int) -> [Double] {
        precondition(width >= 4 && width % 2 == 0, "a time embedding of width \(width)")
        let half = width / 2
        let rate = Mathematics.log(10_000.0) / Double(half - 1)
        let angles = (0..<half).map { Double(number) * Mathematics.exp(-rate * Double($0)) }
        return angles.map { Mathematics.sin($0) } + angles.map { Mathematics.cos($0) }
    }
}
