import Glibc
import Messaging
import NodeRuntime
import SimulationKernel
import Synchronization
import TestSupport

/// A whole live run over a simulated network: every process of the plan and the hub are threads
/// that take turns, so the seed determines everything.
final class SimulatedRun: Sendable {
    let plan: LivePlan
    private let options: LiveOptions
    private let network: SimulatedNetwork
    private let seed: UInt64
    private let mostDeaths: UInt16
    private let populate: @Sendable (LivePlan.Process, inout NodeGroup) -> Void
    private let failures = Mutex<[String]>([])
    let deaths = Atomic<Int>(0)

    /// - Parameter mostDeaths: how often each process may die.
    init(
        _ plan: LivePlan, options: LiveOptions, seed: UInt64,
        weather: SimulatedNetwork.Weather, mostDeaths: UInt16 = .max,
        populate: @escaping @Sendable (LivePlan.Process, inout NodeGroup) -> Void
    ) {
        self.plan = plan
        self.options = options
        self.seed = seed
        self.mostDeaths = mostDeaths
        self.populate = populate
        network = SimulatedNetwork(
            seed: seed, participants: plan.processes.count + 1, weather: weather)
    }

    var errors: [String] { failures.withLock { $0 } }
    /// How long it took by the network's clock, seconds.
    var duration: Double { Double(network.now) / 1e9 - 1 }

    /// - Parameter sink: makes the sink of each life of the hub.
    func run(into sink: () -> any RecordSink) throws -> LiveOutcome {
        let threads = plan.processes.indices.map { process in
            TestThread { [self] in
                network.join(process)
                runProcess(process)
                network.leave(process)
            }
        }
        network.join(plan.hub)
        var options = options(of: plan.hub)
        var outcome = try LiveHub(plan: plan, sink: sink(), options: options)
            .run { [network] _ in network.now > 300_000_000_000 }
        while case .aborted(.killed) = outcome.ending {
            options = comeBack(plan.hub, options)
            outcome = try LiveHub(plan: plan, sink: sink(), options: options)
                .run { [network] _ in network.now > 300_000_000_000 }
        }
        network.leave(plan.hub)
        for thread in threads { thread.join() }
        return outcome
    }

    private func options(of participant: Int) -> LiveOptions {
        var options = options
        options.simulation = Simulation(network, participant: participant)
        options.mortality.chance = RandomStream(
            seed: seed, entity: "process\(participant)", purpose: "death")
        return options
    }

    /// What is left of a life goes, and after a while the next one begins.
    private func comeBack(_ participant: Int, _ options: LiveOptions) -> LiveOptions {
        var next = options.nextLife
        if next.recovery.map({ $0.epoch > mostDeaths }) ?? false { next.mortality.probability = 0 }
        deaths.add(1, ordering: .relaxed)
        network.die(participant)
        network.wait(
            participant, nanoseconds: Int64(next.mortality.chance.uniform() * 300_000_000))
        return next
    }

    private func runProcess(_ process: Int) {
        var options = options(of: process)
        while true {
            do {
                try live(process, options)
                return
            } catch .killed {
                options = comeBack(process, options)
            } catch {
                failures.withLock { $0.append("\(plan.processes[process].name): \(error)") }
                return
            }
        }
    }

    private func live(_ process: Int, _ options: LiveOptions) throws(LiveError) {
        let records = RecordForwarder()
        var group = NodeGroup(sink: records)
        populate(plan.processes[process], &group)
        let driver = try LiveDriver(
            plan: plan, process: process, group: group, records: records, options: options)
        _ = try driver.run()
    }
}

/// The seeds of faults; `scripts/soak` tries thousands.
enum FaultSeeds {
    static let all = Seed.first(number("EDGEFLOCK_FAULT_SEEDS") ?? 40)
        .dropFirst(number("EDGEFLOCK_FIRST_FAULT_SEED") ?? 0)

    /// Two in which a connection goes dead just as the run ends.
    static let deadAtTheEnd = [Seed(152), Seed(175)]

    /// For what takes longer: of many only the last tenth.
    static let some = all.count > 400 ? all.suffix(all.count / 10) : all

    private static func number(_ variable: String) -> Int? {
        getenv(variable).flatMap { Int(String(cString: $0)) }
    }
}
