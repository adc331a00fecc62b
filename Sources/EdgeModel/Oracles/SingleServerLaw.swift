import SimulationKernel

/// A single-server queue with Poisson arrivals whose waiting times are known exactly.
///
/// W is the wait before service, S the service time, rho the load; time in mean service times.
package enum SingleServerLaw: String, Hashable, Sendable, CaseIterable {
    /// Exponential service.
    case mm1 = "M/M/1"
    /// Constant service.
    case md1 = "M/D/1"
    /// Lognormal service, sigma 1.
    case mg1 = "M/G/1"

    /// The law of a task's work, in Gcycles, of the given mean.
    package func work(mean: Double) -> Distribution {
        switch self {
        case .mm1: .exponential(mean: mean)
        case .md1: .constant(mean)
        case .mg1: .lognormal(mean: mean, sigma: 1)
        }
    }

    /// E W = rho / (1 - rho) (1 + c^2) / 2 with the squared coefficient of variation c^2 of the
    /// service time (Pollaczek and Khinchine).
    package func meanWait(load: Double) -> Double {
        let variation =
            switch self {
            case .mm1: 1.0
            case .md1: 0.0
            case .mg1: Mathematics.exp(1.0) - 1
            }
        return load / (1 - load) * (1 + variation) / 2
    }

    /// The time that W + S exceeds with probability 0.05; nil where no closed form is known.
    package func delayExceededByOneInTwenty(load: Double) -> Double? {
        switch self {
        case .mm1:
            return -Mathematics.log(0.05) / (1 - load)
        case .md1:
            var (low, high) = (0.0, 1.0)
            while Self.constantServiceWait(below: high, load: load) < 0.95 { high *= 2 }
            for _ in 0..<100 {
                let middle = (low + high) / 2
                if Self.constantServiceWait(below: middle, load: load) < 0.95 {
                    low = middle
                } else {
                    high = middle
                }
            }
            return 1 + high
        case .mg1:
            return nil
        }
    }

    /// P(W <= t), by sums of positive terms alone (Franx 2001, "A simple solution for the M/D/c
    /// waiting time distribution"): with k = floor(t) + 1, y = rho (k - t) and Q_n the probability
    /// that at most n wait, it is the sum over j < k of Q_(k-1-j) y^j / j! e^-y.
    static func constantServiceWait(below t: Double, load: Double) -> Double {
        let k = Int(t) + 1
        let waiting = numbersWaiting(upTo: k - 1, load: load)
        let y = load * (Double(k) - t)
        var (sum, weight) = (0.0, Mathematics.exp(-y))
        for j in 0..<k {
            sum += waiting[k - 1 - j] * weight
            weight *= y / Double(j + 1)
        }
        return sum
    }

    /// The probabilities that at most 0, 1, ... tasks wait with constant service.
    ///
    /// Between departures A tasks arrive, Poisson with mean rho. As often as the number present
    /// falls from j + 1 to j it rises from j or less to more, so p_(j+1) P(A = 0) = p_0 P(A > j) +
    /// sum over 0 < i <= j of p_i P(A > j - i + 1).
    private static func numbersWaiting(upTo count: Int, load: Double) -> [Double] {
        var exceeding: [Double] = []
        var (term, below) = (Mathematics.exp(-load), 0.0)
        for number in 0...(count + 1) {
            below += term
            exceeding.append(max(0, 1 - below))
            term *= load / Double(number + 1)
        }
        let none = Mathematics.exp(-load)
        var present = [1 - load]
        for j in 0...count {
            var sum = present[0] * exceeding[j]
            for i in 0..<j { sum += present[i + 1] * exceeding[j - i] }
            present.append(sum / none)
        }
        var waiting = [present[0] + present[1]]
        for number in present.dropFirst(2) { waiting.append(waiting[waiting.count - 1] + number) }
        return waiting
    }
}
