import NeuralNetwork
import Policies
import SimulationKernel
import TestSupport
import Testing

/// Held against an independent automatic differentiation in double precision.
@Suite struct `A diffusion policy` {
    struct Case {
        let golden: GoldenFile
        let policy: DiffusionPolicy
        let parameters: ParameterVector<Double>
        var workspace: DiffusionWorkspace<Double>
        let rows: Int

        init(_ golden: GoldenFile) {
            self.golden = golden
            let hidden = golden["hidden"].integer
            policy = DiffusionPolicy(
                features: golden["state_dim"].integer, actions: golden["action_dim"].integer,
                hidden: [hidden, hidden], schedule: NoiseSchedule(steps: golden["steps"].integer),
                recipe: .published, activation: golden["activation"].text == "relu" ? .relu : .mish,
                timeWidth: golden["time_dim"].integer, hasTimeNetwork: golden["time_mlp"].isTrue,
                cleanLimit: golden["clip_denoised"].isTrue ? 1 : nil)
            parameters = ParameterVector(Self.flat(golden["parameters"], policy))
            rows = golden["batch"].integer
            workspace = DiffusionWorkspace(for: policy, rows: rows, purpose: .chain)
        }

        static func flat(_ networks: GoldenFile, _ policy: DiffusionPolicy) -> [Double] {
            (policy.timeNetwork == nil ? [] : networks["time"].layers) + networks["eps"].layers
        }

        mutating func denoise() {
            policy.embed(parameters, &workspace)
            policy.denoise(
                parameters, rows: rows, features: golden["state"].numbers,
                start: golden["x_T"].numbers, noise: golden["noise_by_step"].numbers, &workspace)
        }
    }

    static func cases() throws -> [Case] {
        try GoldenFile("diffusion-actor").items.map(Case.init)
    }

    static func expect(
        _ values: some Collection<Double>, _ expected: [Double], within tolerance: Double,
        _ what: String
    ) {
        #expect(values.count == expected.count, "\(what)")
        for (index, (a, b)) in zip(values, expected).enumerated() {
            #expect((a - b).magnitude <= tolerance * max(1, b.magnitude), "\(what) \(index)")
        }
    }

    @Test func `has the published schedule`() throws {
        for item in try Self.cases() {
            let steps = item.policy.schedule.steps
            Self.expect(steps.map(\.beta), item.golden["betas"].numbers, within: 1e-14, "beta")
            Self.expect(
                steps.map(\.meanFromClean), item.golden["mean_coef_x0"].numbers, within: 1e-13,
                "mean from x0")
            Self.expect(
                steps.map(\.meanFromSample), item.golden["mean_coef_xt"].numbers, within: 1e-13,
                "mean from x")
            let variances = item.golden["posterior_log_variance"].numbers.map {
                Mathematics.exp($0)
            }
            Self.expect(
                steps.dropFirst().map { $0.deviation * $0.deviation }, Array(variances.dropFirst()),
                within: 1e-13, "variance")
            #expect(steps[0].deviation == 0)
        }
    }

    @Test func `runs the chain to the reference logits`() throws {
        for var item in try Self.cases() {
            item.denoise()
            let size = item.rows * item.policy.actions
            let steps = item.policy.schedule.count
            let reference = item.golden["x_after_each_step"].items
            for (index, expected) in reference.enumerated() {
                let start = (steps - 1 - index) * size
                Self.expect(
                    item.workspace.samples[start..<(start + size)], expected.numbers, within: 1e-9,
                    "x after step \(index)")
            }
            Self.expect(
                item.workspace.samples[0..<size], item.golden["logits"].numbers, within: 1e-9,
                "logits")
        }
    }

    @Test func `has the reference probabilities, loss and gradient`() throws {
        for var item in try Self.cases() {
            item.denoise()
            let (actions, rows) = (item.policy.actions, item.rows)
            let mask = [Bool](repeating: true, count: actions)
            let values = item.golden["critic_values"].numbers
            var (all, loss) = ([Double](), 0.0)
            for row in 0..<rows {
                let places = (row * actions)..<((row + 1) * actions)
                var p = [Double](repeating: 0, count: actions)
                SoftmaxHead.probabilities(
                    Array(item.workspace.samples[places]), mask: mask, actions: actions, into: &p)
                loss += Self.loss(p, Array(values[places])) / Double(rows)
                for (place, slope) in zip(places, Self.slopes(p, Array(values[places]))) {
                    item.workspace.gradient[place] = slope / Double(rows)
                }
                all += p
            }
            Self.expect(all, item.golden["probabilities"].numbers, within: 1e-9, "probability")
            Self.expect([loss], item.golden["loss_value"].numbers, within: 1e-9, "loss")
            var gradient = ParameterVector<Double>(count: item.policy.parameterCount)
            item.policy.backward(item.parameters, rows: rows, &item.workspace, total: &gradient)
            Self.expect(
                gradient.values, Case.flat(item.golden["gradients"], item.policy), within: 1e-9,
                "gradient")
        }
    }

    /// -(0.05 H + sum p q) with H = -sum p log(p + 1e-8), and its derivative by the logits.
    static func loss(_ p: [Double], _ q: [Double]) -> Double {
        zip(p, q).reduce(0) { $0 + 0.05 * $1.0 * Mathematics.log($1.0 + 1e-8) - $1.0 * $1.1 }
    }

    static func slopes(_ p: [Double], _ q: [Double]) -> [Double] {
        let byProbability = zip(p, q).map { p, q in
            0.05 * (Mathematics.log(p + 1e-8) + p / (p + 1e-8)) - q
        }
        let mean = zip(p, byProbability).reduce(0) { $0 + $1.0 * $1.1 }
        return zip(p, byProbability).map { $0 * ($1 - mean) }
    }
}
