import Dispatch
import SimulationKernel
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Stands between the processes of a run, carries the bytes of their connections, and does them
/// harm: every socket of a process is reached at a TCP port of this machine that leads to it.
package final class LinkProxy: Sendable {
    /// A port that leads to a Unix socket.
    struct Door {
        let process: String
        let path: String
        let listener: Int32
    }

    /// What is done to everything that leads to a process.
    enum Harm {
        /// Nothing is carried for so long; what was under way is carried later, or it is lost with
        /// its connection.
        case cut(Duration, isLost: Bool)
        /// One bit is wrong in each of the next pieces.
        case garble(pieces: Int)
    }

    private let doors: [Door]
    package let firstPort: UInt16
    /// What is to be done, and whether it is all over.
    private let orders = Mutex<[(process: String, harm: Harm)]>([])
    private let isOver = Atomic<Bool>(false)
    private let ended = DispatchSemaphore(value: 0)

    /// Listens for the sockets of a run: the first port leads to the hub's, then come two for each
    /// of the other processes.
    ///
    /// - Parameters:
    ///   - processes: their names, the hub's last.
    ///   - folder: where their Unix sockets are.
    package init(for processes: [String], sockets folder: String) throws(LaunchError) {
        var wanted = [(processes.last ?? "", "\(folder)/hub")]
        for (index, name) in processes.dropLast().enumerated() {
            wanted += [(name, "\(folder)/\(index)d"), (name, "\(folder)/\(index)p")]
        }
        // Below the range of outgoing connections; others may use some of them.
        for first in stride(from: UInt16(20_000), to: 30_000, by: 512) {
            var doors: [Door] = []
            for (offset, (process, path)) in wanted.enumerated() {
                guard let listener = Self.listen(at: first + UInt16(offset)) else { break }
                doors.append(Door(process: process, path: path, listener: listener))
            }
            if doors.count == wanted.count {
                self.doors = doors
                firstPort = first
                return
            }
            for door in doors { close(door.listener) }
        }
        throw LaunchError("no \(wanted.count) free ports in a row for a proxy")
    }

    deinit { for door in doors { close(door.listener) } }

    /// Carries bytes until ``stop()``.
    package func start(seed: UInt64) {
        let chance = RandomStream(seed: seed, entity: "proxy", purpose: "garbling")
        DispatchQueue(label: "proxy").async { [self] in
            let loop = ProxyLoop(doors, chance)
            while !isOver.load(ordering: .acquiring) {
                for order in takeOrders() { loop.harm(order.process, order.harm) }
                loop.turn()
            }
            loop.end()
            ended.signal()
        }
    }

    private func takeOrders() -> [(process: String, harm: Harm)] {
        orders.withLock { orders in
            defer { orders = [] }
            return orders
        }
    }

    package func stop() {
        isOver.store(true, ordering: .releasing)
        _ = ended.wait(timeout: .now() + 1)
    }

    func harm(_ process: String, _ harm: Harm) { orders.withLock { $0.append((process, harm)) } }

    private static func listen(at port: UInt16) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | nonBlocking, 0)
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, 4)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
        }
        guard isBound == 0, Glibc.listen(descriptor, 256) == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    /// Flags of every socket here.
    static let nonBlocking = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
}
