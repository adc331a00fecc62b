import Messaging
import Synchronization
import ZeroMQ

/// A socket of the simulated network.
final class SimulatedSocket: SharedSocket {
    private let network: SimulatedNetwork
    private let owner: Int
    let number: Int
    private let kind: SocketKind
    /// How long a receive may wait, nanoseconds.
    private let patience: Int64

    init(_ kind: SocketKind, in simulation: Simulation, patience: Int64) {
        network = simulation.network
        owner = simulation.participant
        self.kind = kind
        self.patience = patience
        number = simulation.network.state.withLock {
            $0.open(kind, owner: simulation.participant)
        }
    }

    deinit { network.state.withLock { $0.close(number) } }

    override func bind(_ endpoint: Endpoint) {
        network.state.withLock { $0.bind(number, to: endpoint.description) }
    }

    override func connect(_ text: String) {
        network.state.withLock { $0.connect(number, to: text) }
    }

    override func subscribe(to topic: [UInt8]) {
        network.state.withLock { $0.sockets[number]!.topics.append(topic) }
    }

    override func send(_ frame: WireBuffer) -> SendOutcome {
        let bytes = frame.bytes
        network.state.withLock { state in
            if kind == .xpub {
                _ = state.send(bytes, from: number, to: nil)
            } else {
                state.send(bytes, from: number)
            }
        }
        return .queued
    }

    override func send(_ frame: WireBuffer, to peer: RoutingID) -> SendOutcome {
        let bytes = frame.bytes
        let isThere = network.state.withLock {
            $0.send(bytes, from: number, to: Int(peer.number))
        }
        return isThere ? .queued : .unreachable
    }

    override func receive(into frame: inout Frame, mayWait: Bool) -> Receipt {
        guard let (bytes, _) = take(mayWait) else { return .nothing }
        frame = Frame(copying: bytes)
        return .message
    }

    override func receiveRouted(into frame: inout Frame, mayWait: Bool) -> RoutedReceipt {
        guard let (bytes, connection) = take(mayWait) else { return .nothing }
        frame = Frame(copying: bytes)
        return .message(from: RoutingID(number: UInt32(connection)))
    }

    private func take(_ mayWait: Bool) -> (bytes: [UInt8], connection: Int)? {
        let first = network.state.withLock { $0.receive(at: number) }
        guard first == nil, mayWait else { return first }
        network.wait(owner, nanoseconds: patience, for: [number])
        return network.state.withLock { $0.receive(at: number) }
    }
}

/// The place of a driver or hub in a simulated network.
package struct Simulation: Sendable {
    package let network: SimulatedNetwork
    package let participant: Int

    package init(_ network: SimulatedNetwork, participant: Int) {
        self.network = network
        self.participant = participant
    }
}

/// The steady clock of a driver or hub.
struct SteadyClock: Sendable {
    let simulation: Simulation?

    /// Nanoseconds since an arbitrary instant.
    var now: Int64 { simulation?.network.now ?? MonotonicClock.now }
}
