import Messaging
import NodeRuntime
import ZeroMQ

/// Key pairs of all processes of a run, the hub's last.
struct TestKeys: Sendable {
    let pairs: [CurveKeyPair]

    init(of plan: LivePlan) throws {
        pairs = try (0...plan.processes.count).map { _ in try CurveKeyPair.random() }
    }

    func keys(of process: Int) -> RunKeys {
        RunKeys(own: pairs[process], everyone: pairs.map(\.publicKey))
    }
}
