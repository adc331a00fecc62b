import EdgeModel
import SimulationKernel

/// Whether the station is there, by its absences in an episode.
struct Presence: Codable {
    private let absences: [Absence]
    /// The absence at hand, or the next one.
    private var place = 0
    private(set) var isAway = false
    private let episodeStart: VirtualInstant
    private let episodeEnd: VirtualInstant

    init(_ absences: [Absence], from episodeStart: VirtualInstant, to episodeEnd: VirtualInstant) {
        self.absences = absences
        self.episodeStart = episodeStart
        self.episodeEnd = episodeEnd
    }

    /// When the server stops: as the station leaves, or as the episode ends. What is not finished
    /// before that will not be.
    var serviceEnd: VirtualInstant { min(nextLeave, episodeEnd) }

    /// When the station leaves next, or left.
    var nextLeave: VirtualInstant {
        guard place < absences.count else { return .distantFuture }
        return episodeStart + absences[place].span.start
    }

    /// What becomes of tasks while it is away.
    var orphans: OrphanRule { place < absences.count ? absences[place].orphans : .neighbour }

    mutating func leave() { isAway = true }

    mutating func join() {
        isAway = false
        place += 1
    }
}

/// What happens to a station at a scheduled instant.
enum StationEvent {
    case leave
    case join
    /// Some of its links get other values.
    case links

    /// All of an episode in order of time; at one instant absences first, one after the other.
    static func all(
        _ configuration: StationConfiguration
    ) -> [(at: VirtualDuration, event: StationEvent)] {
        var events: [(at: VirtualDuration, event: StationEvent)] = []
        for absence in configuration.absences {
            events.append((absence.span.start, .leave))
            if absence.span.end < .unbounded { events.append((absence.span.end, .join)) }
        }
        var changes: Set<VirtualDuration> = []
        for neighbour in configuration.neighbours {
            for plan in [neighbour.outbound, neighbour.inbound] {
                changes.formUnion(plan.steps.map(\.start))
            }
        }
        for start in changes.sorted() where start > .zero { events.append((start, .links)) }
        return events.enumerated()
            .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            .map { (at: $0.element.at, event: $0.element.event) }
    }
}
