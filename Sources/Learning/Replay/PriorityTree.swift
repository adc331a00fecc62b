import SimulationKernel

/// Numbers that places can be drawn in proportion to: a binary tree of sums.
///
/// A sum is always that of its two children, so it does not drift, and the same changes in the
/// same order leave the same bits.
struct PriorityTree: Sendable {
    /// A power of two.
    private let leaves: Int
    /// Node 1 is the root, node i has children 2i and 2i + 1; the leaves come last.
    private var sums: [Double]

    /// - Parameter count: places 0 ..< count, all of priority 0.
    init(count: Int) {
        var leaves = 1
        while leaves < count { leaves *= 2 }
        self.leaves = leaves
        sums = Array(repeating: 0, count: 2 * leaves)
    }

    var total: Double { sums[1] }

    subscript(place: Int) -> Double {
        get { sums[leaves + place] }
        set {
            precondition(newValue >= 0 && newValue.isFinite, "a priority of \(newValue)")
            var node = leaves + place
            sums[node] = newValue
            while node > 1 {
                node /= 2
                sums[node] = sums[2 * node] + sums[2 * node + 1]
            }
        }
    }

    /// The place at which the running sum of priorities passes a mass in 0 ..< total.
    func place(at mass: Double) -> Int {
        var node = 1
        var left = mass
        while node < leaves {
            node *= 2
            // Rounding must not lead into a branch without any priority.
            if left >= sums[node], sums[node + 1] > 0 {
                left -= sums[node]
                node += 1
            }
        }
        return node - leaves
    }
}

/// How transitions are drawn in proportion to how far off they were (Schaul 2016).
package struct PrioritySettings: Hashable, Sendable {
    /// A transition's priority is its error to this power; 0 draws uniformly.
    package var exponent = 0.6
    /// Importance weights are `(count P)^-correction`, over the greatest of the batch; the power
    /// rises in a straight line from here to 1.
    package var correction = 0.4
    /// Updates until it reaches 1.
    package var correctionUpdates = 100_000

    package init() {}

    /// What errors are raised by, so that every transition can be drawn.
    static var leastError: Double { 1e-3 }

    func priority(ofError error: Double) -> Double {
        // Errors beyond 1e6 are as good as that; what is not a number counts as nothing.
        let size = error.isFinite ? min(error, 1e6) : 0
        return Mathematics.exp(exponent * Mathematics.log(size + Self.leastError))
    }

    func correction(at update: UInt64) -> Double {
        correction + (1 - correction) * min(1, Double(update) / Double(correctionUpdates))
    }
}
