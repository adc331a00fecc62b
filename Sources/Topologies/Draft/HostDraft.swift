import EdgeModel
import SimulationKernel

/// An entry of `hosts`.
struct HostDraft {
    var place: Place
    var name: Located<String>?
    var address: Located<String>?
    var port: Located<Int>?
    var cores: Located<Int>?
    var roles: [Located<HostRole>]
    var ssh: Host.SecureShell
    var rate: Located<Double>?
    var delay: Located<VirtualDuration>?

    init(_ section: Section) {
        place = section.place
        name = section.name("name")
        address = Self.address(section)
        port = section.count("port")
        cores = section.count("cores")
        roles = Self.roles(section)
        ssh = section.section("ssh").map(Self.secureShell) ?? Host.SecureShell()
        rate = section.quantity("rate")
        delay = section.duration("delay")
    }

    private static func address(_ section: Section) -> Located<String>? {
        guard let text = section.text("address") else { return nil }
        guard Host.isAddress(text.value) else {
            section.log.error(
                .host, at: text.place,
                "'address' is no address (got '\(text.value.prefix(40))', expected one of IPv4 "
                    + "such as 10.0.0.7, or a name such as edge1.example.org)")
            return nil
        }
        return text
    }

    private static func roles(_ section: Section) -> [Located<HostRole>] {
        guard section.has("roles"), let names = section.names("roles") else { return [] }
        let known = HostRole.allCases.map(\.rawValue)
        return names.compactMap { name in
            if let role = HostRole(rawValue: name.value) { return Located(role, at: name.place) }
            section.log.error(
                .unknownWord, at: name.place,
                "'roles' does not know '\(name.value)'"
                    + Suggestion.phrase(for: name.value, among: known),
                hint: "one of: \(known.joined(separator: ", "))")
            return nil
        }
    }

    private static func secureShell(_ section: Section) -> Host.SecureShell {
        var ssh = Host.SecureShell()
        ssh.user = plain("user", in: section)
        if let port = section.count("port") { ssh.port = UInt16(port.value) }
        if let folder = plain("folder", in: section) { ssh.folder = folder }
        ssh.program = plain("program", in: section)
        return ssh
    }

    /// What stands in a command of a shell over there.
    private static func plain(_ name: String, in section: Section) -> String? {
        guard let text = section.text(name) else { return nil }
        guard Host.isPlain(text.value) else {
            section.log.error(
                .host, at: text.place,
                "'\(name)' has other characters than a-z, A-Z, 0-9, '/', '_', '.' and '-', or "
                    + "'..' (got '\(text.value.prefix(40))')")
            return nil
        }
        return text.value
    }
}
