import Learning

/// The format of files with episodes of CartPole-v1, as Gymnasium played them.
struct CartPoleFile: Decodable {
    var env: String
    var episodes: [Episode]

    struct Episode: Decodable {
        /// Place (m), speed (m/s), angle (rad), rotation (rad/s).
        var start: [Double]
        var steps: [Step]
    }

    struct Step: Decodable {
        var action: Int
        /// After the action.
        var state: [Double]
        var reward: Double
        var terminated: Bool
        var truncated: Bool
    }

    /// Takes every recorded step from the recorded state before it, and compares; a case for each
    /// episode.
    func verify() throws(ReferenceFlaw) -> [ReferenceVerification.Case] {
        guard env == "CartPole-v1" else {
            throw ReferenceFlaw(place: "env", problem: "is '\(env)'; known is CartPole-v1")
        }
        var cases: [ReferenceVerification.Case] = []
        for (index, episode) in episodes.enumerated() {
            cases.append(try episode.verify("episodes[\(index)]"))
        }
        return cases
    }
}

extension CartPoleFile.Episode {
    /// Agreement of a state after one step.
    private static var tolerance: Double { 1e-12 }

    func verify(_ place: String) throws(ReferenceFlaw) -> ReferenceVerification.Case {
        var log = FindingLog()
        var state = try Self.state(start, "\(place).start")
        guard !steps.isEmpty else {
            throw ReferenceFlaw(place: "\(place).steps", problem: "is empty; an episode has steps")
        }
        for (index, step) in steps.enumerated() {
            let place = "\(place).steps[\(index)]"
            guard (0..<CartPole.actions).contains(step.action) else {
                throw ReferenceFlaw(
                    place: "\(place).action", problem: "is \(step.action); known are 0 and 1")
            }
            if index > 0, steps[index - 1].terminated || steps[index - 1].truncated {
                throw ReferenceFlaw(place: place, problem: "comes after the episode's end")
            }
            let recorded = try Self.state(step.state, "\(place).state")
            var task = CartPole(from: state, steps: index)
            let outcome = task.step(step.action)
            log.compare(
                "state", task.state.values, with: recorded.values, tolerance: Self.tolerance,
                place: { "step \(index), value \($0)" })
            log.compare(
                "reward", [outcome.reward], with: [step.reward], tolerance: Self.tolerance,
                place: { _ in "step \(index)" })
            let isSameEnd =
                outcome.terminated == step.terminated && outcome.truncated == step.truncated
            log.note(
                "end of the episode", isSameEnd ? 0 : .infinity, tolerance: Self.tolerance,
                place: "step \(index)")
            state = recorded
        }
        let end = steps.last.map { $0.terminated ? ", fell" : ($0.truncated ? ", cut off" : "") }
        return ReferenceVerification.Case(
            name: "CartPole-v1\(end ?? "")", extent: "\(steps.count) steps",
            findings: log.findings)
    }

    private static func state(
        _ values: [Double], _ place: String
    ) throws(ReferenceFlaw) -> CartPole.State {
        try ReferenceArray.count(values.count, CartPole.features, place)
        return CartPole.State(
            place: values[0], speed: values[1], angle: values[2], rotation: values[3])
    }
}
