#if canImport(Glibc)
    import Glibc
#endif
import SimulationKernel
import Testing

@testable import Topologies

private let page =
    #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined() + "/docs/TOPOLOGY.md"

private func contents(_ path: String) -> String? {
    guard let bytes = try? FileBytes.read(path, limit: 1 << 20) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
}

@Suite struct `The table of keys` {
    /// Run with EDGEFLOCK_WRITE_DOCS=1 to bring the page up to date.
    @Test func `is what docs/TOPOLOGY.md says`() throws {
        let text = try #require(contents(page))
        let parts = text.components(around: Manual.start, Manual.end)
        let (before, reference, after) = try #require(parts)
        if getenv("EDGEFLOCK_WRITE_DOCS") != nil {
            write(before + Manual.text + after, to: page)
        } else {
            #expect(reference == Manual.text, "EDGEFLOCK_WRITE_DOCS=1 brings it up to date")
        }
    }

    @Test(arguments: KeyTable.all.map(\.path))
    func `has a sentence for each key and each key's section`(path: String) {
        let key = KeyTable.key(path)
        #expect(key.effect.last == "." && key.effect.first?.isUppercase == true)
        #expect(key.section.isEmpty || KeyTable.all.contains { $0.path == key.section.withoutList })
        #expect(!Manual.text.isEmpty && Manual.text.contains("`\(key.name)`") || path.contains("."))
    }

    @Test func `has defaults that can be written`() throws {
        var lines = Sample.lines
        for key in KeyTable.topLevel {
            guard case .value(let text) = key.standard else { continue }
            lines.append("\(key.name): \(text)")
        }
        let written = try #require(load(lines.joined(separator: "\n")).topology)
        #expect(written.canonicalText == load(Sample.text).topology?.canonicalText)
    }

    @Test func `has the defaults of the settings`() throws {
        let text = Sample.text(replacing: [19: "  policy: dsac"])
        let topology = try #require(load(text).topology)
        #expect(topology.scheduler == SchedulerSettings(policy: .dsac))
        #expect(topology.training == TrainingSettings(mode: .central))
    }
}

extension String {
    fileprivate var withoutList: String { hasSuffix("[]") ? String(dropLast(2)) : self }

    /// What is before, from the first to the second mark, and after.
    fileprivate func components(around start: String, _ end: String) -> (String, String, String)? {
        guard let first = firstRange(of: start), let last = firstRange(of: end) else { return nil }
        return (
            String(self[..<first.lowerBound]), String(self[first.lowerBound..<last.upperBound]),
            String(self[last.upperBound...])
        )
    }

    private func firstRange(of part: String) -> Range<Index>? { ranges(of: part).first }
}
