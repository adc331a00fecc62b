import ZeroMQ

#if canImport(Glibc)
    import Glibc
#endif

/// The keys of some processes in one text, for engines that hand a machine its secrets:
///
///     public NAME KEY           everybody's
///     secret NAME KEY           of the processes on that machine, and of no other
extension KeyFolder {
    /// - Parameters:
    ///   - holders: whose secret keys are in it.
    ///   - names: of all processes.
    package func bundle(for holders: [String], among names: [String]) throws(KeyFault) -> String {
        try check(names)
        let list = try publicKeys()
        var text = ""
        for name in names {
            if let entry = list.entries[name] { text += "public \(name) \(entry.key)\n" }
        }
        for name in holders {
            let pair = try pair(of: name, list)
            pair.secretKey.withCharacters { characters in
                text += "secret \(name) \(String(decoding: characters, as: UTF8.self))\n"
            }
        }
        return text
    }

    /// Makes the folder, or puts the keys of a bundle in the place of those in it.
    ///
    /// Engines show secrets as files of their own kind and owner; here they become files that only
    /// this user may read, as all keys are.
    ///
    /// - Parameter file: where the bundle is.
    package func install(bundle file: String) throws(KeyFault) {
        var bytes = try Self.content(of: file)
        defer { bytes.wipe() }
        for folder in [path, secretFolder] {
            guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw .system(folder) }
        }
        try OwnFile.checkFolder(secretFolder, advice: Self.advice)
        var list: [UInt8] = []
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        for (index, line) in lines.enumerated() {
            let words = line.split(separator: UInt8(ascii: " "))
            let isKnown =
                words.count == 3
                && (words[0].elementsEqual("public".utf8) || words[0].elementsEqual("secret".utf8))
            guard isKnown, PublicKeyList.name(words[1]) != nil else {
                throw KeyFault(
                    code: .key, file: file, line: index + 1,
                    message: "expected a line 'public NAME KEY' or 'secret NAME KEY'")
            }
            if words[0].elementsEqual("public".utf8) {
                list += words[1] + [UInt8(ascii: " ")] + words[2] + [UInt8(ascii: "\n")]
            } else {
                let name = String(decoding: words[1], as: UTF8.self)
                var key = Array(words[2])
                defer { key.wipe() }
                try OwnFile.write(key.span.bytes, to: secretFile(of: name), mode: 0o600)
            }
        }
        try OwnFile.write(list.span.bytes, to: publicFile, mode: 0o644)
    }

    private static func content(of file: String) throws(KeyFault) -> [UInt8] {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let reason = String(cString: strerror(errno))
            throw KeyFault(code: .key, file: file, message: "cannot be read: \(reason)")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_size <= PublicKeyList.sizeLimit
        else {
            throw KeyFault(code: .key, file: file, message: "is not a file of keys")
        }
        return OwnFile.content(of: descriptor, size: Int(status.st_size))
    }
}
