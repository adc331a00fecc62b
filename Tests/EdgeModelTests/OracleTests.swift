import EdgeModel
import Testing

/// Release builds take the full number; a debug build would need minutes for it.
#if DEBUG
    private let taskCount = 20_000
#else
    private let taskCount = 2_000_000
#endif

@Suite struct `A single server` {
    @Test(arguments: SingleServerLaw.allCases, [0.5, 0.8])
    func `makes tasks wait as queueing theory says`(law: SingleServerLaw, load: Double) {
        let study = OracleStudy(law, load: load, tasks: taskCount, seed: 7)
        #expect(study.tasks == taskCount)
        #expect(abs(study.meanWait - study.expectedWait) < 4 * study.waitError)
        #expect(study.relativeError < (taskCount > 1_000_000 ? 0.02 : 0.3))
        if let share = study.tailShare, let error = study.tailError {
            #expect(abs(share - 0.05) < 4 * error)
        }
        #expect(abs(study.utilisation - load) < 0.03)
        #expect(abs(study.meanNumber - study.rateTimesDelay) < 1e-3 * study.rateTimesDelay)
    }

    @Test(arguments: [(SingleServerLaw.mm1, 4.0), (.md1, 2), (.mg1, 5.4365636569)])
    func `has the mean wait of Pollaczek and Khinchine`(law: SingleServerLaw, expected: Double) {
        #expect(abs(law.meanWait(load: 0.8) - expected) < 1e-9)
    }

    @Test func `knows the tail of its delay`() throws {
        let exponential = try #require(SingleServerLaw.mm1.delayExceededByOneInTwenty(load: 0.8))
        #expect(abs(exponential - 14.9786613678) < 1e-9)
        // P(W <= t) = (1 - rho) e^(rho t) below one service time.
        let constant = try #require(SingleServerLaw.md1.delayExceededByOneInTwenty(load: 0.06))
        #expect(abs(constant - 1.1763684888) < 1e-9)
        // By Erlang's alternating sum, in exact arithmetic.
        let loaded = try #require(SingleServerLaw.md1.delayExceededByOneInTwenty(load: 0.95))
        #expect(abs(loaded - 30.11620435985) < 1e-6)
        #expect(SingleServerLaw.mg1.delayExceededByOneInTwenty(load: 0.5) == nil)
    }
}
