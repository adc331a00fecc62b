import EdgeModel
import Messaging
import Policies
import SimulationKernel
import Stations
import Topologies

extension EmulatedNetwork {
    func stationConfiguration(of station: Int) -> StationConfiguration {
        let scheduler = topology.scheduler
        var configuration = StationConfiguration(
            index: NodeIndex(station), name: topology.stations[station].name,
            capacity: capacity(of: station), neighbours: neighbours(of: station),
            plan: topology.plan, seed: topology.seed)
        configuration.absences = topology.events.absences(of: station)
        // Who hears nothing of its neighbours cannot tell that one is away.
        configuration.watchesNeighbours = topology.events.hidesStations && scheduler.stateReports
        configuration.reports = scheduler.stateReports
        configuration.learnerOutages = topology.events.learnerOutages
        configuration.egress = topology.egress == .perLink ? .perLink : .onePort
        configuration.statePeriod = scheduler.statePeriod
        configuration.statePhase =
            scheduler.statePhase == .aligned
            ? .zero
            : StationConfiguration.staggeredPhase(
                of: station, count: stationCount, period: scheduler.statePeriod)
        configuration.candidates = scheduler.candidates
        configuration.ownWork = scheduler.ownWork
        configuration.forecastsWaits = scheduler.knowledge == .forecast
        switch scheduler.decisionTime {
        case .fixed(let time): configuration.decisionTime = time
        case .perStep(let work):
            // A network without a chain is one step, a rule none.
            let steps =
                scheduler.policy.hasChain
                ? scheduler.agent.decisionSteps ?? scheduler.agent.steps
                : scheduler.policy.isLearned ? 1 : 0
            configuration.decisionWork = work * Double(steps)
        case .measured: break
        }
        configuration.reward = RewardSettings(
            scale: scheduler.agent.rewardScale?.seconds, fallbackScale: typical.positiveService,
            penalty: scheduler.agent.penalty)
        configuration.returnSteps = scheduler.agent.returnSteps
        configuration.returnDiscount = scheduler.agent.discount
        if let learnerIndex {
            configuration.learner = LearnerUplink(
                index: learnerIndex, link: topology.training.learnerLink,
                sharesEgress: topology.training.shareEgress)
        }
        configuration.trains = topology.training.mode.trains
        configuration.training = localTraining(of: station)
        return configuration
    }

    /// How a station trains itself; nil in the modes in which none does.
    private func localTraining(of station: Int) -> LocalTrainingSettings? {
        let training = topology.training
        let exchange: LocalTrainingSettings.Exchange
        switch training.mode {
        case .none, .frozen, .central: return nil
        case .independent: exchange = .nobody
        case .federated: exchange = .learner
        case .gossip: exchange = .neighbours(weights: mixingWeights(of: station))
        }
        var settings = LocalTrainingSettings(exchange)
        settings.pace = trainingPace
        settings.round = training.round
        settings.sharesEgress = training.shareEgress
        return settings
    }

    /// By place among the neighbours. Both ends of a link have the same weight for it, so a round in
    /// which everything comes leaves the mean over all stations as it was.
    private func mixingWeights(of station: Int) -> [Double] {
        let own = topology.neighbours[station].count
        return topology.neighbours[station].map { neighbour in
            let most = max(own, topology.neighbours[neighbour.station].count)
            return topology.training.mixing ?? 1 / Double(1 + most)
        }
    }

    /// The capacity over an episode, with what events do to it.
    func capacity(of station: Int) -> CapacityProfile {
        topology.events.capacity(of: station, from: topology.stations[station].capacity)
    }

    private func neighbours(of station: Int) -> [Neighbour] {
        topology.neighbours[station].map { neighbour in
            // The table holds both directions of every link.
            let inbound =
                topology.neighbours.link(from: neighbour.station, to: station) ?? neighbour.link
            return Neighbour(
                index: NodeIndex(neighbour.station),
                name: topology.stations[neighbour.station].name,
                outbound: topology.events.link(
                    from: station, to: neighbour.station, initially: neighbour.link),
                inbound: topology.events.link(
                    from: neighbour.station, to: station, initially: inbound),
                capacity: capacity(of: neighbour.station).capacity(at: .zero),
                absences: topology.events.absences(of: neighbour.station))
        }
    }
}
