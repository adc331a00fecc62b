package import SimulationKernel

/// The task CartPole-v1: push a cart left or right so that the pole on it stays upright.
///
/// Barto, Sutton, Anderson (1983) as Gymnasium has it: explicit Euler steps of 20 ms, a push of
/// 10 N, a reward of 1 for each step. With the pole's angle a and the cart's place x:
///
///     t   = (push + m l a'^2 sin a) / (M + m)
///     a'' = (g sin a - t cos a) / (l (4/3 - m cos^2 a / (M + m)))
///     x'' = t - m l a'' cos a / (M + m)
///
/// An episode ends for good (`terminated`) when |x| > 2.4 m or |a| > 12 degrees, and is cut off
/// (`truncated`) after 500 steps; both may come at once.
package struct CartPole: Hashable, Sendable {
    /// Where cart and pole are, and how fast.
    package struct State: Hashable, Sendable {
        /// m and m/s, positive to the right.
        package var place: Double
        package var speed: Double
        /// rad and rad/s from upright, positive to the right.
        package var angle: Double
        package var rotation: Double

        package init(place: Double, speed: Double, angle: Double, rotation: Double) {
            self.place = place
            self.speed = speed
            self.angle = angle
            self.rotation = rotation
        }

        /// In the order that agents see.
        package var values: [Double] { [place, speed, angle, rotation] }
    }

    /// What a step tells besides the new state.
    package struct Outcome: Hashable, Sendable {
        package var reward: Double
        package var terminated: Bool
        package var truncated: Bool

        package var isOver: Bool { terminated || truncated }
    }

    package static var features: Int { 4 }
    /// 0 pushes to the left, 1 to the right.
    package static var actions: Int { 2 }
    /// Steps of an episode that is cut off.
    package static var stepLimit: Int { 500 }

    private static var placeLimit: Double { 2.4 }
    private static var angleLimit: Double { 12 * 2 * Double.pi / 360 }

    package private(set) var state: State
    /// Steps since the episode's start.
    package private(set) var steps: Int

    package init(from state: State, steps: Int = 0) {
        self.state = state
        self.steps = steps
    }

    /// Starts as episodes do: each of the four values uniform within 0.05 of zero.
    package init(from stream: inout RandomStream) {
        let values = (0..<4).map { _ in stream.uniform(in: -0.05..<0.05) }
        self.init(
            from: State(
                place: values[0], speed: values[1], angle: values[2], rotation: values[3]))
    }

    /// Pushes once.
    ///
    /// - Precondition: the action is 0 or 1; whoever steps on after the end gets what the equations
    ///   give.
    package mutating func step(_ action: Int) -> Outcome {
        precondition((0..<Self.actions).contains(action), "action \(action)")
        let (gravity, poleMass, mass, halfLength, tau) = (9.8, 0.1, 1.1, 0.5, 0.02)
        let moment = poleMass * halfLength
        let push: Double = action == 1 ? 10 : -10
        let (sine, cosine) = (Mathematics.sin(state.angle), Mathematics.cos(state.angle))
        let pull = (push + moment * (state.rotation * state.rotation) * sine) / mass
        let angular =
            (gravity * sine - cosine * pull)
            / (halfLength * (4.0 / 3.0 - poleMass * (cosine * cosine) / mass))
        let linear = pull - moment * angular * cosine / mass
        state = State(
            place: state.place + tau * state.speed, speed: state.speed + tau * linear,
            angle: state.angle + tau * state.rotation, rotation: state.rotation + tau * angular)
        steps += 1
        return Outcome(
            reward: 1,
            terminated: state.place.magnitude > Self.placeLimit
                || state.angle.magnitude > Self.angleLimit,
            truncated: steps >= Self.stepLimit)
    }

    /// What an agent sees.
    package var observation: [Float] { state.values.map { Float($0) } }
}
