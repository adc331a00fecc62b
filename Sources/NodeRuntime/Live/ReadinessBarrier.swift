/// Who has got how far on the way to a common start.
struct ReadinessBarrier {
    enum Stage: Int, Comparable {
        case absent, known, ready

        static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    }

    private var stages: [Stage]
    private var counts: [Int]

    init(processes: Int) {
        stages = Array(repeating: .absent, count: processes)
        counts = [processes, 0, 0]
    }

    mutating func note(_ process: Int, _ stage: Stage) {
        guard stages[process] < stage else { return }
        counts[stages[process].rawValue] -= 1
        counts[stage.rawValue] += 1
        stages[process] = stage
    }

    /// Whether every process has come at least so far.
    func all(_ stage: Stage) -> Bool { counts[..<stage.rawValue].allSatisfy { $0 == 0 } }

    /// The processes that have not come so far, the first few by name.
    func missing(_ stage: Stage, _ name: (Int) -> String) -> String {
        let missing = stages.indices.filter { stages[$0] < stage }
        let names = missing.prefix(8).map(name).joined(separator: ", ")
        return missing.count > 8 ? "\(names) and \(missing.count - 8) more" : names
    }
}
