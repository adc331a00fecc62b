import EdgeModel
import SimulationKernel

/// An entry of `traffic`.
struct TrafficDraft {
    enum Work {
        case work(Distribution)
        case density(Distribution)
        case steps(count: Distribution, perStep: Distribution)
    }

    var place: Place
    var name: Located<String>?
    /// Names of stations and groups; nil for all.
    var stations: [Located<String>]?
    var arrivals: Located<ArrivalsDraft>?
    var size: Located<Distribution>?
    var result: Located<Distribution>?
    var work: Work?
    var isPerIndex: Bool
    var deadline: VirtualDuration
    var radio: RadioLink?

    init(_ section: Section) {
        place = section.place
        name = section.name("name")
        stations = section.names("stations")
        arrivals = section.section("arrivals").flatMap { inner in
            ArrivalsDraft(inner).map { Located($0, at: inner.place) }
        }
        size = section.law("size")
        result = section.law("result")
        work = Self.work(section)
        isPerIndex = section.flag("per_index")?.value ?? false
        deadline = Self.deadline(section)
        radio = section.section("radio").flatMap(Self.radio)
        checkDemand(section)
        if section.has("per_index"), isPerIndex, case .work = work {
            section.log.error(
                .conflict, at: section.keyPlace("per_index"),
                "'per_index' goes with 'density' or 'steps'")
        }
    }

    private static func work(_ section: Section) -> Work? {
        switch section.exactlyOne(of: ["workload", "density", "steps"], required: false) {
        case "workload": return section.law("workload").map { .work($0.value) }
        case "density": return section.law("density").map { .density($0.value) }
        case "steps":
            guard let steps = section.section("steps") else { return nil }
            let count = steps.law("count")
            let perStep = steps.law("per_step")
            guard let count, let perStep else { return nil }
            return .steps(count: count.value, perStep: perStep.value)
        default: return nil
        }
    }

    private static func deadline(_ section: Section) -> VirtualDuration {
        guard let node = section.value("deadline") else { return .unbounded }
        if case .scalar("none", _) = node.content { return .unbounded }
        let bounds = Bounds.above(0, upTo: KeyTable.longest)
        return section.quantity("deadline", node, .duration, bounds).map(VirtualDuration.seconds)
            ?? .unbounded
    }

    private static func radio(_ section: Section) -> RadioLink? {
        let rate = section.quantity("rate")
        let delay = section.duration("delay")
        guard let rate, let delay else { return nil }
        return RadioLink(rate: MegabitsPerSecond(rate.value), delay: delay.value)
    }

    /// Size and work must come from somewhere; a trace may have them.
    private func checkDemand(_ section: Section) {
        let given = ["workload", "density", "steps"].filter(section.has)
        guard let arrivals else { return }
        if case .trace(let trace) = arrivals.value {
            guard trace.format == .azureLLM else { return }
            for name in ["size", "result"] + given where section.has(name) {
                section.log.error(
                    .conflict, at: section.keyPlace(name),
                    "'\(name)' follows from the tokens of an azure-llm trace")
            }
            return
        }
        if !section.has("size") {
            section.log.error(.missingKey, at: place, "missing key 'size' of 'traffic[]'")
        }
        if given.isEmpty {
            section.log.error(
                .missingKey, at: place, "'traffic[]' needs one of 'workload', 'density', 'steps'")
        }
    }
}
