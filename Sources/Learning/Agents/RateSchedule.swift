import SimulationKernel

/// How learning rates change as training goes on.
package enum RateSchedule: Hashable, Sendable {
    case constant
    /// Down to `floor` of the rate at update `updates`, in a straight line; then constant.
    case linear(updates: Int, floor: Double)
    /// The same along half a cosine.
    case cosine(updates: Int, floor: Double)

    /// What rates are multiplied by at an update, counted from 0.
    package func factor(at update: UInt64) -> Double {
        switch self {
        case .constant: return 1
        case .linear(let updates, let floor):
            return 1 - (1 - floor) * min(1, Double(update) / Double(updates))
        case .cosine(let updates, let floor):
            let progress = min(1, Double(update) / Double(updates))
            return floor + (1 - floor) * (1 + Mathematics.cos(Double.pi * progress)) / 2
        }
    }
}
