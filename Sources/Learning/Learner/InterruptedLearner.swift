package import EdgeModel
package import Messaging
package import SimulationKernel

/// A learner that is away at times (docs/MODEL.md, section 2, "Scripted events").
///
/// While it is away nothing reaches it: what comes, its own timers included, waits and is handled
/// in order when it is back. So it neither trains nor publishes meanwhile, whatever kind it is.
package struct InterruptedLearner<Inner: Node>: Node {
    package private(set) var learner: Inner
    private let outages: [TimeSpan]
    private let plan: EpisodePlan
    private var waiting: [NodeInput] = []

    /// A learner numbers its own timers from 0.
    private static var back: Timer { Timer(kind: .max) }

    /// - Parameter outages: in each episode, by start; they end within it.
    package init(_ learner: Inner, outages: [TimeSpan], plan: EpisodePlan) {
        self.learner = learner
        self.outages = outages
        self.plan = plan
    }

    package mutating func remember(_ memory: inout Memory) throws {
        try memory.pass("waiting", &waiting)
        try learner.remember(&memory)
    }

    package mutating func handle(
        _ input: NodeInput, at now: VirtualInstant, _ directives: inout Directives
    ) {
        if case .timer(Self.back) = input {
            let inputs = waiting
            waiting = []
            for input in inputs { learner.handle(input, at: now, &directives) }
            return
        }
        if case .start = input { return learner.handle(input, at: now, &directives) }
        let end = returnTime(after: now)
        if end > now, waiting.isEmpty { directives.wake(Self.back, at: end) }
        // What comes at the very instant of the return queues behind what waits.
        if end > now || !waiting.isEmpty {
            waiting.append(input)
        } else {
            learner.handle(input, at: now, &directives)
        }
    }

    /// Now, unless the learner is away; after the last episode it never is.
    private func returnTime(after now: VirtualInstant) -> VirtualInstant {
        guard now < plan.end else { return now }
        let start = plan.start(of: Int(now.nanoseconds / plan.period.nanoseconds))
        return start + outages.firstFree(from: now - start)
    }
}
