import EdgeModel
package import Messaging
package import SimulationKernel

/// A base station with its edge server: takes in the tasks of its users, decides where each goes,
/// serves what it and its neighbours place on it, and keeps the books.
///
/// The extensions hold one topic each: decisions, placement, the server, what neighbours report,
/// what is learned from, scheduled events, and the turns of the episodes. What is due at the very
/// end of an episode comes too late for it, whoever sent it.
package struct BaseStation: Node {
    let configuration: StationConfiguration
    private let consequences: Consequences

    // The episode at hand: its number and instants; none before the start and after the end.
    var episode: UInt32 = 0
    var episodeStart = VirtualInstant.zero
    var episodeEnd = VirtualInstant.distantFuture
    var isRunning = false
    /// How many episodes have begun, with those before this run.
    var episodesBegun = 0
    var books: StationRecord

    // The server, and the jobs for which something is to be done when they are finished.
    var server: ProcessingQueue
    var jobs = JobQueue()

    // The network, by place among the neighbours.
    let neighbourIndices: [NodeIndex]
    var links: [OutboundLink] = []
    var ports: [EgressPort] = []
    var views: [NeighbourView] = []
    var placedWork: [PlacedWork] = []
    /// By place among the neighbours, kept over episodes; empty when waits are not forecast.
    var forecasts: [WaitForecast] = []
    var repetitions = Repetitions()
    var nextReport: UInt32 = 0

    // Scheduled events.
    let events: [(at: VirtualDuration, event: StationEvent)]
    var presence: Presence
    var abandoned = AbandonedParts()

    // Tasks and decisions; while it is deciding, that is about the first request.
    var tasks = OpenTasks()
    var requests = DecisionQueue()
    var isDeciding = false
    var pendingPlacement: Placement?
    /// What the server's books hold of decisions that were finished; the ledger knows tasks only.
    var decisionJobs = DecisionJobs()
    var observation: Observation
    /// The place among the neighbours of each candidate; -1 is the own server.
    var candidatePlaces: [Int32] = []
    var ranking: Ranking

    // Learning.
    var training: LocalTraining?
    var log: TransitionLog
    var uplink = EgressPort()
    var sentTransitions: UInt64 = 0
    var isExperienceDue = false
    var weights: (generation: UInt32, version: UInt64) = (0, 0)

    /// - Parameter trainer: of a station that trains itself; has the weights that it starts with.
    package init(_ configuration: StationConfiguration, trainer: (any Trainer)? = nil) {
        precondition(configuration.candidates > 0, "\(configuration.name): no candidates")
        precondition(
            !configuration.trains || configuration.experienceInterval > .zero,
            "\(configuration.name): experience every \(configuration.experienceInterval)")
        precondition(configuration.statePeriod > .zero, "\(configuration.name): no period")
        precondition(
            (configuration.training == nil) == (trainer == nil),
            "\(configuration.name): a trainer and no settings for it, or the reverse")
        training = configuration.training.flatMap { settings in
            trainer.map { LocalTraining(settings, trainer: $0) }
        }
        self.configuration = configuration
        consequences = configuration.consequences
        neighbourIndices = configuration.neighbours.map(\.index)
        precondition(
            zip(neighbourIndices, neighbourIndices.dropFirst()).allSatisfy { $0 < $1 },
            "\(configuration.name): neighbours \(neighbourIndices) do not ascend")
        server = ProcessingQueue(profile: configuration.capacity)
        books = StationRecord(station: configuration.index, episode: 0)
        log = TransitionLog(
            limit: configuration.experienceLimit, steps: configuration.returnSteps,
            discount: configuration.returnDiscount)
        ranking = Ranking(neighbours: neighbourIndices.count)
        events = StationEvent.all(configuration)
        presence = Presence([], from: .zero, to: .distantFuture)
        if configuration.forecastsWaits {
            forecasts = neighbourIndices.map { _ in
                WaitForecast(statePeriod: configuration.statePeriod)
            }
        }
        let none = EdgeTask(
            id: TaskID(origin: configuration.index, number: 0), episode: 0, trafficClass: 0,
            ordinal: 0, arrival: .zero, size: .zero, result: .zero, workload: .zero,
            deadline: .unbounded)
        observation = Observation(task: none, egressWait: 0, candidates: [])
    }

    package mutating func handle(
        _ input: NodeInput, at now: VirtualInstant, _ directives: inout Directives
    ) {
        if now >= episodeEnd { turnEpisode(at: now, &directives) }
        switch input {
        case .start: beginEpisode(episodesBegun, &directives)
        // The last version may come when the last episode is over.
        case .message(.weights(let snapshot), _): adopt(snapshot, &directives)
        case .message(.update(let update), let sender):
            received(update, from: sender, at: now, &directives)
        case .message(let message, let sender):
            if isRunning { receive(message, from: sender, at: now, &directives) }
        case .timer(let timer):
            if let kind = StationTimer.runKind(of: timer) {
                wakeTrainer(by: kind, at: now, &directives)
            } else if isRunning {
                wake(by: timer, at: now, &directives)
            }
        case .decided(let action): decided(action, at: now, &directives)
        }
    }

    package func consequence(of input: NodeInput, at time: VirtualInstant) -> VirtualInstant {
        switch input {
        case .message(let message, _): return consequences.instant(of: message, at: time)
        case .timer(let timer):
            // Where nothing is learned, that is a matter of the books.
            let isQuiet = !configuration.trains && StationTimer.kind(of: timer) == .ownServiceEnd
            return isQuiet ? .distantFuture : time
        case .start, .decided: return time
        }
    }

    /// Messages of an episode that is over are dropped; experience and weights outlive episodes.
    private mutating func receive(
        _ message: Message, from sender: NodeIndex, at now: VirtualInstant,
        _ directives: inout Directives
    ) {
        switch message {
        case .task(let task):
            if isNeighbour(sender) {
                guard task.episode == episode else { return }
                inherited(task, at: now, &directives)
            } else {
                precondition(task.episode == episode, "\(task.id) came in episode \(episode)")
                arrived(task, at: now, &directives)
            }
        case .subtask(let subtask):
            guard subtask.episode == episode else { return }
            receive(subtask, from: sender, at: now, &directives)
        case .notice(let notice):
            guard notice.episode == episode else { return }
            noticed(notice, from: sender, at: now, &directives)
        case .refusal(let refusal):
            guard refusal.episode == episode else { return }
            refused(refusal, by: sender, at: now, &directives)
        case .report(let report):
            guard report.episode == episode else { return }
            learned(report, from: sender)
        case .weights, .update, .transitions:
            preconditionFailure("\(configuration.name) got \(message.kind) from node \(sender)")
        }
    }

    private mutating func wake(
        by timer: Timer, at now: VirtualInstant, _ directives: inout Directives
    ) {
        switch StationTimer.kind(of: timer, in: episode) {
        case .report: report(at: now, &directives)
        case .serviceEnd, .ownServiceEnd: finishJob(at: now, &directives)
        case .decisionEnd: decisionEnded(at: now, &directives)
        case .repetition: sendAgain(timer.payload, at: now, &directives)
        case .experience: sendExperience(at: now, &directives)
        case .round: beginRound(at: now, &directives)
        case .roundEnd: endRound(at: now, &directives)
        case .event: happen(events[Int(timer.payload)].event, at: now, &directives)
        case .episodeEnd, nil: break
        }
    }

    /// The place of a node among the neighbours.
    func place(of neighbour: NodeIndex) -> Int {
        let place = bisect(neighbour)
        precondition(
            place < neighbourIndices.count && neighbourIndices[place] == neighbour,
            "node \(neighbour) is no neighbour of \(configuration.name)")
        return place
    }

    private func isNeighbour(_ node: NodeIndex) -> Bool {
        let place = bisect(node)
        return place < neighbourIndices.count && neighbourIndices[place] == node
    }

    /// The place of the first neighbour whose index is not below.
    private func bisect(_ node: NodeIndex) -> Int {
        var (low, high) = (0, neighbourIndices.count)
        while low < high {
            let middle = (low &+ high) / 2
            if neighbourIndices[middle] < node { low = middle &+ 1 } else { high = middle }
        }
        return low
    }

    func timer(_ kind: StationTimer.Kind, payload: UInt32 = 0) -> Timer {
        StationTimer.timer(kind, episode: episode, payload: payload)
    }
}
