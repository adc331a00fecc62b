import EdgeModel
import SimulationKernel

extension Transition {
    /// The length of this transition inside its batch, in bytes.
    var encodedSize: Int {
        28 + 4 * (features.count + nextFeatures.count + 2 * chainStart.count)
            + (mask.count + 7) / 8 + (nextMask.count + 7) / 8
    }
}

extension WireBuffer {
    func append(_ batch: TransitionBatch) {
        append(batch.station)
        append(batch.incarnation)
        append(batch.firstSequence)
        append(UInt64(batch.transitions.count))
        for transition in batch.transitions { append(transition) }
    }

    private func append(_ transition: Transition) {
        for count in [
            transition.features.count, transition.mask.count, transition.nextFeatures.count,
            transition.nextMask.count, transition.chainStart.count,
        ] {
            precondition(count <= Int(UInt16.max), "\(count) values in a transition")
            append(UInt16(count))
        }
        precondition(
            transition.nextChainStart.count == transition.chainStart.count,
            "chains start from \(transition.chainStart.count) numbers and then from "
                + "\(transition.nextChainStart.count)")
        append(
            UInt16(transition.truncated ? 1 : 0) | UInt16(transition.done ? 2 : 0)
                | UInt16(transition.steps) << 8)
        append(transition.choice)
        append(transition.reward)
        append(transition.policyVersion)
        append(transition.features)
        append(transition.nextFeatures)
        append(transition.chainStart)
        append(transition.nextChainStart)
        append(transition.mask)
        append(transition.nextMask)
    }
}

extension WireReader {
    mutating func transitionBatch(_ bytes: RawSpan) throws(WireError) -> TransitionBatch {
        let station: UInt32 = try integer(bytes)
        let incarnation: UInt32 = try integer(bytes)
        let firstSequence: UInt64 = try integer(bytes)
        let count: UInt64 = try integer(bytes)
        // A transition takes at least 28 bytes.
        guard count <= UInt64(remaining / 28) else { throw .truncated }
        var transitions: [Transition] = []
        transitions.reserveCapacity(Int(count))
        for _ in 0..<count { transitions.append(try transition(bytes)) }
        return TransitionBatch(
            station: station, incarnation: incarnation, firstSequence: firstSequence,
            transitions: transitions)
    }

    private mutating func transition(_ bytes: RawSpan) throws(WireError) -> Transition {
        let features: UInt16 = try integer(bytes)
        let mask: UInt16 = try integer(bytes)
        let nextFeatures: UInt16 = try integer(bytes)
        let nextMask: UInt16 = try integer(bytes)
        let chainStart: UInt16 = try integer(bytes)
        let flags: UInt16 = try integer(bytes)
        guard flags & 0xFF <= 3, flags >> 8 > 0 else { throw .invalidValue }
        var result = Transition(
            features: [], mask: [], choice: try integer(bytes), reward: try float(bytes),
            nextFeatures: [], nextMask: [], truncated: flags & 1 == 1,
            done: flags & 2 == 2, steps: UInt8(flags >> 8), policyVersion: try integer(bytes))
        result.features = try floats(Int(features), bytes)
        result.nextFeatures = try floats(Int(nextFeatures), bytes)
        result.chainStart = try floats(Int(chainStart), bytes)
        result.nextChainStart = try floats(Int(chainStart), bytes)
        result.mask = try self.flags(Int(mask), bytes)
        result.nextMask = try self.flags(Int(nextMask), bytes)
        return result
    }
}
