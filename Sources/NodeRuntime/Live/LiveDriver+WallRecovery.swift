import Messaging
import SimulationKernel

/// Coming back under the wall clock.
///
/// What a process has said there follows from when it looked at its inputs, too. So its log holds,
/// between the frames, how many inputs were handled before the next ones came and what was said
/// was put into frames.
extension LiveDriver {
    /// Notes inputs that were handled; in the log before anyone learns what follows from them.
    func noteHandled(_ count: UInt64) {
        defer { group.measuredDecisions.removeAll(keepingCapacity: true) }
        guard let store, count > 0 else { return }
        let entry = WireBuffer()
        entry.append(count)
        for time in group.measuredDecisions { entry.append(time) }
        store.log.note(.handled, entry.span)
    }

    /// Handles as many inputs as an earlier life did, with decisions that took as long.
    func handleAgain(_ bytes: RawSpan) throws(LiveError) {
        var reader = WireReader(bytes)
        guard let count = try? reader.integer(bytes) as UInt64 else {
            throw .recovery("a log that does not say how much was handled")
        }
        var times: [Int64] = []
        while let time = try? reader.integer(bytes) as Int64 { times.append(time) }
        group.formerDecisions = times[...]
        for _ in 0..<count {
            guard group.nextTime < .distantFuture else {
                throw .recovery("more was handled than there was")
            }
            group.step()
        }
        group.measuredDecisions.removeAll(keepingCapacity: true)
        concludeAgain()
    }

    /// Puts what was said into the frames that it was in.
    func concludeAgain() {
        closeOutgoing()
        forgoSending()
        if records.size > 256 << 10 { closeControl() }
    }
}
