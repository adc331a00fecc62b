import FoundationEssentials
import Glibc
import Testing
import ZeroMQ

/// Fresh endpoints for a test, and short waits that say what they waited for.
enum TestNetwork {
    enum Transport: CaseIterable { case inproc, ipc, tcp }

    static func endpoint(_ transport: Transport, _ name: String) throws -> Endpoint {
        switch transport {
        case .inproc: .inproc(name)
        case .ipc: try #require(.ipc(path: temporaryPath(name)))
        case .tcp: try freePort()
        }
    }

    static func temporaryPath(_ name: String) -> String { "\(folder)/\(name)" }

    /// Sockets that listen leave their files behind, so these go with the process.
    private static let folder: String = {
        mkdir(folderPath, 0o700)
        atexit { try? FileManager.default.removeItem(atPath: TestNetwork.folderPath) }
        return folderPath
    }()

    private static let folderPath = "/tmp/edgeflock-zmq-\(getpid())"

    /// A loopback port below the ephemeral range that nobody listens on just now.
    private static func freePort() throws -> Endpoint {
        let context = try Context()
        for offset in 0..<2_000 {
            let port = UInt16(21_000 + (Int(getpid()) * 7 + offset) % 10_000)
            let endpoint = Endpoint.tcp(host: "127.0.0.1", port: port)
            let socket = try Socket(.pull, in: context)
            do {
                try socket.bind(endpoint)
                return endpoint
            } catch {
                guard error.code == EADDRINUSE else { throw error }
            }
        }
        throw ZeroMQError(code: EADDRINUSE, operation: "find a free port")
    }
}

struct TimeIsUp: Error {
    let waitingFor: String
}

/// Repeats `attempt` for at most two seconds.
func eventually(_ what: String, _ attempt: () throws -> Bool) throws {
    for _ in 0..<2_000 {
        if try attempt() { return }
        usleep(1_000)
    }
    throw TimeIsUp(waitingFor: what)
}

extension Socket {
    func receiveEventually(into frame: inout Frame) throws {
        for _ in 0..<2_000 {
            if try receive(into: &frame) == .message { return }
            usleep(1_000)
        }
        throw TimeIsUp(waitingFor: "a message on a \(kind) socket")
    }

    func receiveRoutedEventually(into frame: inout Frame) throws -> RoutingID {
        for _ in 0..<2_000 {
            if case .message(let peer) = try receiveRouted(into: &frame) { return peer }
            usleep(1_000)
        }
        throw TimeIsUp(waitingFor: "a message on a \(kind) socket")
    }
}
