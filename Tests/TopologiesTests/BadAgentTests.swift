import Testing

@testable import Topologies

/// One wrong value for every option of learned agents.
@Suite struct `A bad option of an agent` {
    @Test(arguments: [
        ("activation: gelu", "E062"), ("start: random", "E062"), ("clean_limit: 0", "E026"),
        ("noise_draws: 0", "E026"), ("top: 33", "E026"), ("double: maybe", "E062"),
        ("target_update: 0", "E026"), ("huber: 0", "E026"), ("epsilon_start: 1.5", "E026"),
        ("epsilon_end: -0.1", "E026"), ("epsilon_decisions: 0", "E026"),
        ("gradient_limit: 0", "E026"), ("rate_schedule: step", "E062"),
        ("rate_updates: 0", "E026"), ("rate_floor: 2", "E026"), ("return_steps: 256", "E026"),
        ("return_steps: 1.5", "E030"), ("decision_steps: 2", "E034"),
        ("decision_noise: 1.1", "E026"),
    ])
    func `is reported at its place`(option: String, code: String) {
        let text = Sample.text(replacing: [19: "  policy: dqn\n  agent:\n    \(option)"])
        let found = summary(load(text))
        #expect(found.count == 1)
        #expect(found[0].hasPrefix("21:") && found[0].hasSuffix(code), "\(found)")
    }

    @Test(arguments: [
        ("lag_limit: 255", "E026"), ("priority: 1.5", "E026"),
        ("priority_correction: -1", "E026"), ("priority_updates: 0", "E026"),
        ("transfer: perhaps", "E062"),
    ])
    func `of training is reported at its place`(option: String, code: String) {
        let text = Sample.text(replacing: [19: "  policy: dqn\ntraining:\n  \(option)"])
        let found = summary(load(text))
        #expect(found.count == 1)
        #expect(found[0].hasPrefix("21:") && found[0].hasSuffix(code), "\(found)")
    }

    @Test(arguments: [
        ("ddrl-amsa", 9, "8 of them at most"), ("amcoedge", 64, "8 of them at most"),
        ("smcoedge", 33, "32 of them at most"),
    ])
    func `is a candidate too many`(policy: String, candidates: Int, reason: String) {
        let lines = "  policy: \(policy)\n  candidates: \(candidates)"
        let found = load(Sample.text(replacing: [19: lines]))
        #expect(summary(found) == ["20:15 E034"])
        #expect(found.diagnostics[0].message.contains(reason))
    }

    @Test func `is a decision that takes more steps than the chain has`() {
        let lines = "  policy: dsac\n  agent: {steps: 3, decision_steps: 4}"
        let found = load(Sample.text(replacing: [19: lines]))
        #expect(summary(found) == ["20:37 E026"])
        #expect(found.diagnostics[0].message.contains("the chain has 3 steps"))
    }

    @Test func `is a memory by server for choices of sets`() {
        let lines = "  policy: ddrl-amsa\n  agent: {start: previous}"
        #expect(summary(load(Sample.text(replacing: [19: lines]))) == ["20:18 E034"])
    }
}
