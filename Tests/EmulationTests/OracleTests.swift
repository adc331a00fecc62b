import EdgeModel
import Emulation
import Policies
import Recording
import SimulationKernel
import Testing

@Suite struct `An oracle scheduler` {
    /// Mean delay in seconds on the arrivals of the small network, with reports a second old.
    private func delay(_ policy: String) throws -> Double {
        let world = try World([
            "scheduler.policy=\(policy)", "training.mode=none", "scheduler.state_period=1 s",
            "processes=single",
        ])
        let summary = try world.inOneProcess()
        #expect(summary.verdict == .valid, "\(summary.reasons)")
        return try #require(summary.delay.mean)
    }

    @Test(arguments: ["earliest-completion", "waterfill"])
    func `is faster than the same rule with old reports`(rule: String) throws {
        #expect(try delay("oracle-\(rule)") < 0.97 * delay(rule))
    }

    @Test func `knows a server's work from the moment it is placed`() throws {
        let work = CommittedWork(
            profiles: [CapacityProfile(constant: Gigahertz(10))],
            plan: EpisodePlan(episodes: 1, horizon: .seconds(10), drain: .zero))
        work.begin(episode: 0)
        let later = VirtualInstant(nanoseconds: 2_000_000_000)
        work.commit(Gigacycles(5), to: 0, arrival: later)
        work.commit(Gigacycles(10), to: 0, arrival: .zero)
        // One second of work at once, then idle until the second part arrives at 2 s.
        #expect(work.outlook(of: 0, at: .zero).wait == 2.5)
        #expect(work.outlook(of: 0, at: later).wait == 0.5)
        work.begin(episode: 1)
        #expect(work.outlook(of: 0, at: VirtualInstant(nanoseconds: 11_000_000_000)).wait == 0)
    }
}
