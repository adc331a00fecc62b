import EdgeModel
import Messaging
import SimulationKernel

/// The learner's ways to the stations, each with a port of its own.
struct Downlinks: Sendable {
    private let subscribers: [LearnerSettings.Subscriber]
    private var ports: [EgressPort]

    init(_ subscribers: [LearnerSettings.Subscriber]) {
        self.subscribers = subscribers
        ports = subscribers.map { _ in EgressPort() }
    }

    var count: Int { subscribers.count }

    /// Sends a message to every station, in their order.
    ///
    /// - Returns: the emulated messages and bytes.
    mutating func publish(
        _ message: Message, at now: VirtualInstant, _ directives: inout Directives
    ) -> (messages: UInt64, bytes: UInt64) {
        let bytes = message.encodedSize
        let size = Megabits(Double(bytes) * 8e-6)
        var deliveries: [Delivery] = []
        deliveries.reserveCapacity(count)
        for (index, subscriber) in subscribers.enumerated() {
            let sent = ports[index].send(for: size / subscriber.link.rate, at: now)
            deliveries.append(
                Delivery(to: subscriber.station, at: sent + subscriber.link.delay))
        }
        directives.publish(message, deliveries)
        return (UInt64(count), UInt64(count * bytes))
    }

    mutating func remember(_ memory: inout Memory) throws {
        var ports = ports
        try memory.pass("ports", &ports)
        guard ports.count == count else {
            throw MemoryError("it had \(ports.count) subscribers, not \(count)")
        }
        self.ports = ports
    }
}
