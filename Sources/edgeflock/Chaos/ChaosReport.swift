import Launcher
import Recording

/// What faults did to runs.
struct ChaosReport {
    let calm: RunSummary
    let runs: [RunSummary]
    let injections: [FaultInjector.Injection]
    let resources: ResourceWatch
    /// Under the wall clock no two runs have the same ledger.
    let isWall: Bool

    private var isSame: Bool {
        guard !isWall else { return lost == 0 }
        return runs.allSatisfy {
            $0.ledgerDigest == calm.ledgerDigest && $0.weightsDigest == calm.weightsDigest
                && $0.tasks == calm.tasks && $0.verdict == calm.verdict
        }
    }

    /// Tasks that are missing or too many, over all runs.
    private var lost: Int64 {
        runs.reduce(0) { $0 + abs(Int64(calm.tasks.arrived) - Int64($1.tasks.arrived)) }
    }

    var exitCode: Int32 {
        if runs.contains(where: { $0.verdict == .aborted || $0.verdict == .interrupted }) {
            return 3
        }
        return isSame && !runs.isEmpty ? 0 : 1
    }

    var text: String {
        var table = TextTable(hasUnits: true)
        table.add("faults injected", "\(injections.count)", "in \(runs.count) runs")
        for kind in FaultKind.allCases {
            let those = injections.filter { $0.kind == kind }
            if !those.isEmpty { table.add("  \(kind)", "\(those.count)", Self.roles(those)) }
        }
        let restarts = runs.reduce(0) { $0 + $1.restarts }
        table.add("processes that died and came back", "\(restarts)", "")
        let back = injections.filter { $0.recovery != nil }
        let times = back.compactMap(\.recovery).sorted()
        if !times.isEmpty {
            table.add("recovery p50", Self.seconds(times, 0.5), "s")
            table.add("recovery p95", Self.seconds(times, 0.95), "s")
            let slowest = back.first { $0.recovery == times.last }?.process ?? ""
            table.add("recovery max", Self.seconds(times, 1), "s, \(slowest)")
        }
        table.add("tasks, undisturbed", "\(calm.tasks.arrived)", "")
        table.add("tasks missing or too many", "\(lost)", "")
        table.add("repeated frames rejected", "\(runs.reduce(0) { $0 + $1.duplicateFrames })", "")
        if !isWall { addEqualities(to: &table) }
        return table.text + courses + conclusion
    }

    /// Each fault in a line of its own, in the order in which they were done.
    var faults: String {
        injections.reduce("run,after_s,fault,process,length_s,recovery_s\n") { lines, fault in
            let length = fault.length > .zero ? Self.seconds(fault.length) : ""
            let recovery = fault.recovery.map(Self.seconds) ?? ""
            return lines + "\(fault.run),\(Self.seconds(fault.after)),\(fault.kind),"
                + "\(fault.process),\(length),\(recovery)\n"
        }
    }

    private func addEqualities(to table: inout TextTable) {
        let equal = runs.count { $0.ledgerDigest == calm.ledgerDigest }
        table.add("ledgers equal", "\(equal)", "of \(runs.count)")
        if calm.weightsDigest != nil {
            let equal = runs.count { $0.weightsDigest == calm.weightsDigest }
            table.add("weights equal", "\(equal)", "of \(runs.count)")
        }
    }

    private var conclusion: String {
        switch (exitCode, isWall) {
        case (0, false): "chaos: the same results\n"
        case (0, true): "chaos: nothing lost, nothing twice\n"
        case (3, _): "chaos: a run did NOT end in order: its verdict says why\n"
        case (_, false): "chaos: NOT the same\n"
        case (_, true): "chaos: tasks LOST or counted twice\n"
        }
    }

    /// What each process took early and late; nothing for short runs.
    private var courses: String {
        var table = TextTable()
        table.add("process", "MiB early", "late", "files early", "late", "threads early", "late")
        var isEmpty = true
        for name in resources.names {
            guard let (early, late) = resources.course(of: name) else { continue }
            table.add(
                name, Self.mebibytes(early), Self.mebibytes(late), "\(early.descriptors)",
                "\(late.descriptors)", "\(early.threads)", "\(late.threads)")
            isEmpty = false
        }
        return isEmpty ? "" : "\n" + table.text
    }

    private static func mebibytes(_ holdings: ResourceWatch.Holdings) -> String {
        Figure.number(Double(holdings.memory) / Double(1 << 20))
    }

    /// Such as `hub 3, learner 2`, the most frequent first.
    private static func roles(_ injections: [FaultInjector.Injection]) -> String {
        var counts: [String: Int] = [:]
        for injection in injections { counts[injection.process, default: 0] += 1 }
        return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(8)
            .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    private static func seconds(_ sorted: [Duration], _ share: Double) -> String {
        seconds(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))])
    }

    private static func seconds(_ duration: Duration) -> String {
        let hundredths = Int((duration / .milliseconds(10)).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }
}
