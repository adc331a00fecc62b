import SimulationKernel

/// The section `arrivals` of a traffic class.
enum ArrivalsDraft {
    enum Amount {
        /// Tasks per second at each station.
        case rate(Double)
        /// Offered work over capacity.
        case load(Double)
    }

    case bernoulli(candidates: Int, probability: Double)
    case slotted(low: Int, high: Int)
    case poisson(Amount)
    case bursts(on: Double, off: Double, meanOn: Double, meanOff: Double)
    case diurnal(Amount, amplitude: Double, period: VirtualDuration, phase: Double)
    case trace(TraceDraft)

    init?(_ section: Section) {
        let names = ["bernoulli", "slotted", "poisson", "bursts", "diurnal", "trace"]
        guard let name = section.exactlyOne(of: names), let inner = section.section(name) else {
            return nil
        }
        let process: ArrivalsDraft? =
            switch name {
            case "bernoulli": Self.bernoulli(inner)
            case "slotted": Self.slotted(inner)
            case "poisson": Self.amount(inner, "rate").map { .poisson($0) }
            case "bursts": Self.bursts(inner)
            case "diurnal": Self.diurnal(inner)
            default: TraceDraft(inner).map { .trace($0) }
            }
        guard let process else { return nil }
        self = process
    }

    var needsSlot: Bool {
        switch self {
        case .bernoulli, .slotted: true
        case .poisson, .bursts, .diurnal, .trace: false
        }
    }

    private static func bernoulli(_ section: Section) -> Self? {
        let candidates = section.count("candidates")
        let probability = section.quantity("probability")
        guard let candidates, let probability else { return nil }
        return .bernoulli(candidates: candidates.value, probability: probability.value)
    }

    private static func slotted(_ section: Section) -> Self? {
        let low = section.count("low")
        let high = section.count("high")
        guard let low, let high else { return nil }
        guard low.value <= high.value else {
            section.log.error(.law, at: high.place, "'high' is below 'low'")
            return nil
        }
        return .slotted(low: low.value, high: high.value)
    }

    private static func amount(_ section: Section, _ rate: String) -> Amount? {
        guard let which = section.exactlyOne(of: [rate, "load"]) else { return nil }
        return section.quantity(which).map {
            which == "load" ? .load($0.value) : .rate($0.value)
        }
    }

    private static func bursts(_ section: Section) -> Self? {
        let on = section.quantity("on")
        let off = section.quantity("off")
        let meanOn = section.quantity("mean_on")
        let meanOff = section.quantity("mean_off")
        guard let on, let off, let meanOn, let meanOff else { return nil }
        return .bursts(
            on: on.value, off: off.value, meanOn: meanOn.value, meanOff: meanOff.value)
    }

    private static func diurnal(_ section: Section) -> Self? {
        let amount = amount(section, "mean")
        let amplitude = section.quantity("amplitude")
        let period = section.duration("period")
        let phase = section.quantity("phase")
        guard let amount, let amplitude, let period, let phase else { return nil }
        return .diurnal(
            amount, amplitude: amplitude.value, period: period.value, phase: phase.value)
    }
}
