import ZeroMQ

#if canImport(Glibc)
    import Glibc
#endif

/// Where the keys of a run's processes are:
///
///     FOLDER/public.keys        everybody's public keys, the list of who may take part
///     FOLDER/secret/NAME.key    a secret key, readable by its owner only
package struct KeyFolder: Sendable {
    package let path: String

    package init(_ path: String) { self.path = path }

    var publicFile: String { path + "/public.keys" }
    var secretFolder: String { path + "/secret" }
    func secretFile(of name: String) -> String { "\(secretFolder)/\(name).key" }

    static let advice = "'edgeflock keys' makes keys for all processes of a topology"

    // MARK: Reading

    /// The keys that a process works with.
    ///
    /// - Parameter names: of all processes, in the order of their indices, the hub's last.
    package func keys(of name: String, among names: [String]) throws(KeyFault) -> RunKeys {
        let list = try publicKeys()
        return RunKeys(own: try pair(of: name, list), everyone: try everyone(names, list))
    }

    /// Looks at the keys of all processes, as each of them will.
    package func check(_ names: [String]) throws(KeyFault) { try check(names, among: names) }

    /// The same, where only some of all processes have their secret keys here.
    package func check(_ holders: [String], among names: [String]) throws(KeyFault) {
        let list = try publicKeys()
        _ = try everyone(names, list)
        for name in holders { _ = try pair(of: name, list) }
    }

    func publicKeys() throws(KeyFault) -> PublicKeyList {
        let bytes = try OwnFile.read(
            publicFile, limit: PublicKeyList.sizeLimit, isSecret: false, advice: Self.advice)
        return try PublicKeyList(bytes, file: publicFile)
    }

    private func everyone(
        _ names: [String], _ list: PublicKeyList
    ) throws(KeyFault) -> [CurvePublicKey] {
        var keys: [CurvePublicKey] = []
        for name in names {
            guard let entry = list.entries[name] else {
                throw KeyFault(
                    code: .key, file: publicFile, message: "no key of process '\(name)'",
                    hint: "\(Self.advice); how nodes are spread (--processes) changes who they are")
            }
            keys.append(entry.key)
        }
        return keys
    }

    func pair(
        of name: String, _ list: PublicKeyList
    ) throws(KeyFault) -> CurveKeyPair {
        try OwnFile.checkFolder(secretFolder, advice: Self.advice)
        let file = secretFile(of: name)
        var bytes = try OwnFile.read(file, limit: 4_096, isSecret: true, advice: Self.advice)
        defer { bytes.wipe() }
        let end = bytes.last == UInt8(ascii: "\n") ? bytes.count - 1 : bytes.count
        let pair: CurveKeyPair
        do {
            pair = try CurveKeyPair(CurveSecretKey(z85: bytes[..<end]))
        } catch let fault as Z85.Fault {
            throw KeyFault(code: .key, file: file, message: fault.words, hint: Self.advice)
        } catch {
            throw KeyFault(code: .key, file: file, message: "\(error)")
        }
        guard let entry = list.entries[name], entry.key == pair.publicKey else {
            let entry = list.entries[name]
            throw KeyFault(
                code: .mismatch, file: publicFile, line: entry?.line, column: entry?.column ?? 1,
                message: "key of '\(name)' does not belong to \(file)",
                hint: "both are made by one 'edgeflock keys'; a copy of one alone is no use")
        }
        return pair
    }

    // MARK: Writing

    /// Makes a key pair for each process.
    ///
    /// - Parameter replacing: whether keys that are there are given up.
    package func make(_ names: [String], replacing: Bool) throws(KeyFault) {
        for folder in [path, secretFolder] {
            guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw .system(folder) }
        }
        try OwnFile.checkFolder(secretFolder, advice: "it is made by 'edgeflock keys'")
        let present = [publicFile] + names.map(secretFile)
        if !replacing, let file = present.first(where: { access($0, F_OK) == 0 }) {
            throw KeyFault(
                code: .writing, file: file, message: "there are keys already",
                hint: "--force makes new ones; the old ones are then refused")
        }
        var list = "# Who may take part: process and public key. Made by edgeflock keys.\n"
        for name in names {
            let pair: CurveKeyPair
            do { pair = try CurveKeyPair.random() } catch {
                throw KeyFault(code: .writing, file: path, message: "\(error)")
            }
            let file = secretFile(of: name)
            try pair.secretKey.withCharacters { characters throws(KeyFault) in
                try OwnFile.write(characters.bytes, to: file, mode: 0o600)
            }
            list += "\(name) \(pair.publicKey)\n"
        }
        let bytes = Array(list.utf8)
        try OwnFile.write(bytes.span.bytes, to: publicFile, mode: 0o644)
    }
}
