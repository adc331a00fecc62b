/// What keeps a study from starting, in words, each mistake once however many cells share it.
package struct StudyMistakes: Error, Hashable {
    package private(set) var lines: [String] = []
    private var seen: Set<String> = []
    private var exitCodes: Set<Int32> = []

    var isEmpty: Bool { exitCodes.isEmpty }

    /// 65 (bad data), 77 (permission) or 66 (missing input): the first that there is.
    package var exitCode: Int32 {
        [65, 77].first(where: exitCodes.contains) ?? 66
    }

    /// - Parameters:
    ///   - found: diagnostics; those that are already known are left out.
    ///   - subject: what they keep from happening; told when one of them is new.
    mutating func add(_ found: [String], of subject: String? = nil, exitCode: Int32) {
        let isFirst = exitCodes.isEmpty
        exitCodes.insert(exitCode)
        let new = found.filter { seen.insert($0).inserted }
        guard !new.isEmpty || isFirst else { return }
        if let subject { lines.append("study: error: \(subject):") }
        lines += new
    }
}
