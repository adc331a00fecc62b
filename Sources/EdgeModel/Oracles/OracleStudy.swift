import SimulationKernel

/// Sends Poisson traffic through one server and compares with what queueing theory knows.
///
/// Requests come from the streams of the traffic source and pass the queue of the edge server, so
/// arrivals, sampling and service are those of a run; only the network is left out. Memory does
/// not grow with the number of tasks.
package struct OracleStudy: Hashable, Sendable {
    package let law: SingleServerLaw
    package let load: Double
    package let tasks: Int
    /// Mean wait before service, in mean service times, and what theory says.
    package let meanWait: Double
    package let expectedWait: Double
    /// The standard error of the mean wait, by batch means.
    package let waitError: Double
    /// The share of tasks whose delay exceeds the one that one in twenty should exceed, and its
    /// standard error; nil where that delay is not known.
    package let tailShare: Double?
    package let tailError: Double?
    /// The share of time that the server was busy; theory says the load.
    package let utilisation: Double
    /// Mean number at the server, and arrival rate times mean delay: the same (Little).
    package let meanNumber: Double
    package let rateTimesDelay: Double

    /// How far the mean wait is off, as a share of the expected one.
    package var relativeError: Double { abs(meanWait - expectedWait) / expectedWait }

    private static var batches: Int { 100 }
    /// Seconds: 1 Gcycle at 10 GHz.
    private static var meanService: Double { 0.1 }

    /// - Parameter tasks: at least 100; counted from an empty server on.
    package init(_ law: SingleServerLaw, load: Double, tasks: Int, seed: UInt64) {
        precondition(load > 0 && load < 1 && tasks >= Self.batches, "\(tasks) tasks at \(load)")
        self.law = law
        self.load = load
        let limit = law.delayExceededByOneInTwenty(load: load)
            .map { VirtualDuration.seconds($0 * Self.meanService) }
        var requests = RequestStream(
            trafficClass: TrafficClass(
                name: law.rawValue, stations: [0],
                arrivals: .poisson(rate: load / Self.meanService), size: .constant(1),
                workload: .work(law.work(mean: 10 * Self.meanService))),
            station: "oracle", slot: .seconds(1), placement: .spread, horizon: .seconds(9e9),
            seed: seed, episode: 0)
        var server = ProcessingQueue(profile: CapacityProfile(constant: Gigahertz(10)))
        var waits = BatchMeans(batches: Self.batches, size: tasks / Self.batches)
        var tails = waits
        var (now, delays) = (VirtualInstant.zero, 0.0)
        for _ in 0..<(tasks / Self.batches * Self.batches) {
            guard let request = requests.next() else { break }
            now = .zero + request.arrival
            let service = server.admit(request.workload, at: now)
            let delay = service.finish - now
            delays += delay.seconds
            waits.add((service.start - now).seconds)
            if let limit { tails.add(delay > limit ? 1 : 0) }
        }
        self.tasks = waits.count
        meanWait = waits.mean / Self.meanService
        waitError = waits.standardError / Self.meanService
        expectedWait = law.meanWait(load: load)
        tailShare = limit.map { _ in tails.mean }
        tailError = limit.map { _ in tails.standardError }
        let account = server.close(at: now)
        utilisation = account.busy.seconds / (now - .zero).seconds
        // Both sides over the same time: the stays of those who are still there count whole on
        // the right and up to now on the left.
        meanNumber = account.occupancy / (now - .zero).seconds
        rateTimesDelay = delays / (now - .zero).seconds
    }
}

/// The mean of a correlated sequence, and its standard error from the means of long batches.
struct BatchMeans {
    private let size: Int
    private var sums: [Double]
    private(set) var count = 0

    init(batches: Int, size: Int) {
        self.size = size
        sums = Array(repeating: 0, count: batches)
    }

    mutating func add(_ value: Double) {
        sums[count / size] += value
        count += 1
    }

    var mean: Double { sums.reduce(0, +) / Double(count) }

    var standardError: Double {
        let mean = mean
        let squares = sums.reduce(0) { sum, batch in
            let difference = batch / Double(size) - mean
            return sum + difference * difference
        }
        let batches = Double(sums.count)
        return (squares / (batches - 1) / batches).squareRoot()
    }
}
