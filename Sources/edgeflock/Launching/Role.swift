import Emulation
import Launcher
import Messaging
import NodeRuntime
import Recording
import SimulationKernel
import Topologies

/// One process of a live run, made from the order that the launcher wrote.
struct Role {
    private let name: String
    private let order: LaunchOrder
    private let epoch: UInt16
    private let network: EmulatedNetwork
    private let plan: LaunchPlan
    private let level: RecordingLevel

    /// - Parameter epoch: how often the process has been started, this time included.
    init(name: String, order: LaunchOrder, epoch: UInt16) throws {
        self.name = name
        self.order = order
        self.epoch = epoch
        level = try order.level
        network = try order.network()
        plan = LaunchPlan(network)
    }

    /// - Returns: the exit code of the process.
    func run() throws -> Int32 {
        if name == LaunchPlan.hubName {
            let directory = RunDirectory(ofLauncher: order.directory)
            return try HubRole(
                plan: livePlan, options: options(), network: network, order: order,
                directory: directory
            ).run()
        }
        guard let index = plan.members.firstIndex(where: { $0.name == name }) else {
            throw LaunchError("the run has no process '\(name)'")
        }
        try runMember(index)
        return 0
    }

    private func runMember(_ index: Int) throws {
        var options = try options()
        options.endsWithInput = true
        let log = try order.inputLog(of: name)
        let keeper = order.stateKeeper(
            of: name, network, in: RunDirectory(ofLauncher: order.directory))
        let reason = try LiveRun.runNodes(
            of: network, process: index, plan: livePlan, recordsStates: level == .full, tape: log,
            keeper: keeper, options: options)
        if reason == .finished { log?.finish() }
        for failure in [log?.failure, keeper?.failure].compactMap(\.self) {
            Console.complain("\(name): warning: \(failure)")
        }
    }

    private var livePlan: LivePlan {
        network.livePlan(
            run: order.run,
            transport: plan.transport(sockets: order.sockets ?? "", proxyPort: order.proxyPort),
            members: plan.members.map { ($0.name, $0.nodes) })
    }

    /// How many reports a process can miss that is away, by the wall clock; by the virtual one
    /// nobody goes on without it.
    private func missedReports(_ options: LiveOptions) -> Int {
        let topology = network.topology
        guard topology.clock == .wall else { return 0 }
        let seconds = topology.speed * (options.absenceLimit / .seconds(1))
        return Int(min(1e5, seconds / topology.scheduler.statePeriod.seconds))
    }

    private func options() throws -> LiveOptions {
        var options = LiveOptions()
        if let folder = network.topology.keys {
            // It holds the secret key.
            Secrecy.protectMemory()
            options.keys = try KeyFolder(folder).keys(of: name, among: plan.names)
        }
        // Two cores start some hundred processes a second.
        options.startLimit = .seconds(30 + plan.members.count / 10)
        // The launcher sees a dead hub at once; a slow one starts as late as the last process.
        options.hubPatience = options.startLimit
        // A run with a dead process ends within 10 s, results written.
        options.farewellLimit = .seconds(3)
        if order.recovers {
            options.recovery = RecoveryPlan(
                folder: "\(order.directory)/\(RecoveryPlan.folderName)", epoch: epoch,
                firstEpoch: order.epoch, isDurable: order.isDurable)
            // The inputs of the whole run are written once more.
            options.keepsSnapshots = !order.keepsInputs
            options.hubPatience = max(options.hubPatience, options.absenceLimit)
            options.keptPublications = max(options.keptPublications, missedReports(options))
        }
        return options
    }
}
