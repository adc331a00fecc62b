/// Which processes a run has, which nodes live in each of them, and on which host each is.
///
/// Every process of a run works this out for itself from the same topology. No result depends on
/// it.
package struct Deployment: Hashable, Sendable {
    package struct Process: Hashable, Sendable {
        /// Names its log and stands in messages: a station, `stations-3`, `traffic`, `learner`.
        package var name: String
        /// Ascending: stations in file order, then the traffic source, then the learner.
        package var nodes: [Int]
        /// Index in ``Deployment/hosts``.
        package var host: Int
    }

    /// Never empty.
    package let hosts: [Host]
    /// Whether the topology names them; else there is this one only.
    package let isNamed: Bool
    /// In order of process indices, the hub's last; that has no nodes.
    package let processes: [Process]

    package static let hubName = "hub"

    package init(_ topology: Topology) {
        self.init(
            stations: topology.stations.map(\.name), pinned: topology.stations.map(\.host),
            hasLearner: topology.training.mode.hasLearner, plan: topology.processes,
            hosts: topology.hosts)
    }

    /// - Parameters:
    ///   - stations: names in file order.
    ///   - pinned: by station, the host that it is to be on.
    ///   - hasLearner: whether there is a learner's node after the traffic source's.
    ///   - hosts: empty for this machine alone.
    package init(
        stations: [String], pinned: [Int?]? = nil, hasLearner: Bool, plan: ProcessPlan,
        hosts: [Host] = []
    ) {
        isNamed = !hosts.isEmpty
        let hosts = isNamed ? hosts : [.here]
        self.hosts = hosts
        let traffic = stations.count
        let spread = HostSpread(
            hosts: hosts, pinned: pinned ?? stations.map { _ in nil },
            present: hasLearner ? [.hub, .traffic, .learner] : [.hub, .traffic])
        func process(_ role: HostRole, _ nodes: [Int]) -> Process {
            Process(name: role.rawValue, nodes: nodes, host: spread.roles[role] ?? 0)
        }
        let hub = process(.hub, [])
        var members: [Process]
        switch plan {
        case .single:
            let nodes = Array(0...(hasLearner ? traffic + 1 : traffic))
            processes = [Process(name: "nodes", nodes: nodes, host: hub.host), hub]
            return
        case .packed(let count):
            members = Self.packed(spread.stations, into: count, hosts.count)
        case .perStation:
            members = stations.enumerated().map { index, name in
                Process(
                    name: Self.unreserved(name), nodes: [index], host: spread.stations[index])
            }
        }
        members.append(process(.traffic, [traffic]))
        if hasLearner { members.append(process(.learner, [traffic + 1])) }
        processes = members + [hub]
    }

    // MARK: Hosts

    package var hub: Process { processes[processes.count - 1] }

    /// The indices of the processes of a host, ascending.
    package func members(of host: Int) -> [Int] {
        processes.indices.filter { processes[$0].host == host }
    }

    /// The hosts that have any process, ascending.
    package var usedHosts: [Int] { hosts.indices.filter { !members(of: $0).isEmpty } }

    package func host(named name: String) -> Int? { hosts.firstIndex { $0.name == name } }

    /// Whether the run is on more than one host: then all its processes talk over tcp, else over
    /// Unix sockets.
    package var isSpread: Bool { usedHosts.count > 1 }

    /// The first of the two ports of a process, and the only one of the hub. Numbered through
    /// over all hosts, so that several may share one address.
    package func port(of process: Int) -> Int {
        let host = hosts[processes[process].host]
        return process == processes.count - 1 ? Int(host.port) : Int(host.port) + 1 + 2 * process
    }

    // MARK: Packing

    /// Blocks of neighbours in the file, as many for each host as its share of the stations.
    private static func packed(_ homes: [Int], into count: Int, _ hosts: Int) -> [Process] {
        let members = (0..<hosts).map { host in homes.indices.filter { homes[$0] == host } }
        let blocks = shares(of: min(max(1, count), homes.count), members.map(\.count))
        var processes: [Process] = []
        for host in 0..<hosts {
            for block in 0..<blocks[host] {
                let first = members[host].count * block / blocks[host]
                let end = members[host].count * (block + 1) / blocks[host]
                processes.append(
                    Process(
                        name: "stations-\(processes.count + 1)",
                        nodes: Array(members[host][first..<end]), host: host))
            }
        }
        return processes
    }

    /// Divides a number in proportion to sizes: to each that has any at least one, one after the
    /// other to where the most stations then share a process.
    private static func shares(of count: Int, _ sizes: [Int]) -> [Int] {
        var shares = sizes.map { min($0, 1) }
        for _ in 0..<max(0, count - shares.reduce(0, +)) {
            let next = sizes.indices.filter { shares[$0] < sizes[$0] }.max { a, b in
                (sizes[a] * shares[b], b) < (sizes[b] * shares[a], a)
            }
            if let next { shares[next] += 1 }
        }
        return shares
    }

    /// A station may be called like another process.
    private static func unreserved(_ name: String) -> String {
        ["hub", "traffic", "learner", "launcher"].contains(name) ? "station-\(name)" : name
    }
}
