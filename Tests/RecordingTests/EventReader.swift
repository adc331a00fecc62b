import Foundation

@testable import Recording

/// Reads event files with code that shares nothing with what writes them but the checksum, which
/// has tests of its own.
enum EventReader {
    struct Event: Equatable {
        var wallTime = 0.0
        var step: Int64 = 0
        var version: String?
        var values: [Scalar] = []
    }

    struct Malformed: Error {
        let reason: String
    }

    static func events(at path: String) throws -> [Event] {
        var rest = [UInt8](try Data(contentsOf: URL(filePath: path)))[...]
        var events: [Event] = []
        while !rest.isEmpty {
            let head = rest.prefix(8)
            let length = Int(word(head, 8))
            try check(head, rest.dropFirst(8).prefix(4))
            let payload = rest.dropFirst(12).prefix(length)
            guard payload.count == length else { throw Malformed(reason: "a record is cut off") }
            try check(payload, rest.dropFirst(12 + length).prefix(4))
            events.append(try event(payload))
            rest = rest.dropFirst(16 + length)
        }
        return events
    }

    private static func check(_ bytes: ArraySlice<UInt8>, _ sum: ArraySlice<UInt8>) throws {
        guard sum.count == 4, UInt32(word(sum, 4)) == CyclicChecksum.masked(of: bytes) else {
            throw Malformed(reason: "a checksum is wrong")
        }
    }

    private static func event(_ bytes: ArraySlice<UInt8>) throws -> Event {
        var event = Event()
        for (number, field) in try fields(bytes) {
            switch (number, field) {
            case (1, .fixed(let bits)): event.wallTime = Double(bitPattern: bits)
            case (2, .varint(let step)): event.step = Int64(bitPattern: step)
            case (3, .bytes(let text)): event.version = String(decoding: text, as: UTF8.self)
            case (5, .bytes(let summary)):
                event.values = try fields(summary).map { try scalar($0.1) }
            default: throw Malformed(reason: "field \(number) of an event")
            }
        }
        return event
    }

    private static func scalar(_ field: Field) throws -> Scalar {
        guard case .bytes(let bytes) = field else { throw Malformed(reason: "no value") }
        let parts = try fields(bytes)
        guard parts.map(\.0) == [1, 2], case .bytes(let tag) = parts[0].1,
            case .fixed(let bits) = parts[1].1
        else { throw Malformed(reason: "a value of other fields") }
        let number = Float(bitPattern: UInt32(bits))
        return Scalar(String(decoding: tag, as: UTF8.self), Double(number))
    }

    private enum Field {
        case varint(UInt64)
        case fixed(UInt64)
        case bytes(ArraySlice<UInt8>)
    }

    private static func fields(_ bytes: ArraySlice<UInt8>) throws -> [(Int, Field)] {
        var rest = bytes
        var fields: [(Int, Field)] = []
        while !rest.isEmpty {
            let key = varint(&rest)
            let number = Int(key >> 3)
            switch key & 7 {
            case 0: fields.append((number, .varint(varint(&rest))))
            case 1:
                fields.append((number, .fixed(word(rest, 8))))
                rest = rest.dropFirst(8)
            case 2:
                let length = Int(varint(&rest))
                guard length <= rest.count else { throw Malformed(reason: "a field is cut off") }
                fields.append((number, .bytes(rest.prefix(length))))
                rest = rest.dropFirst(length)
            case 5:
                fields.append((number, .fixed(word(rest, 4))))
                rest = rest.dropFirst(4)
            default: throw Malformed(reason: "wire type \(key & 7)")
            }
        }
        return fields
    }

    private static func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64 {
        var (value, shift) = (UInt64(0), UInt64(0))
        while let byte = rest.popFirst() {
            value |= UInt64(byte & 0x7F) << shift
            shift += 7
            if byte & 0x80 == 0 { break }
        }
        return value
    }

    private static func word(_ bytes: ArraySlice<UInt8>, _ count: Int) -> UInt64 {
        bytes.prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
