import EdgeModel
import Messaging
import SimulationKernel

/// The neighbours as candidates for one task, and the best few of them in order: by estimated
/// completion, equal ones by place. Those that seem to be away are none. Its storage is used again
/// for every decision.
struct Ranking {
    /// By place among the neighbours.
    private var candidates: [Observation.Candidate]
    private var estimates: [Double]
    /// Known waits without the correction of a forecast, seconds.
    private var knownWaits: [Double]
    /// The places of the best, in order; `count` of them.
    private var best: [Int32]
    private var count = 0
    /// The longest that a port is booked ahead, seconds.
    private(set) var egressWait = 0.0
    /// Of the neighbours that have reported: how many, and the sum of the reports' ages.
    private(set) var knownCount = 0
    private(set) var ageSum = 0.0

    /// - Parameter neighbours: how many there are.
    init(neighbours: Int) {
        let none = Observation.Candidate(
            server: 0, wait: 0, delay: 0, transfer: 0, service: 0, resultTransfer: 0, age: 0,
            backlog: 0, capacity: 0)
        candidates = Array(repeating: none, count: neighbours)
        estimates = Array(repeating: 0, count: neighbours)
        knownWaits = estimates
        best = Array(repeating: 0, count: neighbours)
    }

    /// Looks at every neighbour with one task in mind.
    ///
    /// - Parameters:
    ///   - forecasts: one for each, or none.
    ///   - ports: one for all links, or one for each.
    ///   - period: the state period where neighbours may be away; nil where all are always there.
    mutating func assess(
        _ views: [NeighbourView], _ forecasts: [WaitForecast], ports: [EgressPort],
        for task: EdgeTask, at now: VirtualInstant, watching period: VirtualDuration? = nil
    ) {
        precondition(views.count == candidates.count)
        (ageSum, knownCount, egressWait) = (0, 0, 0)
        for port in ports { egressWait = max(egressWait, port.wait(at: now).seconds) }
        for place in views.indices {
            if let period, !views[place].seemsThere(at: now, period: period) {
                estimates[place] = .infinity
                continue
            }
            let wait = ports.count == 1 ? egressWait : ports[place].wait(at: now).seconds
            var candidate = views[place].candidate(for: task, egressWait: wait, at: now)
            knownWaits[place] = candidate.wait
            if !forecasts.isEmpty {
                candidate.wait = forecasts[place].wait(known: candidate.wait, age: candidate.age)
                candidate.backlog = candidate.wait * candidate.capacity
            }
            if views[place].isKnown {
                ageSum += candidate.age
                knownCount &+= 1
            }
            candidates[place] = candidate
            // The estimate of `candidate.estimate`, with its fraction of 1 known here.
            let back = candidate.resultTransfer
            estimates[place] =
                max(wait + candidate.delay + candidate.transfer, candidate.wait)
                + candidate.service + back + (back > 0 ? candidate.delay : 0)
        }
    }

    /// What was known of a neighbour at the last assessment, for its forecast.
    func sample(of place: Int, at instant: VirtualInstant) -> WaitForecast.Sample {
        WaitForecast.Sample(known: knownWaits[place], age: candidates[place].age, at: instant)
    }

    /// Finds the best `limit` of those that were assessed.
    mutating func order(limit: Int) {
        count = 0
        estimates.withUnsafeBufferPointer { estimates in
            best.withUnsafeMutableBufferPointer { best in
                for (place, estimate) in estimates.enumerated() where estimate < .infinity {
                    if count < limit {
                        count &+= 1
                    } else if limit == 0 || estimate >= estimates[Int(best[count &- 1])] {
                        continue
                    }
                    var index = count &- 1
                    while index > 0, estimate < estimates[Int(best[index &- 1])] {
                        best[index] = best[index &- 1]
                        index &-= 1
                    }
                    best[index] = Int32(truncatingIfNeeded: place)
                }
            }
        }
    }

    /// Writes the own server and then the best; places get -1 for the own server.
    func fill(
        _ list: inout [Observation.Candidate], _ places: inout [Int32],
        own: Observation.Candidate
    ) {
        list.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        list.append(own)
        places.append(-1)
        for rank in 0..<count {
            list.append(candidates[Int(best[rank])])
            places.append(best[rank])
        }
    }
}
