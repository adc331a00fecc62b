import EdgeModel
import SimulationKernel

/// Reads recorded requests into a `Trace`.
///
/// Our own format has a header with `seconds` and any of `station` (a name), `size_mbit`,
/// `result_mbit` and `workload_gcycles`; rows ascend in time.
struct TraceFile {
    /// Rows of one trace.
    static let rowLimit = 5_000_000

    let draft: TraceDraft
    /// Stations of the class, ascending.
    let stations: [Int]
    let names: [String: Range<Int>]
    let horizon: VirtualDuration
    let seed: UInt64
    /// The name of the traffic class, which keys the draws.
    let trafficClass: String
    let log: DiagnosticLog

    struct Columns {
        var station: Int?
        var size: Int?
        var result: Int?
        var workload: Int?
    }

    /// Which values the rows have, with the trace; nil after reporting why there is none.
    func read(_ files: DataFiles) -> (trace: ArrivalProcess.Trace, columns: Columns)? {
        guard let table = files.table(draft.file.value, at: draft.file.place, log) else {
            return nil
        }
        switch draft.format {
        case .csv: return readOwn(table)
        case .azureLLM: return AzureTrace(file: self).read(table)
        }
    }

    /// The instant in the episode of a recorded one; nil when it is cut off.
    func instant(_ seconds: Double) -> VirtualDuration? {
        let scaled = (seconds - draft.from.seconds) / draft.speedup
        guard scaled >= 0, scaled < horizon.seconds else { return nil }
        return .seconds(scaled)
    }

    /// A station for each request of a trace that names none.
    func assign(_ count: Int) -> [Int] {
        guard stations.count > 1 else { return [Int](repeating: stations.first ?? 0, count: count) }
        switch draft.assignment {
        case .roundRobin: return (0..<count).map { stations[$0 % stations.count] }
        case .random:
            var stream = RandomStream(seed: seed, entity: trafficClass, purpose: "assignment")
            return (0..<count).map { _ in stations[stream.integer(below: stations.count)] }
        }
    }

    func warnIfEmpty(_ trace: ArrivalProcess.Trace) {
        if trace.arrivals.isEmpty {
            log.warning(
                .dataFile, at: draft.file.place,
                "the trace has no request between 'from' and the end of an episode")
        }
    }

    private func readOwn(
        _ table: CSVTable
    ) -> (trace: ArrivalProcess.Trace, columns: Columns)? {
        guard let seconds = table.column("seconds", required: true) else { return nil }
        for name in table.header
        where !["seconds", "station", "size_mbit", "result_mbit", "workload_gcycles"].contains(name)
        {
            table.report(1, "unknown column '\(name)'")
            return nil
        }
        let columns = Columns(
            station: table.column("station", required: false),
            size: table.column("size_mbit", required: false),
            result: table.column("result_mbit", required: false),
            workload: table.column("workload_gcycles", required: false))
        var trace = ArrivalProcess.Trace(arrivals: [])
        var last = 0.0
        let isGood = table.forEachRow { line, fields in
            guard let time = Self.number(fields[seconds]), time >= last else {
                table.report(
                    line,
                    "'seconds' must be a number, not below the row before "
                        + "(got '\(fields[seconds])')")
                return .failure
            }
            last = time
            guard let instant = instant(time) else { return .more }
            guard add(fields, columns, instant, to: &trace, table, line) else { return .failure }
            return trace.arrivals.count < Self.rowLimit ? .more : .enough
        }
        guard isGood else { return nil }
        if columns.station == nil { trace.stations = assign(trace.arrivals.count) }
        warnIfEmpty(trace)
        return (trace, columns)
    }

    private func add(
        _ fields: [String], _ columns: Columns, _ instant: VirtualDuration,
        to trace: inout ArrivalProcess.Trace, _ table: CSVTable, _ line: Int
    ) -> Bool {
        if let column = columns.station {
            guard let range = names[fields[column]], range.count == 1 else {
                table.report(line, "no station '\(fields[column])'")
                return false
            }
            // Requests at stations outside the class are somebody else's.
            guard stations.contains(range.lowerBound) else { return true }
            trace.stations.append(range.lowerBound)
        }
        func value(_ column: Int?, _ path: WritableKeyPath<ArrivalProcess.Trace, [Double]>) -> Bool
        {
            guard let column else { return true }
            guard let number = Self.number(fields[column]) else {
                table.report(
                    line,
                    "'\(table.header[column])' must be a number from 0 to 1e9 "
                        + "(got '\(fields[column])')")
                return false
            }
            trace[keyPath: path].append(number)
            return true
        }
        trace.arrivals.append(instant)
        return value(columns.size, \.sizes) && value(columns.result, \.results)
            && value(columns.workload, \.workloads)
    }

    static func number(_ text: String) -> Double? {
        guard let value = Double(text), value.isFinite, value >= 0, value <= 1e9 else { return nil }
        return value
    }
}
