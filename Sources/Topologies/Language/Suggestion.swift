/// Finds the word that was probably meant.
package enum Suggestion {
    /// The candidate at the least distance, if that is near enough to be a slip.
    static func nearest<Words: Sequence<String>>(to word: String, among candidates: Words)
        -> String?
    {
        let written = Array(word.lowercased().unicodeScalars.prefix(64))
        let allowed = max(1, written.count / 3)
        var best: (distance: Int, word: String)?
        for candidate in candidates {
            let distance = distance(written, Array(candidate.lowercased().unicodeScalars))
            if distance <= allowed, distance < best?.distance ?? .max {
                best = (distance, candidate)
            }
        }
        return best?.word
    }

    /// `; did you mean 'stations'?`, or nothing.
    package static func phrase<Words: Sequence<String>>(for word: String, among candidates: Words)
        -> String
    {
        nearest(to: word, among: candidates).map { "; did you mean '\($0)'?" } ?? ""
    }

    /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
    static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        var before = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    cost = min(cost, before[j - 1] + 1)
                }
                row.append(cost)
            }
            (before, last) = (last, row)
        }
        return last[b.count]
    }
}
