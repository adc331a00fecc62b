import EdgeModel
import Messaging
import SimulationKernel

/// Writes ledger rows as the lines that the digest is taken over (docs/ARCHITECTURE.md, section 5):
/// `episode,origin,number,arrival,status,completion,class,policyVersion`, then for each part
/// `server,fraction as 16 hex digits,queued,start,finish`; `-` where absent; LF. A lost task has its
/// reason behind the status, as `lost:no-neighbour`.
///
/// Written by hand because every task passes here: about 15 ns a number.
struct LedgerLine {
    /// More bytes than any row without parts, and than any part, can take.
    private static let longestRow = 128
    private static let longestPart = 112

    private var buffer = [UInt8](repeating: 0, count: 1024)
    private var end = 0

    /// Formats a row and hands its bytes over.
    mutating func write(_ row: TaskRecord, to body: (UnsafeBufferPointer<UInt8>) -> Void) {
        let room = Self.longestRow + (1 + row.others.count) * Self.longestPart
        if buffer.count < room { buffer = [UInt8](repeating: 0, count: 2 * room) }
        buffer.withUnsafeMutableBufferPointer { bytes in
            var line = Cursor(bytes: bytes)
            line.put(row)
            body(UnsafeBufferPointer(rebasing: bytes[..<line.end]))
        }
    }

    /// The row as text, with its line feed.
    static func text(of row: TaskRecord) -> String {
        var line = LedgerLine()
        var text = ""
        line.write(row) { text = String(decoding: $0, as: UTF8.self) }
        return text
    }

    /// A place in the buffer; the caller has made room.
    private struct Cursor {
        let bytes: UnsafeMutableBufferPointer<UInt8>
        var end = 0

        mutating func put(_ row: TaskRecord) {
            put(UInt64(row.episode))
            put(",")
            put(UInt64(row.id.origin))
            put(",")
            put(UInt64(row.id.number))
            put(",")
            put(row.arrival)
            put(",")
            put(word: row.status.name)
            if let loss = row.loss {
                put(":")
                put(word: loss.name)
            }
            put(",")
            put(row.completion)
            put(",")
            put(UInt64(row.trafficClass))
            put(",")
            put(row.policyVersion)
            if let first = row.first { put(first) }
            for part in row.others { put(part) }
            put("\n")
        }

        mutating func put(_ part: SubtaskRecord) {
            put(",")
            put(UInt64(part.server))
            put(",")
            put(hexadecimal: part.fraction.bitPattern)
            put(",")
            put(part.queued)
            put(",")
            put(part.start)
            put(",")
            put(part.finish)
        }

        mutating func put(_ character: Unicode.Scalar) {
            bytes[end] = UInt8(truncatingIfNeeded: character.value)
            end += 1
        }

        mutating func put(word: String) {
            for byte in word.utf8 {
                bytes[end] = byte
                end += 1
            }
        }

        mutating func put(_ instant: VirtualDuration) {
            guard instant != .unbounded else { return put("-") }
            if instant.nanoseconds < 0 { put("-") }
            put(instant.nanoseconds.magnitude)
        }

        mutating func put(_ number: UInt64) {
            var count = 1
            var bound: UInt64 = 10
            while number >= bound {
                count += 1
                if count == 20 { break }  // the next power does not fit
                bound *= 10
            }
            var rest = number
            var place = end + count
            end = place
            repeat {
                let quotient = rest / 10
                place -= 1
                bytes[place] = 48 + UInt8(truncatingIfNeeded: rest &- quotient &* 10)
                rest = quotient
            } while rest > 0
        }

        mutating func put(hexadecimal number: UInt64) {
            for shift in stride(from: UInt64(60), through: 0, by: -4) {
                bytes[end] = ContentDigest.digit(UInt8(truncatingIfNeeded: number >> shift) & 15)
                end += 1
            }
        }
    }
}
