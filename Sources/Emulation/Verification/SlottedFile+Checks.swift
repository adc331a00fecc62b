import EdgeModel

extension SlottedFileCase {
    private typealias Flaw = ReferenceFlaw

    /// Takes the recorded decisions, computes what follows from them, and compares.
    func verify() throws(ReferenceFlaw) -> ReferenceVerification.Case {
        let result = SlottedVerification(try checked())
        let rule = allocation.map { ", \($0)" } ?? ""
        return ReferenceVerification.Case(
            name: "\(model)\(rule), \(capacity_ghz.count) servers", extent: "\(result.tasks) tasks",
            findings: result.findings.map { finding in
                ReferenceVerification.Finding(
                    quantity: finding.quantity.rawValue, error: finding.error,
                    tolerance: SlottedVerification.tolerance,
                    place: "slot \(finding.slot)" + (finding.task.map { ", task \($0)" } ?? ""))
            })
    }

    /// The case as the model knows it.
    ///
    /// - Throws: at the first value that is missing or makes no sense.
    func checked() throws(ReferenceFlaw) -> SlottedCase {
        let model = try checkedModel()
        let servers = capacity_ghz.count
        guard servers > 0 else { throw Flaw(place: "capacity_ghz", problem: "is empty") }
        try check(capacity_ghz, "capacity_ghz", count: servers, isAllowed: { $0 > 0 })
        try check(rate_mbit_per_s, "rate_mbit_per_s", count: servers, isAllowed: { $0 > 0 })
        try check(slot_s, "slot_s", isAllowed: { $0 > 0 })
        var checkedSlots: [SlottedCase.Slot] = []
        for (number, slot) in slots.enumerated() {
            let place = "slots[\(number)]"
            try check(
                slot.queue_gcycles_at_start, "\(place).queue_gcycles_at_start", count: servers)
            try check(slot.queue_gcycles_after, "\(place).queue_gcycles_after", count: servers)
            var tasks: [SlottedCase.Task] = []
            for (index, task) in slot.tasks.enumerated() {
                let reader = TaskReader(
                    task: task, place: "\(place).tasks[\(index)]", servers: servers)
                tasks.append(try reader.checked(for: model))
            }
            checkedSlots.append(
                SlottedCase.Slot(
                    queuesBefore: slot.queue_gcycles_at_start, tasks: tasks,
                    queuesAfter: slot.queue_gcycles_after))
        }
        return SlottedCase(
            model: model,
            configuration: SlottedWorld.Configuration(
                capacities: capacity_ghz, rates: rate_mbit_per_s, slot: slot_s,
                carriesEgress: carry_egress ?? false),
            slots: checkedSlots)
    }

    private func checkedModel() throws(ReferenceFlaw) -> SlottedCase.Model {
        if model.hasPrefix("slotted, indivisible") { return .indivisible }
        guard model.hasPrefix("slotted, divisible") else {
            throw Flaw(
                place: "model",
                problem: "is '\(model)'; known are 'slotted, divisible' and "
                    + "'slotted, indivisible, result returned'")
        }
        guard let allocation, let rule = SlottedWorld.Rule(rawValue: allocation) else {
            let known = SlottedWorld.Rule.allCases.map(\.rawValue).joined(separator: ", ")
            throw Flaw(
                place: "allocation",
                problem: "is '\(allocation ?? "missing")'; known are \(known)")
        }
        guard let deadline_s else { throw Flaw(place: "deadline_s", problem: "is missing") }
        try check(deadline_s, "deadline_s", isAllowed: { $0 > 0 })
        return .divisible(rule, deadline: deadline_s)
    }
}

/// Finite, at least 0, or as the caller wants it.
private func check(
    _ value: Double, _ place: String, isAllowed: (Double) -> Bool = { $0 >= 0 }
) throws(ReferenceFlaw) {
    guard value.isFinite, isAllowed(value) else {
        throw ReferenceFlaw(place: place, problem: "is \(value)")
    }
}

private func check(
    _ values: [Double], _ place: String, count: Int, isAllowed: (Double) -> Bool = { $0 >= 0 }
) throws(ReferenceFlaw) {
    guard values.count == count else {
        throw ReferenceFlaw(
            place: place, problem: "has \(values.count) values for \(count) servers")
    }
    for (index, value) in values.enumerated() {
        try check(value, "\(place)[\(index)]", isAllowed: isAllowed)
    }
}

/// Reads one task of a case.
private struct TaskReader {
    let task: SlottedFileCase.Task
    let place: String
    let servers: Int

    func checked(for model: SlottedCase.Model) throws(ReferenceFlaw) -> SlottedCase.Task {
        guard (0..<servers).contains(task.station) else {
            throw flaw("station", "is \(task.station), with \(servers) stations")
        }
        let size = try amount(task.size_mbit, "size_mbit")
        switch model {
        case .divisible:
            let density = try amount(task.density_gcycles_per_mbit, "density_gcycles_per_mbit")
            let fractions = try required(task.fractions, "fractions")
            try check(fractions, "\(place).fractions", count: servers)
            return SlottedCase.Task(
                station: task.station, task: SlottedTask(size: size, workload: size * density),
                servers: try chosenServers(),
                outcome: .divisible(
                    fractions: fractions, makespan: try amount(task.makespan_s, "makespan_s"),
                    reward: try finite(task.reward, "reward"), failed: task.failed))
        case .indivisible:
            let server = try required(task.server, "server")
            guard (0..<servers).contains(server) else {
                throw flaw("server", "is \(server), with \(servers) servers")
            }
            return SlottedCase.Task(
                station: task.station,
                task: SlottedTask(
                    size: size, result: try amount(task.result_mbit, "result_mbit"),
                    workload: try amount(task.workload_gcycles, "workload_gcycles")),
                servers: [server],
                outcome: .indivisible(delay: try amount(task.delay_s, "delay_s")))
        }
    }

    private func chosenServers() throws(ReferenceFlaw) -> [Int] {
        let chosen = try required(task.servers, "servers")
        guard !chosen.isEmpty else { throw flaw("servers", "is empty") }
        guard chosen.allSatisfy({ (0..<servers).contains($0) }), Set(chosen).count == chosen.count
        else { throw flaw("servers", "is \(chosen): different servers below \(servers) wanted") }
        return chosen
    }

    /// Finite and at least 0.
    private func amount(_ value: Double?, _ name: String) throws(ReferenceFlaw) -> Double {
        let value = try finite(value, name)
        guard value >= 0 else { throw flaw(name, "is \(value)") }
        return value
    }

    private func finite(_ value: Double?, _ name: String) throws(ReferenceFlaw) -> Double {
        let value = try required(value, name)
        guard value.isFinite else { throw flaw(name, "is \(value)") }
        return value
    }

    private func required<Value>(
        _ value: Value?, _ name: String
    ) throws(ReferenceFlaw) -> Value {
        guard let value else { throw flaw(name, "is missing") }
        return value
    }

    private func flaw(_ name: String, _ problem: String) -> ReferenceFlaw {
        ReferenceFlaw(place: "\(place).\(name)", problem: problem)
    }
}
