import Testing

@testable import Recording

@Suite struct `A figure` {
    @Test(arguments: [
        (0.0, "0"), (1, "1.000"), (12.345, "12.35"), (999.96, "1000.0"), (123_456, "123 456"),
        (0.001234, "0.001234"), (-5.5, "-5.500"), (1e-9, "1.000e-09"),
        (-1.96961565e-7, "-1.970e-07"), (99_999.7, "100 000"),
    ])
    func `has four digits that count`(value: Double, text: String) {
        #expect(Figure.number(value) == text)
    }

    @Test(arguments: [(7, "7"), (1234, "1234"), (12_345, "12 345"), (1_234_567, "1 234 567")])
    func `groups the thousands of a count`(value: UInt64, text: String) {
        #expect(Figure.count(value) == text)
    }
}

@Suite struct `The final screen` {
    @Test func `ends with the verdict and its reasons`() throws {
        var facts = RunFacts()
        facts.objections = ["late"]
        facts.windows = 12_345
        let screen = try Example.summary(facts: facts).screen
        #expect(screen.hasPrefix("example, seed 7, local\n"))
        #expect(screen.contains(" 0.01050  ms\n"))
        #expect(screen.contains("windows of the clock ") && screen.contains(" 12 345\n"))
        #expect(screen.hasSuffix("verdict: INVALID\n  late\n"))
    }
}

@Suite struct `The clocks of hosts` {
    private let facts = {
        var facts = RunFacts()
        facts.lateness = RunFacts.Lateness(
            p50: 0, p99: 0, max: 0, limit: 1,
            hosts: [.init(name: "edge1", lead: -2.5, drift: 0.000_125, uncertainty: 0.000_05)])
        return facts
    }()

    @Test func `stand on the screen with what they may be wrong by`() throws {
        let screen = try Example.summary(facts: facts).screen
        #expect(screen.contains("    of host edge1, +- 0.05000 ms "))
        #expect(screen.contains(" 0.1250  ms\n"))
        #expect(screen.contains("      the hub's clock is ahead by "))
        #expect(screen.contains(" -2.500  s\n"))
    }

    @Test func `survive the way into a file`() throws {
        let text = try ResultFile.encode(Example.summary(facts: facts))
        #expect(text.contains("\"hosts\" : [") && text.contains("\"uncertainty\" : "))
    }
}

@Suite struct `A summary file` {
    @Test func `has every key that readers rely on`() throws {
        let text = try ResultFile.encode(Example.summary())
        for key in [
            "verdict", "ledger_digest", "weights_digest", "tasks", "arrived", "completed", "late",
            "lost", "in_flight", "delay_s", "mean", "p50", "p95", "p99", "capped_mean",
            "utilisation", "fairness", "decision_us", "bytes", "state", "experience", "weights",
            "wire_bytes", "version", "staleness", "virtual_s", "wall_s", "processes", "events",
        ] {
            #expect(text.contains("\"\(key)\" : "), "\(key)")
        }
    }
}
