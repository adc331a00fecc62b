package import SimulationKernel

/// What a choice is made of: the form in which transitions keep it.
package enum Selection: Hashable, Sendable {
    /// One action; the choice is its index.
    case one
    /// The k best actions, all of them where fewer are allowed; the choice has a bit for each.
    case top(Int)

    /// The most actions that a choice of several can be made from: one bit of the choice each.
    package static var topLimit: Int { 32 }

    /// Whether a choice is one that this mask allows.
    package func allows(_ choice: UInt32, mask: [Bool]) -> Bool {
        switch self {
        case .one: return choice < UInt32(mask.count) && mask[Int(choice)]
        case .top(let count):
            let allowed = Self.bits(of: mask)
            return choice & ~allowed == 0
                && choice.nonzeroBitCount == min(count, allowed.nonzeroBitCount)
        }
    }

    /// The choice of greatest value; the first of equals.
    ///
    /// - Parameters:
    ///   - scores: `[actions]`
    ///   - mask: the row's part, from `place` on, has at least one true.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    package func best<Scalar: BinaryFloatingPoint>(
        _ scores: UnsafePointer<Scalar>, mask: [Bool], at place: Int, actions: Int
    ) -> UInt32 {
        switch self {
        case .one:
            return UInt32(Self.greatest(scores, mask: mask, at: place, actions, except: 0) ?? 0)
        case .top(let count):
            var chosen: UInt32 = 0
            for _ in 0..<count {
                guard
                    let next = Self.greatest(
                        scores, mask: mask, at: place, actions, except: chosen)
                else { break }
                chosen |= 1 << UInt32(next)
            }
            return chosen
        }
    }

    /// A choice drawn uniformly among those that the mask allows.
    package func draw(mask: [Bool], from stream: inout RandomStream) -> UInt32 {
        var left = mask.indices.filter { mask[$0] }
        switch self {
        case .one: return UInt32(left[stream.integer(below: left.count)])
        case .top(let count):
            var chosen: UInt32 = 0
            for _ in 0..<min(count, left.count) {
                chosen |= 1 << UInt32(left.remove(at: stream.integer(below: left.count)))
            }
            return chosen
        }
    }

    private static func greatest<Scalar: BinaryFloatingPoint>(
        _ scores: UnsafePointer<Scalar>, mask: [Bool], at place: Int, _ actions: Int,
        except chosen: UInt32
    ) -> Int? {
        var best: Int?
        for action in 0..<actions where mask[place + action] {
            if chosen != 0, chosen >> UInt32(action) & 1 == 1 { continue }
            if let best, scores[best] >= scores[action] { continue }
            best = action
        }
        return best
    }

    private static func bits(of mask: [Bool]) -> UInt32 {
        var bits: UInt32 = 0
        for (action, isAllowed) in mask.enumerated() where isAllowed { bits |= 1 << UInt32(action) }
        return bits
    }
}
