import EdgeModel
package import Messaging
package import SimulationKernel

/// A base station with its edge server: takes in the tasks of its users, decides where each goes,
/// serves what it and its neighbours place on it, and keeps the books.
///
/// The extensions hold one topic each: decisions, placement, the server, what neighbours report,
/// what is learned from, and the turns of the episodes. What is due at the very end of an episode
/// comes too late for it, whoever sent it.
package struct BaseStation: Node {
    let configuration: StationConfiguration

    // The episode at hand: its number and instants; none before the start and after the end.
    var episode: UInt32 = 0
    var episodeStart = VirtualInstant.zero
    var episodeEnd = VirtualInstant.distantFuture
    var isRunning = false
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
    var repetitions = Repetitions()
    var nextReport: UInt32 = 0

    // Tasks and decisions; all tasks from `nextDecision` on wait for theirs.
    var tasks = OpenTasks()
    var nextDecision: UInt32 = 0
    var isDeciding = false
    var pendingPlacement: Placement?
    /// What the server's books hold of decisions that were finished; the ledger knows tasks only.
    var decisionJobs = DecisionJobs()
    var observation: Observation
    /// The place among the neighbours of each candidate; -1 is the own server.
    var candidatePlaces: [Int32] = []
    var ranking: Ranking

    // Learning.
    var log = TransitionLog()
    var uplink = EgressPort()
    var sentTransitions: UInt64 = 0
    var isExperienceDue = false
    var weights: (generation: UInt32, version: UInt64) = (0, 0)

    package init(_ configuration: StationConfiguration) {
        precondition(configuration.candidates > 0, "\(configuration.name): no candidates")
        precondition(
            !configuration.trains || configuration.experienceInterval > .zero,
            "\(configuration.name): experience every \(configuration.experienceInterval)")
        precondition(configuration.statePeriod > .zero, "\(configuration.name): no period")
        self.configuration = configuration
        neighbourIndices = configuration.neighbours.map(\.index)
        precondition(
            zip(neighbourIndices, neighbourIndices.dropFirst()).allSatisfy { $0 < $1 },
            "\(configuration.name): neighbours \(neighbourIndices) do not ascend")
        server = ProcessingQueue(profile: configuration.capacity)
        books = StationRecord(station: configuration.index, episode: 0)
        ranking = Ranking(neighbours: neighbourIndices.count)
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
        case .start: beginEpisode(0, &directives)
        case .message(let message, let sender):
            if isRunning { receive(message, from: sender, at: now, &directives) }
        case .timer(let timer):
            if isRunning { wake(by: timer, at: now, &directives) }
        case .decided(let action): decided(action, at: now, &directives)
        }
    }

    /// Messages of an episode that is over are dropped; experience and weights outlive episodes.
    private mutating func receive(
        _ message: Message, from sender: NodeIndex, at now: VirtualInstant,
        _ directives: inout Directives
    ) {
        switch message {
        case .task(let task):
            precondition(task.episode == episode, "\(task.id) came in episode \(episode)")
            arrived(task, at: now, &directives)
        case .subtask(let subtask):
            guard subtask.episode == episode else { return }
            serve(subtask, from: sender, at: now, &directives)
        case .notice(let notice):
            guard notice.episode == episode else { return }
            noticed(notice, at: now, &directives)
        case .report(let report):
            guard report.episode == episode else { return }
            learned(report, from: sender)
        case .weights(let snapshot): adopt(snapshot, &directives)
        case .transitions:
            preconditionFailure("\(configuration.name) got transitions from node \(sender)")
        }
    }

    private mutating func wake(
        by timer: Timer, at now: VirtualInstant, _ directives: inout Directives
    ) {
        switch StationTimer.kind(of: timer, in: episode) {
        case .report: report(at: now, &directives)
        case .serviceEnd: finishJob(at: now, &directives)
        case .decisionEnd: decisionEnded(at: now, &directives)
        case .repetition: sendAgain(timer.payload, at: now, &directives)
        case .experience: sendExperience(at: now, &directives)
        case .episodeEnd, nil: break
        }
    }

    /// The place of a node among the neighbours, by bisection.
    func place(of neighbour: NodeIndex) -> Int {
        var (low, high) = (0, neighbourIndices.count)
        while low < high {
            let middle = (low &+ high) / 2
            if neighbourIndices[middle] < neighbour { low = middle &+ 1 } else { high = middle }
        }
        precondition(
            low < neighbourIndices.count && neighbourIndices[low] == neighbour,
            "node \(neighbour) is no neighbour of \(configuration.name)")
        return low
    }

    func timer(_ kind: StationTimer.Kind, payload: UInt32 = 0) -> Timer {
        StationTimer.timer(kind, episode: episode, payload: payload)
    }
}
