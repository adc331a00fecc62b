import EdgeModel
import SimulationKernel

/// A topology as its file states it: read and in range, each value with its place, but groups not
/// expanded and names not yet looked up. Nil stands for what is absent or was reported as wrong.
struct TopologyDraft {
    var name: Located<String>?
    var seed: Located<UInt64>?
    var slot: Located<VirtualDuration>?
    var episodes: Located<Int>?
    var duration: Located<VirtualDuration>?
    var slots: Located<Int>?
    var drain: Located<VirtualDuration>?
    var warmup: Located<VirtualDuration>?
    var slotPlacement: Located<SlotPlacement>?
    var timing: Located<Timing>?
    var phase: Located<RunPhase>?
    var stations: [StationDraft]
    var stationsPlace: Place
    var links: LinksDraft?
    var traffic: [TrafficDraft]
    var scheduler: SchedulerDraft?
    var training: TrainingDraft?
    var events: [EventDraft]
    var clock: Located<RunClock>?
    var speed: Located<Double>?
    var processes: Located<ProcessPlan>?
    /// The folder of the keys.
    var keys: Located<String>?
    /// Nil where the file names none.
    var hosts: [HostDraft]?
    /// The top level.
    var place: Place

    /// Reads the whole tree; reports everything that one look at each value can tell.
    ///
    /// - Parameter forReplay: whether the run is to be kept for replay.
    init?(_ root: SourceNode, forReplay: Bool = false, log: DiagnosticLog) {
        guard let top = Section(root, path: "", log: log) else { return nil }
        guard Self.checkVersion(of: top) else { return nil }
        place = top.place
        name = top.name("name")
        seed = top.seed("seed")
        slot = top.duration("slot")
        episodes = top.count("episodes")
        duration = top.duration("duration")
        slots = top.count("slots")
        drain = top.duration("drain")
        warmup = top.duration("warmup")
        slotPlacement = top.word("arrivals", as: SlotPlacement.self)
        timing = top.word("timing", as: Timing.self)
        phase = top.word("phase", as: RunPhase.self)
        stations = top.sections("stations").map(StationDraft.init)
        stationsPlace = top.keyPlace("stations")
        links = top.section("links").map(LinksDraft.init)
        traffic = top.sections("traffic").map(TrafficDraft.init)
        scheduler = top.section("scheduler").map(SchedulerDraft.init)
        training = Self.training(top)
        events = top.has("events") ? top.sections("events").compactMap(EventDraft.init) : []
        clock = top.word("clock", as: RunClock.self)
        speed = top.quantity("speed")
        processes = Self.processes(top)
        _ = top.exactlyOne(of: ["duration", "slots"])
        checkDecisionTime(forReplay: forReplay, log)
        keys = top.section("security")?.text("keys")
        if top.has("hosts") { hosts = top.sections("hosts").map(HostDraft.init) }
        if case .list(let entries)? = top.node("hosts")?.content, entries.isEmpty {
            log.error(.emptyValue, at: top.keyPlace("hosts"), "'hosts' names no machine")
        }
    }

    /// Under the virtual clock, and in a run that is to be replayed, nothing may depend on how fast
    /// the machine is.
    private func checkDecisionTime(forReplay: Bool, _ log: DiagnosticLog) {
        guard let decisionTime = scheduler?.decisionTime, decisionTime.value == .measured else {
            return
        }
        if clock?.value != .wall {
            log.error(
                .conflict, at: decisionTime.place,
                "'decision_time: measured' needs the wall clock, since it depends on the machine",
                hint: "write 'clock: wall', launch with --clock wall, or give a duration")
        } else if forReplay {
            log.error(
                .conflict, at: decisionTime.place,
                "'decision_time: measured' cannot be replayed, since it depends on the machine",
                hint: "launch without --record, or give a duration")
        }
    }

    /// Only the version decides how the rest is to be read, so it stands alone.
    private static func checkVersion(of top: Section) -> Bool {
        // What is no plain number, such as 01, is told as for every other number.
        if case .scalar(let text, false) = top.node("version")?.content, Int(text) != nil,
            (try? NumberText(text)) != nil, text != "1"
        {
            top.log.error(
                .version, at: top.node("version")?.place ?? top.place,
                "version \(text.prefix(20)) is not supported (this program reads version 1)")
            return false
        }
        _ = top.count("version")
        return true
    }

    /// Where the file says nothing of training, its defaults hold.
    private static func training(_ top: Section) -> TrainingDraft? {
        if top.has("training") { return top.section("training").map(TrainingDraft.init) }
        let nothing = SourceNode(place: top.place, content: .mapping([]))
        return Section(nothing, path: "training", log: top.log).map(TrainingDraft.init)
    }

    private static func processes(_ top: Section) -> Located<ProcessPlan>? {
        guard let node = top.value("processes") else { return nil }
        switch node.content {
        case .scalar("per-station", _): return Located(.perStation, at: node.place)
        case .scalar("single", _): return Located(.single, at: node.place)
        case .mapping(let entries) where entries.count == 1 && entries[0].key == "packed":
            return top.quantity("packed", entries[0].value, .number, .within(1, 10_000))
                .flatMap { number in
                    guard number == number.rounded() else {
                        top.log.error(
                            .notAnInteger, at: entries[0].value.place,
                            "'packed' must be a whole number (got \(number))")
                        return nil
                    }
                    return Located(.packed(Int(number)), at: node.place)
                }
        case .scalar, .list, .mapping:
            top.log.error(
                .unknownWord, at: node.place,
                "'processes' does not know \(node.brief)",
                hint: "one of: per-station, single, {packed: N}")
            return nil
        }
    }
}
