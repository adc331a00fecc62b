import Emulation
import Launcher
import Recording
import Topologies

/// What one host does of a run over several.
struct HostShare: Sendable {
    /// Its name in the topology.
    var host: String
    /// The same on all hosts and for no other run; nil: one that follows from the topology.
    var run: UInt64?
    /// Whether an engine gives orders on standard input and reads what is printed.
    var isSteered = false

    func run(of digest: ContentDigest) -> UInt64 {
        if let run { return run }
        return UInt64(digest.description.prefix(16), radix: 16).map { max(1, $0) } ?? 1
    }

    /// Sees that the topology has the host.
    func check(_ topology: Topology) throws(EmulationError) {
        guard topology.hosts.contains(where: { $0.name == host }) else {
            let names = topology.hosts.map(\.name)
            throw EmulationError(
                description: "no host '\(host)' in the topology"
                    + Suggestion.phrase(for: host, among: names)
                    + (names.isEmpty
                        ? " (it names no hosts)" : " (there are \(Console.few(names)))"),
                exitCode: 64)
        }
        guard topology.processes != .single else {
            throw EmulationError(
                description: "'processes: single' is one process, for one host", exitCode: 65)
        }
    }
}

extension Deployment {
    /// Sees that the processes of a host can listen where the others will look for them.
    func checkPorts(of host: String) throws(EmulationError) {
        guard isSpread, let index = self.host(named: host) else { return }
        let ports = members(of: index).flatMap { process in
            let first = port(of: process)
            return (process == processes.count - 1 ? [first] : [first, first + 1])
                .map { UInt16(clamping: $0) }
        }
        guard let fault = PortCheck.fault(hosts[index].address, ports) else { return }
        throw EmulationError(
            description: "\(fault); see 'address' and 'port' of host \(host)", exitCode: 71)
    }
}

extension LaunchRequest {
    /// Whether other machines have a part in it, which are reached by ssh.
    var isOnHosts: Bool {
        !inProcess && share == nil && topology.processes != .single
            && topology.hosts.contains { !$0.isLoopback }
    }
}
