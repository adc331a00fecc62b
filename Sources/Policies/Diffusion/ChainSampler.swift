/// Which steps of a diffusion chain are taken, and how each of them goes on to the next.
///
/// The chain itself takes every step (Ho 2020). A decision can take fewer of the same T (Song 2021,
/// DDIM, Eq. 12 and 16), with the same network: from step t to an earlier step s, or to the end,
/// where s = 0 and A_0 = 1,
///
///     sigma = eta sqrt((1 - A_s) / (1 - A_t)) sqrt(1 - A_t / A_s)
///     x_s   = sqrt(A_s) x0 + sqrt(1 - A_s - sigma^2) (x_t - sqrt(A_t) x0) / sqrt(1 - A_t) + sigma z
///
/// With all steps and eta = 1 this is the chain itself; with eta = 0 nothing is drawn but the start.
package struct ChainSampler: Hashable, Sendable {
    /// From the step at one place to that at an earlier one, -1 for the end of the chain.
    package struct Move: Hashable, Sendable {
        package let place: Int
        package let next: Int
        /// next = meanFromClean x0 + meanFromSample x + deviation z.
        package let meanFromClean: Double
        package let meanFromSample: Double
        package let deviation: Double
    }

    /// The last move, which ends the chain, first.
    package let moves: [Move]
    /// Whether a move that is not the last adds noise.
    package let drawsNoise: Bool

    /// Every step, as the chain is trained.
    package init(_ schedule: NoiseSchedule) {
        self.init(
            schedule.steps.enumerated().map { place, step in
                Move(
                    place: place, next: place - 1, meanFromClean: step.meanFromClean,
                    meanFromSample: step.meanFromSample, deviation: step.deviation)
            })
    }

    /// So many of the steps, evenly spread; the first is always T.
    ///
    /// - Parameter noise: eta, from 0 for none to 1 for as much as the chain adds.
    package init(_ schedule: NoiseSchedule, steps count: Int, noise: Double) {
        precondition(count > 0 && count <= schedule.count, "\(count) of \(schedule.count) steps")
        precondition(noise >= 0 && noise <= 1, "eta \(noise)")
        guard count < schedule.count || noise < 1 else {
            self.init(schedule)
            return
        }
        let places = (1...count).map { $0 * schedule.count / count - 1 }
        self.init(
            places.indices.map { index in
                let next = index == 0 ? -1 : places[index - 1]
                return Self.move(schedule, from: places[index], to: next, noise: noise)
            })
    }

    private init(_ moves: [Move]) {
        self.moves = moves
        drawsNoise = moves.contains { $0.deviation > 0 }
    }

    private static func move(
        _ schedule: NoiseSchedule, from place: Int, to next: Int, noise eta: Double
    ) -> Move {
        let here = schedule.steps[place]
        let (signal, rest) =
            next < 0 ? (1, 0) : (schedule.steps[next].signal, schedule.steps[next].noise)
        let ratio = here.signal / signal
        let deviation = eta * rest / here.noise * (1 - ratio * ratio).squareRoot()
        let direction = max(0, rest * rest - deviation * deviation).squareRoot() / here.noise
        return Move(
            place: place, next: next, meanFromClean: signal - here.signal * direction,
            meanFromSample: direction, deviation: deviation)
    }
}
