#if canImport(Glibc)
    import Glibc
#endif
import SimulationKernel
import TestSupport
import Testing

@testable import Topologies

@Suite struct `A hostile text` {
    /// Every place inside the text, every result either a topology or an error.
    private func check(_ bytes: [UInt8], _ loading: TopologyLoading, _ what: String) {
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        for diagnostic in loading.diagnostics {
            guard case .file(let line, let column) = diagnostic.place else { continue }
            let isInside =
                (1...lines.count).contains(line) && column >= 1
                && column <= lines[line - 1].count + 1
            #expect(isInside, "\(what): \(diagnostic)")
        }
        #expect(loading.topology != nil || !loading.diagnostics.isEmpty, "\(what)")
    }

    @Test(arguments: Seed.first(400))
    func `that differs from a good one by a byte is a topology or is reported`(seed: Seed) {
        var stream = seed.stream
        let texts = [Sample.text] + `The language`.texts
        var bytes = Array(texts[stream.integer(below: texts.count)].utf8)
        let place = stream.integer(below: bytes.count)
        let byte = UInt8(stream.integer(below: 256))
        switch stream.integer(below: 3) {
        case 0: bytes[place] = byte
        case 1: bytes.insert(byte, at: place)
        default: bytes.remove(at: place)
        }
        check(bytes, load(bytes), "byte \(byte) at \(place)")
    }

    /// Aliases are what could make a reader slow: none may get past the lexical pass. A node that
    /// stands for another has the other's place, so places that do not ascend would show one.
    @Test(arguments: Seed.first(300))
    func `of marks and quotes never brings an alias through`(seed: Seed) {
        var stream = seed.stream
        let pieces = [
            "a", "b", ":", " ", "\n", "- ", ": ", "*a", "&a ", "'", "\"", "[", "]", "{", "}", ",",
            "#", " #", "\n  ", "? ", "!t ", "|", "\\", "-", "---", "é",
        ]
        for _ in 0..<20 {
            let text = (0..<(1 + stream.integer(below: 14)))
                .map { _ in pieces[stream.integer(below: pieces.count)] }.joined()
            let log = DiagnosticLog(file: "x")
            guard let source = SourceText(bytes: Array(text.utf8), log: log) else { continue }
            var pass = LexicalPass(source, log: log)
            let passed = pass.run()
            if !passed { continue }
            var composer = Composer(source, log: log)
            guard let tree = composer.compose() else { continue }
            let places = Self.places(of: tree)
            #expect(places == places.sorted(), "\(text.debugDescription)")
            #expect(!text.contains("*a") || !Self.hasRepeat(places), "\(text.debugDescription)")
            check(Array(text.utf8), load(text), text.debugDescription)
        }
    }

    private static func places(of node: SourceNode) -> [Place] {
        switch node.content {
        case .scalar: [node.place]
        case .list(let items): items.flatMap(places)
        case .mapping(let entries): entries.flatMap { [$0.keyPlace] + places(of: $0.value) }
        }
    }

    private static func hasRepeat(_ places: [Place]) -> Bool { Set(places).count < places.count }

    /// A debug build is ten times slower, so it gets a part of the file.
    #if DEBUG
        private static let part = 10
    #else
        private static let part = 1
    #endif

    /// Near the limits of size and words, beyond them in one case.
    @Test(arguments: [
        ("aliases as keys", "a: &a [x, x]\n", "? *a\n: *a\n", 90_000),
        ("a list", "", "- a\n", 64_000),
        ("too long a list", "", "- a\n", 250_000),
        ("brackets", "", "[", 4_000),
        ("empty mappings", "a:\n", " - {}\n", 64_000),
        ("keys", "", "k#: 1\n", 64_000),
        ("one key again and again", "", "key: 1\n", 64_000),
        ("quotes", "", "a: 'b\n", 100_000),
        ("colons", "a", ": b", 1_300),
        ("dashes", "", "-\n", 120_000),
        ("letters of two bytes", "", "- [é,é,é,é,é,é,é,é]\n", 13_000),
        ("stations", "stations:\n", " - {name: a, n: 1}\n", 21_000),
        ("blanks", "", String(repeating: " ", count: 1023) + "\n", 1_020),
    ])
    func `of a mebibyte is answered at once`(
        name: String, start: String, piece: String, count: Int
    ) {
        // Only keys are numbered, to be all different.
        let pieces = (0..<count / Self.part).map { index in
            piece.hasPrefix("k#") ? "k\(index)" + piece.dropFirst(2) : piece
        }
        let text = start + pieces.joined()
        #expect(text.utf8.count <= 1 << 20)
        let before = Self.threadSeconds
        let loading = load(text)
        let elapsed = Self.threadSeconds - before
        #expect(loading.topology == nil && loading.exitCode == 65, "\(name)")
        #expect(loading.diagnostics.count <= 41)
        #expect(elapsed < 1, "\(name)")
    }

    /// Computing time of this thread: what else the machine is doing does not count.
    private static var threadSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
