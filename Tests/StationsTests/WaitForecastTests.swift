import EdgeModel
import Messaging
import SimulationKernel
import Stations
import TestSupport
import Testing

@Suite struct `A wait forecast` {
    /// Lets it see subtasks that waited `error(known, age)` longer than known.
    private func taught(
        _ count: Int, seed: UInt64 = 1, forecast: WaitForecast? = nil,
        error: (Double, Double) -> Double
    ) -> WaitForecast {
        var forecast = forecast ?? WaitForecast(statePeriod: .seconds(1))
        var stream = Seed(seed).stream
        for _ in 0..<count {
            let known = stream.bernoulli(0.3) ? 0 : stream.uniform(in: 0..<0.1)
            let age = stream.uniform(in: 0..<1)
            let met = known + error(known, age)
            forecast.learn(
                WaitForecast.Sample(known: known, age: age, at: at(3)), queued: at(2.9),
                start: at(3 + met))
        }
        return forecast
    }

    @Test func `believes what is known until it has seen otherwise`() {
        let forecast = WaitForecast(statePeriod: .seconds(1))
        #expect(forecast.wait(known: 0.03, age: 0.5) == 0.03)
    }

    @Test func `learns an error that depends on age and known wait`() {
        let forecast = taught(20_000) { known, age in known > 0 ? -known / 2 : 0.05 * age }
        for age in [0.15, 0.55, 0.95] {
            #expect(abs(forecast.wait(known: 0, age: age) - 0.05 * age) < 0.002)
            #expect(abs(forecast.wait(known: 0.08, age: age) - 0.04) < 0.004)
        }
    }

    @Test func `forgets what is no longer so`() {
        let first = taught(20_000) { _, _ in 0.05 }
        let then = taught(60_000, seed: 2, forecast: first) { _, _ in 0.01 }
        #expect(abs(first.wait(known: 0, age: 0.5) - 0.05) < 1e-9)
        #expect(abs(then.wait(known: 0, age: 0.5) - 0.01) < 0.002)
    }

    @Test func `guesses a wait it has not seen from others of the same age`() {
        var forecast = WaitForecast(statePeriod: .seconds(1))
        for _ in 0..<50 {
            forecast.learn(
                WaitForecast.Sample(known: 0, age: 0.25, at: at(1)), queued: at(1.001),
                start: at(1.02))
        }
        #expect(abs(forecast.wait(known: 0.5, age: 0.25) - 0.52) < 1e-9)
        #expect(forecast.wait(known: 0.5, age: 0.75) == 0.5)
    }

    @Test func `takes an idle server for news only when it expected a wait beyond the arrival`() {
        let sample = WaitForecast.Sample(known: 0, age: 0.5, at: at(1))
        var forecast = WaitForecast(statePeriod: .seconds(1))
        forecast.learn(sample, queued: at(1.03), start: at(1.03))
        #expect(forecast.wait(known: 0, age: 0.5) == 0)
        forecast.learn(sample, queued: at(1.001), start: at(1.02))
        let expected = forecast.wait(known: 0, age: 0.5)
        #expect(expected > 0.005)
        var content = forecast
        content.learn(sample, queued: at(1.03), start: at(1.03))
        #expect(content.wait(known: 0, age: 0.5) >= expected)
        forecast.learn(sample, queued: at(1.001), start: at(1.001))
        #expect(forecast.wait(known: 0, age: 0.5) < expected)
    }

    @Test func `never expects less than nothing`() {
        let forecast = taught(2_000) { known, _ in -known }
        for known in [0.001, 0.01, 0.5] { #expect(forecast.wait(known: known, age: 0.4) >= 0) }
    }
}

@Suite struct `A station that forecasts waits` {
    /// Of a second task for neighbour 1, after the first met a wait that nobody had reported.
    private func secondQuestion(forecasts: Bool, episodes: Int = 1) throws -> Observation {
        var settings = configuration(neighbours: [1], episodes: episodes)
        settings.forecastsWaits = forecasts
        var bench = Bench(settings)
        // 1 Mbit at 100 Mbit/s and 10 ms: there at 1.02 s, served from 1.5 s on.
        _ = bench.place(task(0, at: 1), .split([0.5, 0.5]))
        let notice = SubtaskNotice(
            task: TaskID(origin: 0, number: 0), episode: 0, part: 1, queued: at(1.015),
            start: at(1.5), finish: at(1.55))
        _ = bench.feed(.notice(notice), from: 1, at: 1.56)
        bench.report(of: 1, stamp: 2, at: 2.1, backlog: 0)
        return try #require(bench.feed(.task(task(1, at: 3)), from: 9, at: 3).question)
    }

    @Test func `corrects what it knows by what its subtasks met`() throws {
        let question = try secondQuestion(forecasts: true)
        #expect(abs(question.candidates[1].wait - 0.5) < 1e-9)
        #expect(abs(question.candidates[1].backlog - 5) < 1e-9)
        #expect(question.candidates[0].wait == 0)
    }

    @Test func `leaves it alone when not asked to`() throws {
        #expect(try secondQuestion(forecasts: false).candidates[1].wait == 0)
    }
}
