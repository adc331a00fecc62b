import NeuralNetwork
import Policies
import SimulationKernel

/// The format of files with diffusion actors of the published recipe: a list of cases, each with
/// the sizes, the weights, all noise, and what an independent program computed from them.
struct DiffusionActorCase: Decodable {
    /// Of the hidden layers.
    var activation: String
    /// Whether predicted clean values are limited to plus or minus 1.
    var clip_denoised: Bool
    /// Whether a network stands between the sines and cosines of a step and the denoiser.
    var time_mlp: Bool
    var state_dim: Int
    var action_dim: Int
    var hidden: Int
    var steps: Int
    var batch: Int
    var time_dim: Int
    var input_order: String
    var output: String
    /// Such as `vp (beta_min 0.1, beta_max 10)`.
    var schedule: String
    /// `[steps]`, step i at place i - 1.
    var betas: [Double]
    var posterior_log_variance: [Double]
    var mean_coef_x0: [Double]
    var mean_coef_xt: [Double]
    /// `[batch, state]`
    var state: [[Double]]
    /// `[batch, action]`
    var x_T: [[Double]]
    /// `[steps, batch, action]`, step i at place i - 1.
    var noise_by_step: [[[Double]]]
    /// `[batch, action]`
    var critic_values: [[Double]]
    /// `[steps, batch, action]`, the first step of the chain first.
    var x_after_each_step: [[[Double]]]
    /// `[batch, action]`
    var logits: [[Double]]
    var probabilities: [[Double]]
    /// Such as `-(0.05*entropy + sum p*q) mean over batch`.
    var loss: String
    var loss_value: Double
    var parameters: ReferenceActor
    /// Of the loss, by the parameters.
    var gradients: ReferenceActor
}

extension DiffusionActorCase {
    /// Computes the chain, the loss and its gradient in Float64 and in Float32, and compares.
    func verify() throws(ReferenceFlaw) -> ReferenceVerification.Case {
        let policy = try policy()
        let recorded = try DiffusionActorRecord(self, policy, columns: columns())
        var log = FindingLog()
        compareSchedule(policy.schedule, &log)
        let double = DiffusionActorResult<Double>(recorded, policy)
        let single = DiffusionActorResult<Float>(recorded, policy)
        // The loss is a sum of critic values of both signs, and may be near 0.
        let quantities = [
            ("x after each step", double.chain, single.chain, recorded.chain, []),
            ("logits", double.logits, single.logits, recorded.logits, []),
            (
                "probabilities", double.probabilities, single.probabilities,
                recorded.probabilities, []
            ),
            ("loss", [double.loss], [single.loss], [loss_value], recorded.criticValues),
            ("gradient", double.gradient, single.gradient, recorded.gradient, []),
        ]
        for (quantity, double, single, expected, terms) in quantities {
            log.compare(
                quantity, double, with: expected, tolerance: FindingLog.doubleTolerance)
            log.compareSingle(quantity, single, with: expected, terms: terms)
        }
        let clip = clip_denoised ? ", clipped" : ""
        let time = time_mlp ? "" : ", no time network"
        return ReferenceVerification.Case(
            name: "diffusion actor, \(activation)\(time)\(clip)",
            extent: "\(steps) steps, batch \(batch), \(policy.parameterCount) parameters",
            findings: log.findings)
    }

    private func policy() throws(ReferenceFlaw) -> DiffusionPolicy {
        let width = try ReferenceArray.size(time_dim, "time_dim", 4...4096)
        guard width % 2 == 0 else {
            throw ReferenceFlaw(place: "time_dim", problem: "is \(width), an even number is wanted")
        }
        guard output == "tanh" else {
            throw ReferenceFlaw(place: "output", problem: "is '\(output)'; known is tanh")
        }
        let units = try ReferenceArray.size(hidden, "hidden")
        return DiffusionPolicy(
            features: try ReferenceArray.size(state_dim, "state_dim"),
            actions: try ReferenceArray.size(action_dim, "action_dim"),
            hidden: try ReferenceNetwork.hidden(parameters.eps, units, "parameters.eps"),
            schedule: try noiseSchedule(), recipe: .published,
            activation: try ReferenceNetwork.activation(activation, "activation"),
            timeWidth: width, hasTimeNetwork: time_mlp, cleanLimit: clip_denoised ? 1 : nil)
    }

    private func noiseSchedule() throws(ReferenceFlaw) -> NoiseSchedule {
        let count = try ReferenceArray.size(steps, "steps", 1...10_000)
        let form = /vp \(beta_min ([0-9.eE+-]+), beta_max ([0-9.eE+-]+)\)/
        guard let match = try? form.wholeMatch(in: schedule), let minimum = Double(match.1),
            let maximum = Double(match.2), minimum > 0, maximum >= minimum, maximum.isFinite
        else {
            throw ReferenceFlaw(
                place: "schedule",
                problem: "is '\(schedule)'; known is 'vp (beta_min A, beta_max B)', 0 < A <= B")
        }
        return NoiseSchedule(steps: count, minimum: minimum, maximum: maximum)
    }

    /// Which column of the file's first layer stands at each of our inputs, which are the noisy
    /// action, the time embedding, the state.
    private func columns() throws(ReferenceFlaw) -> [Int] {
        let widths = ["noisy action": action_dim, "time embedding": time_dim, "state": state_dim]
        let parts = input_order.split(separator: ",").map { part in
            String(part.drop { $0 == " " })
        }
        guard Set(parts) == Set(widths.keys), parts.count == widths.count else {
            throw ReferenceFlaw(
                place: "input_order",
                problem: "is '\(input_order)'; known are noisy action, time embedding, state in "
                    + "any order, with commas between them")
        }
        var places: [String: Range<Int>] = [:]
        var start = 0
        for part in parts {
            let width = widths[part] ?? 0
            places[part] = start..<(start + width)
            start += width
        }
        return ["noisy action", "time embedding", "state"].flatMap { places[$0] ?? 0..<0 }
    }

    private func compareSchedule(_ schedule: NoiseSchedule, _ log: inout FindingLog) {
        let constants: [(String, KeyPath<NoiseSchedule.Step, Double>, [Double])] = [
            ("beta", \.beta, betas), ("weight of x0", \.meanFromClean, mean_coef_x0),
            ("weight of x", \.meanFromSample, mean_coef_xt),
        ]
        for (name, key, expected) in constants {
            log.compare(
                "schedule", schedule.steps.map { $0[keyPath: key] }, with: expected,
                tolerance: FindingLog.doubleTolerance,
                place: { "\(name) of step \($0 + 1)" })
        }
        // At step 1 the variance is 0; files put a small number in its place.
        log.compare(
            "schedule", schedule.steps.dropFirst().map { $0.deviation * $0.deviation },
            with: posterior_log_variance.dropFirst().map { Mathematics.exp($0) },
            tolerance: FindingLog.doubleTolerance, place: { "variance of step \($0 + 2)" })
    }
}
