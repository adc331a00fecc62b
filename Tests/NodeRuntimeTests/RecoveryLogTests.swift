import CPlatform
import Glibc
import Messaging
import SimulationKernel
import TestSupport
import Testing

@testable import NodeRuntime

@Suite struct `The log of what a process has taken in` {
    private typealias Entry = (kind: RecoveryLog.Kind, bytes: [UInt8])

    /// Entries of all sizes, some larger than the mapped part of the file.
    private func entries(
        _ count: Int, _ random: inout RandomStream, largeShare: Double = 0.02
    ) -> [Entry] {
        (0..<count).map { _ in
            let isLarge = random.uniform() < largeShare
            let size = Int(random.uniform() * (isLarge ? 100_000 : 600))
            let kind = RecoveryLog.Kind(rawValue: UInt8(1 + Int(random.uniform() * 6)))!
            let first = UInt8(random.uniform() * 256)
            return (kind, (0..<size).map { first &+ UInt8(truncatingIfNeeded: $0) })
        }
    }

    private func contents(of log: RecoveryLog) throws -> [Entry] {
        var found: [Entry] = []
        try log.read { kind, bytes throws(LiveError) in
            found.append((kind, bytes.withUnsafeBytes { Array($0) }))
        }
        return found
    }

    private func expect(_ found: [Entry], are expected: some Collection<Entry>) {
        #expect(found.count == expected.count)
        #expect(zip(found, expected).allSatisfy { $0.kind == $1.kind && $0.bytes == $1.bytes })
    }

    private func folder() -> String {
        var template = Array("/tmp/edgeflock-log-XXXXXX".utf8CString)
        return String(cString: mkdtemp(&template))
    }

    @Test(arguments: Seed.first(8), [false, true])
    func `is read by whoever comes after, and goes on, however often`(
        seed: Seed, isDurable: Bool
    ) throws {
        let folder = folder()
        defer { system("rm -rf \(folder)") }
        var random = seed.stream
        var written: [Entry] = []
        for _ in 0..<4 {
            let log = try RecoveryLog(path: folder + "/log", isDurable: isDurable)
            expect(try contents(of: log), are: written)
            for entry in entries(isDurable ? 40 : 400, &random) {
                log.note(entry.kind, entry.bytes.span.bytes)
                written.append(entry)
                if random.uniform() < 0.7 { #expect(try log.commit()) }
            }
            #expect(try log.commit())
        }
    }

    /// Behind the settled entries there may be some that were being written when the process died.
    @Test(arguments: Seed.first(8))
    func `holds everything committed whenever its process is killed`(seed: Seed) throws {
        let folder = folder()
        defer { system("rm -rf \(folder)") }
        var random = seed.stream
        let log = try RecoveryLog(path: folder + "/log")
        var written: [Entry] = []
        for entry in entries(600, &random) {
            log.note(entry.kind, entry.bytes.span.bytes)
            #expect(try log.commit())
            written.append(entry)
            guard random.uniform() < 0.1 else { continue }
            let unfinished = "head -c 70000 \(folder)/log >> \(folder)/copy"
            #expect(system("cp \(folder)/log \(folder)/copy && \(unfinished)") == 0)
            let copy = try RecoveryLog(path: folder + "/copy")
            expect(try contents(of: copy), are: written)
        }
    }

    @Test func `takes a last entry that was cut off for not being there`() throws {
        let folder = folder()
        defer { system("rm -rf \(folder)") }
        var random = Seed.first(1)[0].stream
        let log = try RecoveryLog(path: folder + "/log")
        let written = entries(20, &random, largeShare: 0)
        for entry in written { log.note(entry.kind, entry.bytes.span.bytes) }
        #expect(try log.commit())
        let last = log.size - 1
        let descriptor = open(folder + "/log", O_RDWR)
        defer { close(descriptor) }
        var byte: UInt8 = 0
        #expect(pread(descriptor, &byte, 1, RecoveryLog.headerSize + last) == 1)
        byte ^= 1
        #expect(pwrite(descriptor, &byte, 1, RecoveryLog.headerSize + last) == 1)
        let next = try RecoveryLog(path: folder + "/log")
        expect(try contents(of: next), are: written.dropLast())
        // And what comes next takes its place.
        let young: [UInt8] = [1, 2, 3]
        next.note(.direct, young.span.bytes)
        #expect(try next.commit())
        let third = try RecoveryLog(path: folder + "/log")
        expect(try contents(of: third), are: written.dropLast() + [(.direct, young)])
    }

    @Test(arguments: [3, 5_000, RecoveryLog.mappedSize])
    func `is empty when its process was killed while it made room`(size: Int) throws {
        let folder = folder()
        defer { system("rm -rf \(folder)") }
        let log = try RecoveryLog(path: folder + "/log")
        #expect(truncate(folder + "/log", size) == 0)
        expect(try contents(of: log), are: [])
        let young: [UInt8] = [1, 2, 3]
        log.note(.direct, young.span.bytes)
        #expect(try log.commit())
        expect(try contents(of: RecoveryLog(path: folder + "/log")), are: [(.direct, young)])
    }

    @Test func `says that it is damaged when settled entries are missing`() throws {
        let folder = folder()
        defer { system("rm -rf \(folder)") }
        let log = try RecoveryLog(path: folder + "/log")
        for _ in 0..<200 {
            log.note(.control, [UInt8](repeating: 7, count: 1_000).span.bytes)
            #expect(try log.commit())
        }
        #expect(truncate(folder + "/log", RecoveryLog.mappedSize + 1_000) == 0)
        let error = #expect(throws: LiveError.self) {
            try contents(of: RecoveryLog(path: folder + "/log"))
        }
        #expect("\(try #require(error))".contains("is damaged"))
    }
}
