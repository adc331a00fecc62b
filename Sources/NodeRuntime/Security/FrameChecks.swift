import Messaging
import ZeroMQ

/// Whether a frame comes from whom it names, and holds what that one may send. Before its number
/// is taken note of: what is refused leaves no trace but a count.
extension LiveDriver {
    /// Counts the frame if not; always true in a run without keys.
    func isSent(_ frame: borrowing Frame, by process: Int) -> Bool {
        guard gate.keys != nil else { return true }
        guard let sender = frame.sender, Int(sender) == process else {
            statistics.refusals.forged += 1
            return false
        }
        return true
    }

    /// Counts the frame if not; always true in a run without keys.
    func mayHold(_ entries: Range<Int>, of bytes: RawSpan, from sender: Int) -> Bool {
        guard gate.keys != nil else { return true }
        guard plan.maySend(entries, of: bytes, from: sender) else {
            statistics.refusals.forbidden += 1
            return false
        }
        return true
    }
}

extension LiveHub {
    /// Counts the frame if not; always true in a run without keys.
    func isSent(_ frame: borrowing Frame, by process: Int) -> Bool {
        guard gate.keys != nil else { return true }
        guard let sender = frame.sender, Int(sender) == process else {
            refusals.forged += 1
            return false
        }
        return true
    }

    /// Counts the entries in `body` if not; always true in a run without keys.
    func maySayBody(_ process: Int) -> Bool {
        guard gate.keys != nil else { return true }
        guard plan.mayTellHub(body, process) else {
            refusals.forbidden += 1
            return false
        }
        return true
    }
}

extension LivePlan {
    /// Whether message entries are all of nodes of this process, and of kinds that those send.
    fileprivate func maySend(_ entries: Range<Int>, of bytes: RawSpan, from process: Int) -> Bool {
        var reader = WireReader(bytes, in: entries)
        while reader.remaining > 0 {
            guard let entry = try? reader.skipEntry(bytes),
                Int(entry.sender) < processOfNode.count,
                processOfNode[Int(entry.sender)] == process,
                kinds[Int(entry.sender)].contains(entry.kind)
            else { return false }
        }
        return true
    }

    /// Whether control entries are only what processes say, and relay only what they may send.
    fileprivate func mayTellHub(_ entries: WireBuffer, _ process: Int) -> Bool {
        let bytes = entries.span
        var reader = WireReader(bytes)
        while reader.remaining > 0 {
            guard let entry = try? reader.skipControlEntry(bytes), entry.isOfProcess else {
                return false
            }
            if let relayed = entry.relayed, !maySend(relayed, of: bytes, from: process) {
                return false
            }
        }
        return true
    }
}
