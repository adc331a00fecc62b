import EdgeModel
import SimulationKernel

/// Requests to LLM inference services as the Azure Public Dataset records them
/// (AzureLLMInferenceDataset2023): TIMESTAMP, ContextTokens, GeneratedTokens.
///
/// Tokens become data and work at the rates that the topology states.
struct AzureTrace {
    let file: TraceFile

    func read(
        _ table: CSVTable
    ) -> (trace: ArrivalProcess.Trace, columns: TraceFile.Columns)? {
        let time = table.column("TIMESTAMP", required: true)
        let context = table.column("ContextTokens", required: true)
        let generated = table.column("GeneratedTokens", required: true)
        guard let time, let context, let generated else { return nil }

        var trace = ArrivalProcess.Trace(arrivals: [])
        var firstDay: Int?
        var firstSecond = 0.0
        var last = 0.0
        let tokens = file.draft.tokens
        let isGood = table.forEachRow { line, fields in
            guard let stamp = Self.stamp(fields[time]),
                let read = TraceFile.number(fields[context]),
                let written = TraceFile.number(fields[generated])
            else {
                table.report(line, "no request: expected DATE TIME, tokens, tokens")
                return .failure
            }
            if firstDay == nil { firstSecond = stamp.second }
            let day = firstDay ?? stamp.day
            firstDay = day
            let seconds = Double((stamp.day - day) * 86_400) + (stamp.second - firstSecond)
            guard seconds >= last else {
                table.report(line, "TIMESTAMP is before that of the row above")
                return .failure
            }
            last = seconds
            guard let instant = file.instant(seconds) else { return .more }
            trace.arrivals.append(instant)
            trace.sizes.append(read * tokens.contextData)
            trace.results.append(written * tokens.generatedData)
            trace.workloads.append(read * tokens.contextWork + written * tokens.generatedWork)
            return trace.arrivals.count < TraceFile.rowLimit ? .more : .enough
        }
        guard isGood else { return nil }
        trace.stations = file.assign(trace.arrivals.count)
        file.warnIfEmpty(trace)
        let columns = TraceFile.Columns(size: context, result: generated, workload: context)
        return (trace, columns)
    }

    /// The day, counted from 1 March of the year 0, and the second in it, of
    /// `2023-11-16 18:17:03.9799600`; apart, so that fractions stay exact.
    static func stamp(_ text: String) -> (day: Int, second: Double)? {
        let parts = text.split { $0 == "-" || $0 == " " || $0 == "T" || $0 == ":" }
        guard parts.count == 6, let year = Int(parts[0]), let month = Int(parts[1]),
            let day = Int(parts[2]), let hour = Int(parts[3]), let minute = Int(parts[4]),
            let second = Double(parts[5]), (1...9999).contains(year), (1...12).contains(month),
            (1...31).contains(day), (0...23).contains(hour), (0...59).contains(minute),
            (0..<61).contains(second)
        else { return nil }
        // Months that begin in March, so that the leap day is the last of its year.
        let (y, m) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
        let days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1
        return (days, Double(hour * 3600 + minute * 60) + second)
    }
}
