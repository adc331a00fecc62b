package import SimulationKernel

extension RandomStream {
    /// Fills an array with standard normals from a place on.
    ///
    /// Each random word gives two: of n normals in h = n/2 pairs, rounded up, word k gives numbers k
    /// and h + k. All of them are those of a Float, so that both kinds of network see the same
    /// chance.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    package mutating func fillWithNormals<Scalar: NetworkScalar>(
        _ target: inout [Scalar], from first: Int = 0
    ) {
        let count = target.count - first
        precondition(count >= 0, "from \(first) in \(target.count) places")
        let pairs = (count + 1) / 2
        let block = 64
        target.withUnsafeMutableBufferPointer { target in
            withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * block) { words in
                guard let all = target.baseAddress, let radii = words.baseAddress else { return }
                let angles = radii + block
                for start in stride(from: 0, to: pairs, by: block) {
                    let length = min(block, pairs - start)
                    for place in 0..<length {
                        let word = generator.next()
                        radii[place] = Int32(truncatingIfNeeded: word &>> 40)
                        angles[place] = Int32(truncatingIfNeeded: word & 0xFF_FFFF)
                    }
                    let left = all + first + start
                    // The last pair of an odd count gives one number only.
                    let right = left + pairs
                    let both = min(length, count - pairs - start)
                    for place in 0..<both {
                        let (x, y) = Mathematics.normals(
                            radiusBits: radii[place], angleBits: angles[place])
                        left[place] = Scalar(x)
                        right[place] = Scalar(y)
                    }
                    for place in max(0, both)..<length {
                        left[place] = Scalar(
                            Mathematics.normals(
                                radiusBits: radii[place], angleBits: angles[place]
                            ).0)
                    }
                }
            }
        }
    }
}
