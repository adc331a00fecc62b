package import Messaging
package import SimulationKernel

/// An input log: what the nodes of a process took in, and the fingerprints of what they gave out.
///
///     file:   "EFLOG\0\0\1", then entries
///     entry:  payload length 4 | checksum of the payload 4 | payload
///     payload: kind 1, then by kind
///         input 1:   key 20 | to 4 | message kind 1 | message
///         again 2:   key 20 | to 4; the message of the last input entry with weights
///         output 3:  key 20 | to 4 | message kind 1 | length 4 | checksum of the message 4
///         record 4:  node 4 | length 4 | checksum of the record 4
///         end 5:     nothing; the run went to its end
///     key:    time 8 | sender 4 | sequence 8
///
/// Little-endian; messages and records as on the wire, and checksums the low halves of those of
/// its frames (docs/PROTOCOL.md). Timers are not noted:
/// nodes set them themselves, so a node that is run again sets them again.
package enum InputLogEntry: Hashable, Sendable {
    case input(Message, key: EventKey, to: NodeIndex)
    case output(Output)
    case record(by: NodeIndex, Fingerprint)
    case end

    /// Stands for the bytes of a message or record.
    package struct Fingerprint: Hashable, Sendable {
        package var length: UInt32
        package var checksum: UInt32
    }

    /// A message that a node has sent.
    package struct Output: Hashable, Sendable {
        package var kind: MessageKind
        package var key: EventKey
        package var to: NodeIndex
        package var fingerprint: Fingerprint
    }

    enum Kind: UInt8 {
        case input = 1
        case again = 2
        case output = 3
        case record = 4
        case end = 5
    }

    static let magic: [UInt8] = Array("EFLOG\0\0\u{1}".utf8)
    /// Bytes of a payload; the largest messages are weights.
    static let longest = 256 << 20
}

/// Takes fingerprints; keeps the last of weights, which many nodes are sent.
struct Fingerprinter {
    private let buffer = WireBuffer()
    private var last: (generation: UInt32, version: UInt64, InputLogEntry.Fingerprint)?

    mutating func fingerprint(of message: Message) -> InputLogEntry.Fingerprint {
        if case .weights(let weights) = message {
            if let last, (last.generation, last.version) == (weights.generation, weights.version) {
                return last.2
            }
            let result = compute { $0.append(body: message) }
            last = (weights.generation, weights.version, result)
            return result
        }
        return compute { $0.append(body: message) }
    }

    mutating func fingerprint(of record: Record) -> InputLogEntry.Fingerprint {
        compute { $0.append(record) }
    }

    private func compute(_ write: (WireBuffer) -> Void) -> InputLogEntry.Fingerprint {
        buffer.removeAll()
        write(buffer)
        return InputLogEntry.Fingerprint(
            length: UInt32(buffer.count), checksum: Checksum.lowHalf(of: buffer.span))
    }
}
