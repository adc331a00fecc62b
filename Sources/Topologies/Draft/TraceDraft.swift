import SimulationKernel

/// The section `arrivals.trace` of a traffic class.
struct TraceDraft {
    enum Format: String, CaseIterable {
        case csv
        case azureLLM = "azure-llm"
    }

    enum Assignment: String, CaseIterable {
        case random
        case roundRobin = "round-robin"
    }

    /// What tokens mean; Gcycles and Mbit per token.
    struct Tokens {
        var contextWork = 0.0
        var generatedWork = 0.0
        var contextData = 0.0
        var generatedData = 0.0
    }

    var file: Located<String>
    var format: Format
    var from: VirtualDuration
    var speedup: Double
    var assignment: Assignment
    var tokens: Tokens

    init?(_ section: Section) {
        let file = section.text("file")
        let format = section.word("format", as: Format.self)
        let from = section.duration("from")
        let speedup = section.quantity("speedup")
        let assignment = section.word("assign", as: Assignment.self)
        let tokens = format.flatMap { Self.tokens(section, $0.value) }
        guard let file, let format, let from, let speedup, let assignment, let tokens else {
            return nil
        }
        self.file = file
        self.format = format.value
        self.from = from.value
        self.speedup = speedup.value
        self.assignment = assignment.value
        self.tokens = tokens
    }

    private static func tokens(_ section: Section, _ format: Format) -> Tokens? {
        let names = ["context_work", "generated_work", "context_data", "generated_data"]
        let given = names.filter(section.has)
        switch format {
        case .csv:
            for name in given {
                section.log.error(
                    .conflict, at: section.keyPlace(name), "'\(name)' is for format azure-llm")
            }
            return given.isEmpty ? Tokens() : nil
        case .azureLLM:
            let missing = names.dropLast().filter { !section.has($0) }
            for name in missing {
                section.log.error(
                    .missingKey, at: section.place, "missing key '\(name)' of an azure-llm trace")
            }
            let values = names.map { section.has($0) ? section.quantity($0)?.value : 0 }
            guard missing.isEmpty, let contextWork = values[0], let generatedWork = values[1],
                let contextData = values[2], let generatedData = values[3]
            else { return nil }
            return Tokens(
                contextWork: contextWork, generatedWork: generatedWork, contextData: contextData,
                generatedData: generatedData)
        }
    }
}
