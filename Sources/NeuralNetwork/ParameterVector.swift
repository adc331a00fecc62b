/// Every parameter of a network in one buffer; also used for gradients.
///
/// What is done to all of them (an optimiser's step, averages, norms, publication) is one loop.
package struct ParameterVector<Scalar: NetworkScalar>: Hashable, Sendable {
    package var values: [Scalar]

    package var count: Int { values.count }

    package init(count: Int) { values = Array(repeating: 0, count: count) }

    package init(_ values: [Scalar]) { self.values = values }

    @_specialize(where Scalar == Float)
    package mutating func setToZero() {
        values.withUnsafeMutableBufferPointer { Kernels.setToZero($0) }
    }

    /// self = (1 - rate) self + rate other.
    @_specialize(where Scalar == Float)
    package mutating func blend(towards other: Self, rate: Scalar) {
        precondition(other.count == count, "\(other.count) parameters beside \(count)")
        let count = self.count
        values.withUnsafeMutableBufferPointer { target in
            other.values.withUnsafeBufferPointer { source in
                guard let target = target.baseAddress, let source = source.baseAddress
                else { return }
                Kernels.blend(target, towards: source, rate: rate, count: count)
            }
        }
    }

    /// The Euclidean norm, summed in Double.
    package var norm: Double {
        values.withUnsafeBufferPointer { values in
            guard let start = values.baseAddress else { return 0 }
            return Kernels.sumOfSquares(start, count: values.count).squareRoot()
        }
    }

    /// The norm, and what the vector has to be multiplied by to be no longer than a limit; 1 when it
    /// is no longer now.
    package func shortening(toNorm limit: Double) -> (norm: Double, scale: Scalar) {
        let norm = self.norm
        return (norm, norm > limit ? Scalar(limit / norm) : 1)
    }

    /// Shortens the vector to the given norm if it is longer.
    /// - Returns: the norm before.
    @discardableResult
    @_specialize(where Scalar == Float)
    package mutating func clip(toNorm limit: Double) -> Double {
        let norm = self.norm
        guard norm > limit else { return norm }
        let factor = Scalar(limit / norm)
        values.withUnsafeMutableBufferPointer { values in
            guard let start = values.baseAddress else { return }
            Kernels.scale(start, by: factor, count: values.count)
        }
        return norm
    }

    /// Whether no value is infinite or not a number.
    package var isFinite: Bool { norm.isFinite }
}
