/// A named number of a chart.
package struct Scalar: Hashable, Sendable {
    /// Words before the last `/` are the chart's group.
    package var tag: String
    package var value: Double

    package init(_ tag: String, _ value: Double) {
        self.tag = tag
        self.value = value
    }
}

/// The bytes of TensorBoard's event files.
///
/// A file is a series of records: length 8, masked CRC-32C of those eight bytes, payload, masked
/// CRC-32C of the payload; little-endian. Each payload is an `Event` message in the encoding of
/// protocol buffers, of which these fields are used:
///
///     Event    1 wall_time double, 2 step int64, 3 file_version string, 5 summary Summary
///     Summary  1 value, repeated      Value  1 tag string, 2 simple_value float
enum EventEncoding {
    /// What the first event of a file says.
    static let fileVersion = "brain.Event:2"

    /// A record around an event.
    static func record(_ event: [UInt8]) -> [UInt8] {
        let length = littleEndian(UInt64(event.count))
        return length + littleEndian(CyclicChecksum.masked(of: length)) + event
            + littleEndian(CyclicChecksum.masked(of: event))
    }

    /// The first event of a file.
    static func opening(wallTime: Double) -> [UInt8] {
        time(wallTime) + field(3, Array(fileVersion.utf8))
    }

    /// An event with numbers; zero steps are left out, as the encoding wants it.
    static func event(_ scalars: [Scalar], step: Int64, wallTime: Double) -> [UInt8] {
        let summary = scalars.flatMap { scalar in
            let number = littleEndian(Float(scalar.value).bitPattern)
            return field(1, field(1, Array(scalar.tag.utf8)) + [key(2, wire: 5)] + number)
        }
        let place = step == 0 ? [] : [key(2, wire: 0)] + varint(UInt64(bitPattern: step))
        return time(wallTime) + place + field(5, summary)
    }

    private static func time(_ wallTime: Double) -> [UInt8] {
        [key(1, wire: 1)] + littleEndian(wallTime.bitPattern)
    }

    /// A field of bytes with their length before them.
    private static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        [key(number, wire: 2)] + varint(UInt64(bytes.count)) + bytes
    }

    private static func key(_ number: UInt8, wire: UInt8) -> UInt8 { number << 3 | wire }

    /// Seven bits a byte, the lowest first; all bytes but the last have the highest bit set.
    private static func varint(_ value: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    private static func littleEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}
