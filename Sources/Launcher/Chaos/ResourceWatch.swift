import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#endif

/// What processes take of the machine over a run: whether anything grows that should not.
package struct ResourceWatch: Sendable {
    /// What a process has at one moment.
    package struct Holdings: Hashable, Sendable {
        /// Memory of its own, without what is mapped from files, bytes.
        package var memory = 0
        package var descriptors = 0
        package var threads = 0

        package init(memory: Int = 0, descriptors: Int = 0, threads: Int = 0) {
            self.memory = memory
            self.descriptors = descriptors
            self.threads = threads
        }

        /// Of a living process; nil when it is gone.
        init?(of process: Int32) {
            guard
                let status = try? String(
                    contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
                let files = try? FileManager.default.contentsOfDirectory(
                    atPath: "/proc/\(process)/fd")
            else { return nil }
            descriptors = files.count
            for line in status.split(separator: "\n") {
                let words = line.split(whereSeparator: \.isWhitespace)
                guard words.count >= 2, let number = Int(words[1]) else { continue }
                if words[0] == "RssAnon:" { memory = number << 10 }
                if words[0] == "Threads:" { threads = number }
            }
        }
    }

    /// Samples of each process, first to last, whichever life it was in.
    private var samples: [String: [Holdings]] = [:]

    package init() {}

    package var names: [String] { samples.keys.sorted() }

    package mutating func note(_ holdings: Holdings, of name: String) {
        samples[name, default: []].append(holdings)
    }

    /// What a process had in an early and in a late part of the run: medians over the second and
    /// the last tenth of its samples, since in the first it still fills its stores.
    ///
    /// - Returns: nil when there are fewer than 20 samples.
    package func course(of name: String) -> (early: Holdings, late: Holdings)? {
        guard let all = samples[name], all.count >= 20 else { return nil }
        let tenth = all.count / 10
        return (Self.median(all[tenth..<(2 * tenth)]), Self.median(all.suffix(tenth)))
    }

    private static func median(_ part: ArraySlice<Holdings>) -> Holdings {
        func middle(_ values: [Int]) -> Int { values.sorted()[values.count / 2] }
        return Holdings(
            memory: middle(part.map(\.memory)), descriptors: middle(part.map(\.descriptors)),
            threads: middle(part.map(\.threads)))
    }
}
