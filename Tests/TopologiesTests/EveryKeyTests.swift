import EdgeModel
import SimulationKernel
import Testing

@testable import Topologies

@Suite struct `The language` {
    /// Three files that use every key between them.
    static let texts = [
        """
        version: 1
        name: every-key
        seed: 12345678901234567890
        slot: 100 ms
        episodes: 3
        slots: 50
        drain: 2 s
        warmup: 500 ms
        arrivals: slot-start
        timing: events
        phase: train
        security: {keys: keys}
        hosts:
          - {name: one, address: 10.0.0.1, port: 21000, cores: 4, roles: [hub, learner, traffic]}
          - name: two
            address: edge2.example.org
            ssh: {user: edge, port: 2222, folder: work/edge, program: /usr/bin/edgeflock}
            rate: 1 Gbit/s
            delay: 200 us
        stations:
          - name: edge
            host: two
            capacity: {profile: [{from: 0 s, capacity: 10 GHz}, {from: 2 s, capacity: 500 MHz}]}
            position: {x: -1 km, y: 20 m}
          - name: row
            count: 3
            capacity: {choice: [1 GHz, 2 GHz]}
            placement: {grid: 250 m}
          - {name: city, count: 5, capacity: {integers: [1 GHz, 9 GHz]}, placement: {square: 1 km}}
        links:
          rate: {uniform: [100 Mbit/s, 1 Gbit/s]}
          delay: {choice: [1 ms, 2 ms]}
          jitter: {lognormal: {mean: 100 us, sigma: 0.5}}
          loss: 0.001
          rto: 20 ms
          shape: nearest
          nearest: 2
          egress: per_link
          pairs:
            - {between: [edge, city5], rate: 10 Mbit/s, delay: 9 ms, jitter: 1 us, loss: 0, rto: 1 s}
            - {from: edge, to: row1, delay: 3 ms}
            - {from: row1, to: edge}
        traffic:
          - name: a
            stations: [edge, row]
            arrivals: {bernoulli: {candidates: 50, probability: 0.3}}
            size: {normal: {mean: 2 Mbit, deviation: 100 kbit}}
            result: 125 kB
            density: {uniform: [100 cycles/bit, 0.3 Gcycles/Mbit]}
            per_index: yes
            deadline: 1 s
            radio: {rate: 100 Mbit/s, delay: 5 ms}
          - name: b
            arrivals: {slotted: {low: 0, high: 3}}
            size: 1 MB
            steps: {count: {integers: [1, 14]}, per_step: {exponential: 20 Mcycles}}
            deadline: none
          - name: c
            stations: city
            arrivals: {bursts: {on: 20 /s, off: 60 /min, mean_on: 2 s, mean_off: 1 min}}
            size: 1 Mbit
            workload: 3 Mcycles
          - name: d
            arrivals: {diurnal: {mean: 36 /h, amplitude: 1, period: 1 h, phase: 0.25}}
            size: 1 Mbit
            workload: 3 Mcycles
          - name: e
            arrivals: {diurnal: {load: 0.01, period: 1 h}}
            size: 1 Mbit
            workload: 3 Mcycles
          - name: f
            arrivals: {poisson: {load: 0.01}}
            size: 1 Mbit
            workload: 3 Mcycles
          - name: g
            arrivals: {poisson: {rate: 0.5 /s}}
            size: 1 Mbit
            workload: 3 Mcycles
        scheduler:
          policy: dsac
          candidates: 4
          state_period: 250 ms
          state_phase: aligned
          state_reports: no
          own_work: no
          knowledge: forecast
          split: waterfill
          decision_time: 1 ms
          observation: features
          recipe: x0-chain
          agent:
            action: greedy
            steps: 3
            decision_steps: 2
            decision_noise: 0.5
            beta_min: 0.2
            beta_max: 8
            time_embedding: 8
            hidden: 32
            critic_hidden: 48
            tau: 0.01
            discount: 0.9
            actor_rate: 2e-4
            critic_rate: 2e-3
            temperature_rate: 1e-3
            start_temperature: 0.1
            target_entropy: 0.5
            penalty: 3
            prior: estimate
            prior_weight: 60
            reward_scale: 20 ms
            activation: relu
            start: zeros
            clean_limit: 2
            noise_draws: 4
            top: 2
            double: no
            target_update: 200
            huber: 0.5
            epsilon_start: 0.9
            epsilon_end: 0.01
            epsilon_decisions: 500
            gradient_limit: 10
            rate_schedule: cosine
            rate_updates: 5000
            rate_floor: 0.1
            return_steps: 3
        training:
          mode: central
          parameters: shared
          round: 3 s
          mixing: 0.1
          learner: {rate: 500 Mbit/s, delay: 7 ms, share_egress: yes}
          samples_per_insert: 4
          minimum_transitions: 10
          publish_interval: 2 s
          step_time: 1 ms
          batch: 16
          replay: 1000
          lag_limit: 500
          priority: 0.6
          priority_correction: 0.5
          priority_updates: 2000
          transfer: yes
        events:
          - {at: 1 s, leave: [edge, row], orphans: lost}
          - {at: 2 s, join: row}
          - {at: 2 s, capacity: 2 GHz, stations: city}
          - {at: 3 s, link: [edge, city5], one_way: yes, rate: 1 Mbit/s, delay: 1 us, loss: 0.5}
          - {from: 1 s, to: 6 s, partition: [[edge, row1], city, [row2]]}
          - {from: 0 s, to: 7 s, learner: away}
          - {from: 2 s, to: 2500 ms, burst: 2.5, stations: row, classes: [a, b]}
        clock: wall
        speed: 2.5
        processes: {packed: 2}
        """,
        """
        version: 1
        name: star
        duration: 1 min
        stations: [{name: a, capacity: 1 GHz, position: {lat: -37.8, lon: 144.9}},
                   {name: s, capacity: 1 GHz, placement: {sites: "data:s.csv"}}]
        links: {shape: star, centre: a, rate_towards: {uniform: [1 Mbit/s, 2 Mbit/s]}, delay: 1 s}
        traffic:
          - name: t
            arrivals: {trace: {file: "data:t.csv", format: azure-llm, from: 1 s, speedup: 2,
                assign: round-robin, context_work: 1 Mcycles, generated_work: 1 Mcycles,
                context_data: 8 bit, generated_data: 1 B}}
        scheduler: {policy: dsac}
        training: {mode: frozen, checkpoint: w.safetensors}
        """,
    ]

    private func tree(_ text: String) throws -> SourceNode {
        let log = DiagnosticLog(file: "x")
        let source = try #require(SourceText(bytes: Array(text.utf8), log: log))
        var composer = Composer(source, log: log)
        let root = composer.compose()
        return try #require(root)
    }

    /// Paths of the keys in a tree, as the table writes them; values that are mappings of their
    /// own, such as distributions, are left out.
    private func paths(_ node: SourceNode, _ path: String) -> [String] {
        switch node.content {
        case .scalar: return []
        case .list(let items): return items.flatMap { paths($0, path + "[]") }
        case .mapping(let entries):
            return entries.flatMap { entry in
                let own = path.isEmpty ? entry.key : "\(path).\(entry.key)"
                let isKey = KeyTable.all.contains { $0.path == own }
                return (isKey ? [own] : []) + paths(entry.value, own)
            }
        }
    }

    @Test func `takes every key of its table`() throws {
        let used = Set(try Self.texts.flatMap { paths(try tree($0), "") })
        let missing = KeyTable.all.map(\.path).filter { !used.contains($0) }
        #expect(missing == [])
        #expect(load(Self.texts[0]).diagnostics.allSatisfy { $0.code == .overload })
        #expect(load(Self.texts[1]).diagnostics.allSatisfy { $0.kind == .missingData })
    }

    @Test func `says what it means`() throws {
        let topology = try #require(load(Self.texts[0]).topology)
        #expect(topology.seed == 12_345_678_901_234_567_890)
        #expect(topology.plan.horizon == .seconds(5) && topology.plan.drain == .seconds(2))
        #expect(topology.plan.warmup == .milliseconds(500) && topology.plan.episodes == 3)
        #expect(topology.slot == .milliseconds(100) && topology.slotPlacement == .slotStart)
        #expect(topology.stations.count == 9 && topology.egress == .perLink)
        #expect(topology.stations[3].position == Position(x: 0, y: 250))
        #expect(topology.clock == .wall && topology.speed == 2.5)
        #expect(topology.processes == .packed(2))

        let first = topology.traffic[0]
        #expect(first.stations == [0, 1, 2, 3] && first.deadline == .seconds(1))
        #expect(first.size == .normal(mean: 2, deviation: 0.1) && first.result == .constant(1))
        #expect(first.workload == .density(.uniform(low: 0.1, high: 0.3), perIndex: true))
        #expect(first.radio == RadioLink(rate: MegabitsPerSecond(100), delay: .milliseconds(5)))
        let steps = WorkloadLaw.steps(
            count: .integers(low: 1, high: 14), perStep: .exponential(mean: 0.02), perIndex: false)
        #expect(topology.traffic[1].workload == steps && topology.traffic[1].size == .constant(8))
        let bursts = ArrivalProcess.bursts(rateOn: 20, rateOff: 1, meanOn: 2, meanOff: 60)
        #expect(topology.traffic[2].arrivals == bursts)
        #expect(topology.traffic[2].stations == [4, 5, 6, 7, 8])
        let diurnal = ArrivalProcess.diurnal(
            mean: 0.01, amplitude: 1, period: .seconds(3600), phase: 0.25)
        #expect(topology.traffic[3].arrivals == diurnal)
        #expect(topology.traffic[6].arrivals == .poisson(rate: 0.5))

        let far = try #require(topology.neighbours.link(from: 8, to: 0))
        #expect(far.rate == MegabitsPerSecond(10) && far.delay == .milliseconds(9))
        #expect(far.jitter == .constant(1e-6) && far.loss == 0)
        #expect(far.retransmissionTimeout == .seconds(1))
        #expect(topology.neighbours.link(from: 0, to: 1)?.delay == .milliseconds(3))
    }

    @Test func `says what schedulers and training are to do`() throws {
        let topology = try #require(load(Self.texts[0]).topology)
        let scheduler = topology.scheduler
        #expect(scheduler.candidates == 4 && scheduler.statePeriod == .milliseconds(250))
        #expect(scheduler.statePhase == .aligned && !scheduler.ownWork && !scheduler.stateReports)
        #expect(scheduler.knowledge == .forecast)
        #expect(scheduler.decisionTime == .fixed(.milliseconds(1)))
        let agent = scheduler.agent
        #expect(agent.recipe == .x0Chain && agent.action == .greedy && agent.steps == 3)
        #expect(agent.decisionSteps == 2 && agent.decisionNoise == 0.5)
        #expect(agent.betaMinimum == 0.2 && agent.betaMaximum == 8 && agent.timeEmbedding == 8)
        #expect(agent.hidden == 32 && agent.criticHidden == 48 && agent.tau == 0.01)
        #expect(agent.discount == 0.9 && agent.actorRate == 2e-4 && agent.criticRate == 2e-3)
        #expect(agent.temperatureRate == 1e-3 && agent.startTemperature == 0.1)
        #expect(agent.targetEntropy == 0.5 && agent.penalty == 3)
        #expect(agent.prior == .estimate && agent.rewardScale == .milliseconds(20))
        #expect(agent.priorWeight == 60)
        #expect(agent.activation == .relu && agent.start == .zeros && agent.cleanLimit == 2)
        #expect(agent.noiseDraws == 4 && agent.top == 2 && !agent.double)
        #expect(agent.targetUpdate == 200 && agent.huber == 0.5 && agent.gradientLimit == 10)
        #expect(agent.epsilonStart == 0.9 && agent.epsilonEnd == 0.01)
        #expect(agent.epsilonDecisions == 500 && agent.returnSteps == 3)
        #expect(agent.rateSchedule == .cosine && agent.rateUpdates == 5000)
        #expect(agent.rateFloor == 0.1)
        let training = topology.training
        #expect(training.mode == .central && training.shareEgress)
        #expect(training.learnerLink.rate == MegabitsPerSecond(500))
        #expect(training.learnerLink.delay == .milliseconds(7))
        #expect(training.samplesPerInsert == 4 && training.minimumTransitions == 10)
        #expect(training.publishInterval == .seconds(2) && training.stepTime == .milliseconds(1))
        #expect(training.batch == 16 && training.replay == 1000 && training.lagLimit == 500)
        #expect(training.priority == 0.6 && training.priorityCorrection == 0.5)
        #expect(training.priorityUpdates == 2000 && training.transfer)
        #expect(training.parameters == .shared && training.round == .seconds(3))
        #expect(training.mixing == 0.1)
    }

    @Test func `says what is scheduled`() throws {
        let topology = try #require(load(Self.texts[0]).topology)
        let change = LinkChange(
            rate: MegabitsPerSecond(1), delay: VirtualDuration(nanoseconds: 1000), loss: 0.5)
        #expect(
            topology.events.events == [
                ScheduledEvent(
                    at: .seconds(1), .leave(stations: [0, 1, 2, 3], orphans: .lost)),
                ScheduledEvent(at: .seconds(2), .join(stations: [1, 2, 3])),
                ScheduledEvent(
                    at: .seconds(2), .capacity(stations: [4, 5, 6, 7, 8], Gigahertz(2))),
                ScheduledEvent(at: .seconds(3), .link([LinkEnds(from: 0, to: 8)], change)),
                ScheduledEvent(
                    at: .seconds(1), to: .seconds(6),
                    .partition(groups: [[0, 1], [4, 5, 6, 7, 8], [2]])),
                ScheduledEvent(at: .zero, to: .seconds(7), .learnerAway),
                ScheduledEvent(
                    at: .seconds(2), to: .seconds(2.5),
                    .burst(factor: 2.5, stations: [1, 2, 3], classes: [0, 1])),
            ])
        #expect(topology.eventLines.map(\.time)[0] == "0 s to 7 s")
        #expect(
            topology.eventLines.map(\.text)[3]
                == "row1, row2, row3 join")
    }

    /// Doubles that are exactly what the decimal says, whatever the unit.
    @Test(arguments: [
        ("0.2 ms", Measure.duration, 0.0002), ("102.4 cycles/bit", .density, 0.1024),
        ("307.2 Mcycles/Mbit", .density, 0.3072), ("1e-3 Gbit/s", .rate, 1.0),
        ("0.1 kbit", .data, 0.0001), ("250 kB", .data, 2.0), ("-0 s", .duration, 0.0),
        ("12 /min", .frequency, 0.2), ("1.5e3 MHz", .capacity, 1.5), ("3 km", .length, 3000.0),
    ])
    func `reads decimals exactly`(text: String, measure: Measure, value: Double) throws {
        let number = try NumberText(text)
        let unit = try #require(measure.unit(number.rest))
        #expect(try number.value(in: unit) == value)
    }
}
