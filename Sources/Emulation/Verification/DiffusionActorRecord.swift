import NeuralNetwork
import Policies
import SimulationKernel

/// A recorded case with its shapes checked and its arrays flat, row after row.
struct DiffusionActorRecord {
    var rows: Int
    var features: [Double]
    var start: [Double]
    var noise: [Double]
    var criticValues: [Double]
    /// The weight of the entropy in the loss.
    var entropyWeight: Double
    var parameters: [Double]
    /// What the independent program computed.
    var chain: [Double]
    var logits: [Double]
    var probabilities: [Double]
    var gradient: [Double]

    /// - Parameter columns: see `ReferenceLayer.flat`.
    init(
        _ item: DiffusionActorCase, _ policy: DiffusionPolicy, columns: [Int]
    ) throws(ReferenceFlaw) {
        rows = try ReferenceArray.size(item.batch, "batch")
        let (actions, steps) = (policy.actions, policy.schedule.count)
        let table = (rows, actions)
        for (values, name) in [
            (item.betas, "betas"), (item.posterior_log_variance, "posterior_log_variance"),
            (item.mean_coef_x0, "mean_coef_x0"), (item.mean_coef_xt, "mean_coef_xt"),
        ] {
            try ReferenceArray.count(values.count, steps, name)
        }
        features = try ReferenceArray.matrix(item.state, (rows, policy.features), "state")
        start = try ReferenceArray.matrix(item.x_T, table, "x_T")
        noise = try ReferenceArray.cube(
            item.noise_by_step, (steps, rows, actions), "noise_by_step")
        criticValues = try ReferenceArray.matrix(item.critic_values, table, "critic_values")
        chain = try ReferenceArray.cube(
            item.x_after_each_step, (steps, rows, actions), "x_after_each_step")
        logits = try ReferenceArray.matrix(item.logits, table, "logits")
        probabilities = try ReferenceArray.matrix(item.probabilities, table, "probabilities")
        parameters = try item.parameters.flat(policy, order: columns, "parameters")
        gradient = try item.gradients.flat(policy, order: columns, "gradients")
        let form = /-\(([0-9.eE+-]+)\*entropy \+ sum p\*q\) mean over batch/
        guard let match = try? form.wholeMatch(in: item.loss), let weight = Double(match.1),
            weight.isFinite
        else {
            throw ReferenceFlaw(
                place: "loss",
                problem: "is '\(item.loss)'; known is '-(A*entropy + sum p*q) mean over batch'")
        }
        entropyWeight = weight
    }
}

/// What this build computes for a recorded case.
struct DiffusionActorResult<Scalar: NetworkScalar> {
    /// `[steps, batch, action]`, the first step of the chain first.
    var chain: [Scalar] = []
    /// `[batch, action]`
    var logits: [Scalar]
    var probabilities: [Scalar]
    /// -mean(c H + sum p q), H = -sum p ln(p + 1e-8).
    var loss: Scalar = 0
    var gradient: [Scalar]

    init(_ record: DiffusionActorRecord, _ policy: DiffusionPolicy) {
        let (rows, actions) = (record.rows, policy.actions)
        let size = rows * actions
        let parameters = ParameterVector(record.parameters.map { Scalar($0) })
        var workspace = DiffusionWorkspace<Scalar>(for: policy, rows: rows, purpose: .chain)
        policy.embed(parameters, &workspace)
        policy.denoise(
            parameters, rows: rows, features: record.features.map { Scalar($0) },
            start: record.start.map { Scalar($0) }, noise: record.noise.map { Scalar($0) },
            &workspace)
        for place in (0..<policy.schedule.count).reversed() {
            chain += workspace.samples[(place * size)..<((place + 1) * size)]
        }
        logits = Array(workspace.samples[0..<size])
        probabilities = Array(repeating: 0, count: size)
        let mask = [Bool](repeating: true, count: actions)
        let weight = Scalar(record.entropyWeight)
        for row in 0..<rows {
            let places = (row * actions)..<((row + 1) * actions)
            var p = [Scalar](repeating: 0, count: actions)
            SoftmaxHead.probabilities(
                Array(logits[places]), mask: mask, actions: actions, into: &p)
            probabilities.replaceSubrange(places, with: p)
            // First the derivative by each probability, then through the softmax.
            var slopes: [Scalar] = []
            for (place, p) in zip(places, p) {
                let (value, floored) = (Scalar(record.criticValues[place]), p + 1e-8)
                let logarithm = Scalar.log(floored)
                loss += (weight * p * logarithm - p * value) / Scalar(rows)
                slopes.append(weight * (logarithm + p / floored) - value)
            }
            SoftmaxHead.backward(p, actions: actions, slopes: &slopes)
            for (place, slope) in zip(places, slopes) {
                workspace.gradient[place] = slope / Scalar(rows)
            }
        }
        var total = ParameterVector<Scalar>(count: policy.parameterCount)
        policy.backward(parameters, rows: rows, &workspace, total: &total)
        gradient = total.values
    }
}
