/// On which host each station and each role is: as the file says, and else so that hosts have as
/// much to do for each core as they can.
struct HostSpread {
    /// By station, the index of its host.
    private(set) var stations: [Int]
    private(set) var roles: [HostRole: Int] = [:]

    /// - Parameters:
    ///   - pinned: by station, the host that the file gives it.
    ///   - present: the roles that the run has.
    ///
    /// Neighbours in the file are often neighbours in the network, so those that are free go to
    /// the hosts in blocks, in the order of the file. How large the blocks are follows from giving
    /// one node after the other to the host that then has the least for each core.
    init(hosts: [Host], pinned: [Int?], present: [HostRole]) {
        var loads = [Int](repeating: 0, count: hosts.count)
        for role in present {
            let host = hosts.firstIndex { $0.roles.contains(role) } ?? 0
            roles[role] = host
            loads[host] += 1
        }
        for case let host? in pinned { loads[host] += 1 }
        var room = [Int](repeating: 0, count: hosts.count)
        for _ in 0..<pinned.count(where: { $0 == nil }) {
            // Compared crosswise: whole numbers have no rounding.
            let next = hosts.indices.min { a, b in
                let (left, right) = (loads[a] + 1, loads[b] + 1)
                return (left * hosts[b].cores, a) < (right * hosts[a].cores, b)
            }
            guard let next else { break }
            loads[next] += 1
            room[next] += 1
        }
        var block = 0
        stations = pinned.map { host in
            if let host { return host }
            while room[block] == 0 { block += 1 }
            room[block] -= 1
            return block
        }
    }
}
