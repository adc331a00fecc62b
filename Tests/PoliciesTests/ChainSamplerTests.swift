import NeuralNetwork
import Policies
import SimulationKernel
import TestSupport
import Testing

@Suite struct `A chain that takes fewer steps` {
    private static let counts = [(1, 1), (2, 1), (5, 1), (5, 2), (5, 3), (5, 5), (10, 4)]

    @Test(arguments: [1, 2, 5, 10])
    func `is the whole chain if it takes all and adds as much noise`(steps: Int) {
        let schedule = NoiseSchedule(steps: steps)
        let chain = ChainSampler(schedule)
        #expect(ChainSampler(schedule, steps: steps, noise: 1) == chain)
        // By its own formulas, a little below 1.
        let near = ChainSampler(schedule, steps: steps, noise: 1 - 1e-10)
        for (move, wanted) in zip(near.moves, chain.moves) {
            #expect(move.place == wanted.place && move.next == wanted.next)
            #expect((move.meanFromClean - wanted.meanFromClean).magnitude < 1e-7)
            #expect((move.meanFromSample - wanted.meanFromSample).magnitude < 1e-7)
            #expect((move.deviation - wanted.deviation).magnitude < 1e-7)
        }
    }

    /// If x0 is known, a sample is sqrt(A) x0 + sqrt(1 - A) times a standard normal at every step,
    /// whichever steps are taken and however much of the noise is new.
    @Test(arguments: counts, [0, 0.3, 1])
    func `has the signal and the noise of each of its steps`(counts: (Int, Int), eta: Double) {
        let schedule = NoiseSchedule(steps: counts.0)
        let sampler = ChainSampler(schedule, steps: counts.1, noise: eta)
        #expect(sampler.moves.count == counts.1)
        #expect(sampler.moves.last?.place == counts.0 - 1)
        for move in sampler.moves {
            let step = schedule.steps[move.place]
            let next = move.next < 0 ? nil : schedule.steps[move.next]
            let signal = move.meanFromClean + move.meanFromSample * step.signal
            let carried = move.meanFromSample * step.noise
            let noise = (carried * carried + move.deviation * move.deviation).squareRoot()
            #expect((signal - (next?.signal ?? 1)).magnitude < 1e-12)
            #expect((noise - (next?.noise ?? 0)).magnitude < 1e-7)
            #expect(eta > 0 || move.deviation == 0)
        }
    }

    private static let policy = DiffusionPolicy(
        features: 3, actions: 4, hidden: [8, 7], recipe: .x0Closed)

    /// Step by step from the network's own predictions, by the published formula.
    @Test(arguments: [(1, 0.0), (2, 0), (3, 0.5), (5, 0)])
    func `goes from prediction to prediction as published`(steps: Int, eta: Double) {
        var stream = Seed(5).stream
        let parameters: ParameterVector<Double> = Self.policy.initialParameters(from: &stream)
        func normals(_ count: Int) -> [Double] { (0..<count).map { _ in stream.normal() } }
        let (features, start, noise) = (normals(3), normals(4), normals(4 * steps))

        var short = Self.policy
        short.sampler = ChainSampler(short.schedule, steps: steps, noise: eta)
        var chain = DiffusionWorkspace<Double>(for: short, rows: 1, purpose: .inference)
        short.embed(parameters, &chain)
        short.denoise(
            parameters, rows: 1, features: features, start: start, noise: noise, &chain)

        var single = DiffusionWorkspace<Double>(for: Self.policy, rows: 1, purpose: .regression)
        Self.policy.embed(parameters, &single)
        var x = start
        let places = (1...steps).map { $0 * 5 / steps - 1 }
        for index in places.indices.reversed() {
            for action in 0..<4 { single.samples[4 + action] = x[action] }
            Self.policy.predictClean(
                parameters, rows: 1, features: features, places: [places[index]], &single)
            let betas = Self.policy.schedule.steps.map(\.beta)
            func product(_ place: Int) -> Double {
                betas.prefix(place + 1).reduce(1) { $0 * (1 - $1) }
            }
            let (now, next) = (product(places[index]), product(index == 0 ? -1 : places[index - 1]))
            let sigma =
                eta * ((1 - next) / (1 - now)).squareRoot() * (1 - now / next).squareRoot()
            for action in 0..<4 {
                let clean = single.samples[action]
                let predicted = (x[action] - now.squareRoot() * clean) / (1 - now).squareRoot()
                x[action] =
                    next.squareRoot() * clean + (1 - next - sigma * sigma).squareRoot() * predicted
                    + sigma * noise[4 * index + action]
            }
        }
        for action in 0..<4 { #expect((chain.samples[action] - x[action]).magnitude < 1e-12) }
    }

    @Test func `draws nothing but its start when it adds no noise`() {
        var stream = Seed(6).stream
        let network = ActorNetwork.diffusion(Self.policy)
        let parameters: ParameterVector<Float> = network.initialParameters(from: &stream)
        func probabilities(_ eta: Double, seed: UInt64) -> [Float] {
            var actor = PolicyActor(
                network: network.taking(steps: 3, noise: eta), parameters: parameters,
                mode: .greedy)
            var stream = Seed(seed).stream
            _ = actor.choose(
                [1, 0, 1], mask: [true, true, true, true], from: &stream,
                startingAt: [1, 0, -1, 0])
            return actor.probabilities
        }
        #expect(probabilities(0, seed: 1) == probabilities(0, seed: 2))
        #expect(probabilities(0.5, seed: 1) != probabilities(0.5, seed: 2))
    }
}
