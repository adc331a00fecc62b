import Glibc
import TestSupport
import Testing
import ZeroMQ

@testable import NodeRuntime

@Suite struct `A folder of keys` {
    private let files = TemporaryFolder()
    private let names = ["bs1", "bs2", "traffic", "hub"]
    private var folder: KeyFolder { KeyFolder(files.path + "/keys") }

    private func write(_ text: String, to path: String, mode: mode_t = 0o600) {
        unlink(path)
        let file = fopen(path, "w")
        fputs(text, file)
        fclose(file)
        chmod(path, mode)
    }

    private func text(_ path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        lstat(path, &status)
        return status.st_mode & 0o7777
    }

    /// The first line of what is said about the folder.
    private func complaint() -> String {
        do { try folder.check(names) } catch {
            return String(error.description.split(separator: "\n")[0]).replacing(
                files.path + "/keys/", with: "")
        }
        return "nothing"
    }

    @Test func `gives every process its own key, and all of them the same list`() throws {
        try folder.make(names, replacing: false)
        #expect(complaint() == "nothing")
        let keys = try names.map { try folder.keys(of: $0, among: names) }
        #expect(keys.map(\.own.publicKey) == keys[0].everyone)
        #expect(Set(keys[0].everyone).count == names.count)
        #expect(keys.allSatisfy { $0.everyone == keys[0].everyone })
    }

    @Test func `is for its owner only`() throws {
        let before = umask(0)
        defer { umask(before) }
        try folder.make(names, replacing: false)
        #expect(mode(folder.path) == 0o700 && mode(folder.secretFolder) == 0o700)
        #expect(names.allSatisfy { mode(folder.secretFile(of: $0)) == 0o600 })
    }

    @Test func `keeps its keys unless told otherwise`() throws {
        try folder.make(names, replacing: false)
        let before = text(folder.publicFile)
        #expect(throws: KeyFault.self) { try folder.make(names, replacing: false) }
        #expect(text(folder.publicFile) == before)
        try folder.make(names, replacing: true)
        #expect(text(folder.publicFile) != before && complaint() == "nothing")
    }

    @Test func `never says a secret`() throws {
        try folder.make(names, replacing: false)
        let pair = try folder.keys(of: "bs1", among: names).own
        let secret = text(folder.secretFile(of: "bs1"))
        #expect(secret.count == 40)
        var shown = ""
        dump(pair, to: &shown)
        #expect(!shown.contains(secret) && !"\(pair)".contains(secret))
        write("x" + secret, to: folder.secretFile(of: "bs1"))
        #expect(!complaint().contains(secret.prefix(8)))
    }

    @Test func `is not taken with a secret that is none`() throws {
        try folder.make(names, replacing: false)
        let file = folder.secretFile(of: "bs2")
        let secret = text(file)
        write(String(secret.dropLast()), to: file)
        #expect(complaint() == "secret/bs2.key: error[E050]: expected 40 Z85 characters, got 39")
        write(secret.prefix(11) + "~" + secret.dropFirst(12), to: file)
        #expect(complaint() == "secret/bs2.key: error[E050]: no Z85 character at 12 of the key")
        unlink(file)
        #expect(complaint() == "secret/bs2.key: error[E050]: no such file")
    }

    @Test func `is not taken when others may read or have made it`() throws {
        try folder.make(names, replacing: false)
        let file = folder.secretFile(of: "bs2")
        chmod(file, 0o644)
        #expect(complaint() == "secret/bs2.key: error[E051]: mode 0644, must be 0600")
        chmod(file, 0o600)
        rename(file, file + ".real")
        symlink(file + ".real", file)
        #expect(complaint() == "secret/bs2.key: error[E051]: is a symbolic link")
        unlink(file)
        rename(file + ".real", file)
        chmod(folder.secretFolder, 0o755)
        #expect(complaint() == "secret: error[E051]: mode 0755, must be 0700")
        chmod(folder.secretFolder, 0o700)
        chmod(folder.publicFile, 0o666)
        #expect(complaint() == "public.keys: error[E051]: mode 0666, others may write")
        chmod(folder.publicFile, 0o644)
        guard geteuid() == 0 else { return }
        chown(file, 1_234, 0)
        #expect(complaint() == "secret/bs2.key: error[E051]: belongs to another user")
    }

    @Test func `is not taken with a list that does not fit`() throws {
        try folder.make(names, replacing: false)
        let lines = text(folder.publicFile).split(separator: "\n").map(String.init)
        func list(_ lines: [String]) { write(lines.joined(separator: "\n"), to: folder.publicFile) }
        // Revoked.
        list(lines.filter { !$0.hasPrefix("bs2") })
        #expect(complaint() == "public.keys: error[E050]: no key of process 'bs2'")
        list(lines.map { $0.hasPrefix("bs2") ? "bs2 " + lines[1].dropFirst(4) : $0 })
        #expect(
            complaint() == "public.keys:3:5: error[E052]: key of 'bs2' equals key of 'bs1' (2:5)")
        let other = try CurveKeyPair.random().publicKey
        list(lines.map { $0.hasPrefix("bs2") ? "bs2 \(other)" : $0 })
        #expect(complaint().hasPrefix("public.keys:3:5: error[E052]: key of 'bs2' does not belong"))
        list(lines + ["bs2 \(other)"])
        #expect(complaint() == "public.keys:6:1: error[E052]: 'bs2' has a key already")
        list(lines + ["bs3"])
        #expect(complaint() == "public.keys:6:1: error[E050]: expected a line NAME KEY")
        list(lines + ["bs3 \(String("\(other)".dropLast()))"])
        #expect(complaint() == "public.keys:6:5: error[E050]: expected 40 Z85 characters, got 39")
        list(lines + ["bs3 \(other)"])
        #expect(complaint() == "nothing")
    }
}
