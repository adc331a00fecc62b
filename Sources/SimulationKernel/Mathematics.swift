/// Elementary functions whose results can be seen in a run: bit for bit the same on every
/// processor, since they use only + - x / and square root in a written order.
package enum Mathematics {
    /// Natural logarithm.
    package static func log(_ x: Double) -> Double { fatalError("being written: \(x)") }
    /// Cosine.
    package static func cos(_ x: Double) -> Double { fatalError("being written: \(x)") }
}
