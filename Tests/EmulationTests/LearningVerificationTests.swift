import Emulation
import Foundation
import Testing

@Suite struct `A verification against recorded learning` {
    private static func golden(_ name: String) throws -> Any {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Golden/\(name).json")
        return try JSONSerialization.jsonObject(with: Data(contentsOf: file))
    }

    /// A golden file with one value changed: `[0].gradients.eps[1].bias[0]` is written as
    /// `0.gradients.eps.1.bias.0`; nil takes the key out.
    private static func verify(
        _ name: String, _ path: String = "", _ value: String? = nil
    ) throws -> ReferenceVerification {
        var file = try golden(name)
        if !path.isEmpty {
            let parts = path.split(separator: ".").map(String.init)
            file = try changed(file, parts[...], value)
        }
        let data = try JSONSerialization.data(withJSONObject: file)
        return try ReferenceVerification(data, file: "\(name).json")
    }

    private static func changed(
        _ node: Any, _ path: ArraySlice<String>, _ value: String?
    ) throws -> Any {
        guard let key = path.first else {
            let text = Data("[\(value ?? "null")]".utf8)
            let list = try JSONSerialization.jsonObject(with: text) as? [Any]
            return try #require(list?.first)
        }
        if var list = node as? [Any], let index = Int(key) {
            list[index] = try changed(list[index], path.dropFirst(), value)
            return list
        }
        var object = try #require(node as? [String: Any])
        if path.count == 1, value == nil {
            object[key] = nil
        } else {
            object[key] = try changed(object[key] ?? 0, path.dropFirst(), value)
        }
        return object
    }

    @Test(arguments: [
        ("diffusion-actor", 3), ("discrete-sac-diffusion", 1), ("cartpole", 4),
        ("hard-actors", 3), ("other-updates", 1),
    ])
    func `agrees within the promised tolerances`(name: String, cases: Int) throws {
        let result = try Self.verify(name)
        #expect(result.cases.count == cases)
        for item in result.cases {
            #expect(item.isWithinTolerance, "\(item.name): \(item.findings)")
            #expect(item.findings.count >= 3)
        }
    }

    @Test(arguments: [
        ("diffusion-actor", "0.logits.1.2", "0.5", "logits"),
        ("diffusion-actor", "0.x_after_each_step.3.0.1", "0.5", "x after each step"),
        ("diffusion-actor", "1.loss_value", "-0.08474692", "loss"),
        ("diffusion-actor", "2.gradients.time.0.weight.3.4", "0.0001", "gradient"),
        ("diffusion-actor", "2.gradients.eps.1.bias.7", "0.1", "gradient, Float32"),
        ("diffusion-actor", "1.betas.2", "0.5", "schedule"),
        ("diffusion-actor", "1.loss", "\"-(0.06*entropy + sum p*q) mean over batch\"", "loss"),
        ("diffusion-actor", "0.clip_denoised", "true", "logits"),
        ("diffusion-actor", "0.activation", "\"silu\"", "logits"),
        ("discrete-sac-diffusion", "updates.2.target.5", "0.5", "target"),
        ("discrete-sac-diffusion", "updates.4.critic_loss", "3.8374", "critic loss"),
        ("discrete-sac-diffusion", "updates.4.log_alpha_after", "-2.9942", "log alpha"),
        ("discrete-sac-diffusion", "tau", "0.006", "target 1 after all updates"),
        (
            "discrete-sac-diffusion", "end.actor.eps.1.weight.2.3", "0.7",
            "actor after all updates"
        ),
        ("cartpole", "episodes.0.steps.3.state.2", "0.1", "state"),
        ("cartpole", "episodes.0.steps.3.reward", "0", "reward"),
        ("cartpole", "episodes.0.steps.11.terminated", "false", "end of the episode"),
        ("cartpole", "episodes.0.steps.11.truncated", "true", "end of the episode"),
    ])
    func `finds what is off`(name: String, path: String, value: String, quantity: String) throws {
        let result = try Self.verify(name, path, value)
        #expect(!result.isWithinTolerance)
        let wrong = result.cases.flatMap(\.findings).filter { !$0.isWithinTolerance }
        #expect(wrong.contains { $0.quantity == quantity }, "\(wrong)")
    }

    /// Policies that are one-hot to 4 and to 15 digits, whose gradients vanish, and a loss of terms
    /// that cancel.
    @Test func `asks Float32 for what its own terms allow, not for less`() throws {
        let cases = try Self.verify("hard-actors").cases
        func error(_ index: Int, _ quantity: String) throws -> Double {
            try #require(cases[index].findings.first { $0.quantity == quantity }).error
        }
        #expect(try error(0, "gradient, Float32") < 1e-5)
        #expect(try error(1, "gradient, Float32") < 1e-5)
        #expect(try error(2, "loss, Float32") < 1e-6)
    }

    /// Other activations, clipping and orders of the input are computed, not refused.
    @Test(arguments: [
        ("activation", "\"relu\""), ("activation", "\"tanh\""), ("activation", "\"silu\""),
        ("clip_denoised", "true"), ("input_order", "\"state, noisy action, time embedding\""),
    ])
    func `takes every value that the format may have`(key: String, value: String) throws {
        _ = try Self.verify("diffusion-actor", "0.\(key)", value)
    }

    @Test(arguments: [
        ("diffusion-actor", "0.activation", "\"gelu\"", "[0].activation is 'gelu'; known are"),
        ("diffusion-actor", "0.output", "\"linear\"", "[0].output is 'linear'"),
        ("diffusion-actor", "0.input_order", "\"state, state\"", "[0].input_order is"),
        ("diffusion-actor", "0.schedule", "\"cosine\"", "[0].schedule is 'cosine'"),
        ("diffusion-actor", "0.loss", "\"mean\"", "[0].loss is 'mean'"),
        ("diffusion-actor", "0.steps", "0", "[0].steps is 0"),
        ("diffusion-actor", "0.steps", "4", "[0].betas has 5 values, 4 wanted"),
        ("diffusion-actor", "0.batch", "-1", "[0].batch is -1"),
        ("diffusion-actor", "0.batch", "3", "[0].state has 4 values, 3 wanted"),
        ("diffusion-actor", "0.hidden", "9223372036854775807", "[0].hidden is 9.22337"),
        ("diffusion-actor", "0.hidden", "9", "weight has 8 values, 9 wanted"),
        ("diffusion-actor", "0.hidden", "8.5", "[0].hidden is 8.5, an integer is wanted"),
        ("diffusion-actor", "0.time_dim", "15", "[0].time_dim is 15"),
        ("diffusion-actor", "0.time_dim", "2", "[0].time_dim is 2"),
        ("diffusion-actor", "0.time_mlp", "3", "[0].time_mlp is not true or false"),
        ("diffusion-actor", "1.time_mlp", "true", "[1].parameters.time is missing"),
        ("diffusion-actor", "1.parameters.eps", "[]", "[1].parameters.eps has 0 layers"),
        ("diffusion-actor", "1.x_T", nil, "[1].x_T is missing"),
        ("diffusion-actor", "1.x_T.0", "[1]", "[1].x_T[0] has 1 values, 5 wanted"),
        ("diffusion-actor", "1.x_T.0.0", "\"a\"", "[1].x_T[0][0] is not a number"),
        ("diffusion-actor", "0.gradients.time.1.bias", "[1]", "[0].gradients.time[1].bias has 1"),
        ("discrete-sac-diffusion", "updates", "[]", "updates is empty"),
        ("discrete-sac-diffusion", "updates.1.action.3", "4", "updates[1].action[3] is 4"),
        ("discrete-sac-diffusion", "updates.1.action.3", "-1", "updates[1].action[3] is -1"),
        ("discrete-sac-diffusion", "updates.1.action.3", "1.5", "action[3] is 1.5, an integer"),
        ("discrete-sac-diffusion", "updates.1.action", "1", "updates[1].action is not a list"),
        ("discrete-sac-diffusion", "updates.1", "7", "updates[1] is not an object"),
        ("discrete-sac-diffusion", "actor", "null", "actor is null, a text is wanted"),
        ("discrete-sac-diffusion", "updates.1.noise.0", "[]", "updates[1].noise[0] has 0 values"),
        ("discrete-sac-diffusion", "target_entropy", "-1", "target_entropy is -1.0"),
        ("discrete-sac-diffusion", "gamma", "1.5", "gamma is 1.5"),
        ("discrete-sac-diffusion", "adam", "\"weight decay 1\"", "adam is 'weight decay 1'"),
        ("discrete-sac-diffusion", "critic", "\"a, relu, tanh output\"", "critic is"),
        ("discrete-sac-diffusion", "actor", "\"a, gelu, tanh output\"", "actor is"),
        ("discrete-sac-diffusion", "start.log_alpha", nil, "start.log_alpha is missing"),
        ("discrete-sac-diffusion", "end.target2", nil, "end.target2 is missing"),
        ("discrete-sac-diffusion", "state_dim", "6", "start.actor.eps[0].weight[0] has 25"),
        ("cartpole", "env", "\"Acrobot-v1\"", "env is 'Acrobot-v1'"),
        ("cartpole", "episodes", "[]", "holds no case"),
        ("cartpole", "episodes.1.start", "[0]", "episodes[1].start has 1 values, 4 wanted"),
        ("cartpole", "episodes.1.steps.2.action", "2", "episodes[1].steps[2].action is 2"),
        ("cartpole", "episodes.1.steps.2.state", nil, "episodes[1].steps[2].state is missing"),
        (
            "cartpole", "episodes.1.steps.2.terminated", "true",
            "episodes[1].steps[3] comes after the episode's end"
        ),
    ])
    func `says what is wrong with a file, and where`(
        name: String, path: String, value: String?, message: String
    ) throws {
        let error = #expect(throws: VerificationError.self) {
            _ = try Self.verify(name, path, value)
        }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }

    @Test(arguments: ["{}", "{\"a\": 1}", "[{}]", "[[]]", "3", "null", "[null]", "\"text\""])
    func `refuses what is of no kind that it knows`(text: String) {
        #expect(throws: VerificationError.self) {
            _ = try ReferenceVerification(Data(text.utf8), file: "cases.json")
        }
    }
}
