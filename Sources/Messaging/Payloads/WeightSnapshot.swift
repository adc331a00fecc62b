/// A version of a policy's parameters.
package struct WeightSnapshot: Hashable, Sendable {
    /// Grows whenever the learner starts again from an older state.
    package var generation: UInt32
    /// Counts publications from 1; stations start with version 0, their initial weights.
    package var version: UInt64
    /// Identifies the network's shape; weights of another layout are refused.
    package var layout: UInt64
    /// Every parameter, in the order of the layout.
    package var parameters: [Float]

    package init(generation: UInt32, version: UInt64, layout: UInt64, parameters: [Float]) {
        self.generation = generation
        self.version = version
        self.layout = layout
        self.parameters = parameters
    }

    /// Whether this supersedes the other: by generation first, then by version.
    package func isNewer(than other: (generation: UInt32, version: UInt64)) -> Bool {
        (generation, version) > other
    }
}
