import EdgeModel

/// Turns the entries of `hosts` into hosts, and sees that they fit together.
struct HostExpansion {
    private(set) var hosts: [Host] = []
    private var indices: [String: Int] = [:]
    private let log: DiagnosticLog

    init(_ draft: TopologyDraft, log: DiagnosticLog) {
        self.log = log
        var names: [String: Place] = [:]
        var roles: [HostRole: Place] = [:]
        for entry in draft.hosts ?? [] {
            for role in entry.roles {
                if let earlier = roles[role.value] {
                    log.error(
                        .host, at: role.place,
                        "role '\(role.value.rawValue)' already given to a host at \(earlier)",
                        hint: "there is one of it in a run")
                }
                roles[role.value] = role.place
            }
            guard let name = entry.name else { continue }
            if let earlier = names[name.value] {
                log.error(
                    .nameInUse, at: name.place,
                    "host '\(name.value)' already defined at \(earlier)")
            }
            names[name.value] = name.place
            indices[name.value] = hosts.count
            hosts.append(Self.host(entry, name.value))
        }
        checkKeys(draft)
    }

    private static func host(_ entry: HostDraft, _ name: String) -> Host {
        Host(
            name: name, address: entry.address?.value ?? "", port: UInt16(entry.port?.value ?? 0),
            cores: entry.cores?.value ?? 1, ssh: entry.ssh, roles: Set(entry.roles.map(\.value)),
            rate: entry.rate.map { MegabitsPerSecond($0.value) }, delay: entry.delay?.value)
    }

    /// Others can connect to whoever is not a loopback address.
    private func checkKeys(_ draft: TopologyDraft) {
        guard draft.keys == nil, draft.processes?.value != .single else { return }
        for (entry, host) in zip(draft.hosts ?? [], hosts) where !host.isLoopback {
            guard let address = entry.address else { continue }
            log.error(
                .keysNeeded, at: address.place,
                "others can reach host '\(host.name)', so its processes need keys",
                hint: "add 'security: {keys: keys}', and make them with 'edgeflock keys'")
            return
        }
    }

    /// The host that an entry of `stations` names; nil where it names none.
    func index(of name: Located<String>?) -> Int? {
        guard let name else { return nil }
        if let index = indices[name.value] { return index }
        let known = hosts.map(\.name)
        log.error(
            .unknownHost, at: name.place,
            "no host '\(name.value)'" + Suggestion.phrase(for: name.value, among: known),
            hint: known.isEmpty
                ? "'hosts' names machines; this file has none"
                : "hosts: \(known.prefix(12).joined(separator: ", "))")
        return nil
    }

    /// Ports are numbered from each host's first.
    func checkPorts(of topology: Topology, _ draft: TopologyDraft) {
        let deployment = Deployment(topology)
        guard deployment.isNamed else { return }
        for (index, host) in hosts.enumerated() {
            let last = deployment.members(of: index).map { deployment.port(of: $0) + 1 }.max() ?? 0
            guard last > Int(UInt16.max) else { continue }
            log.error(
                .outOfRange, at: draft.hosts?[index].port?.place ?? .whole,
                "host '\(host.name)' has no ports for all its processes (the last would be "
                    + "\(last), at most \(UInt16.max))",
                hint: "'processes: {packed: N}' needs fewer")
        }
    }
}
