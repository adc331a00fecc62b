/// The forms of the diffusion actor (docs/MODEL.md, section 7).
package enum DiffusionRecipe: String, Hashable, Sendable, CaseIterable {
    /// The network predicts bounded noise; trained through the whole chain.
    case published
    /// The network predicts bounded clean logits; trained through the whole chain.
    case x0Chain = "x0-chain"
    /// The network predicts bounded clean logits; regressed at one step to a known improvement.
    case x0Closed = "x0-closed"

    /// The bound of predicted clean logits: they are this times a hyperbolic tangent.
    package static var logitBound: Double { 4 }

    /// Whether the network's output is noise rather than a clean sample.
    package var predictsNoise: Bool {
        switch self {
        case .published: true
        case .x0Chain, .x0Closed: false
        }
    }
}
