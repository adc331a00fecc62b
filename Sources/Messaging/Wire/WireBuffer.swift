/// Bytes being written for the wire: fixed binary, little-endian, without padding.
///
/// The storage is kept when the buffer is emptied, so a buffer that is used again allocates
/// nothing once it has reached its size.
package struct WireBuffer: Sendable {
    @usableFromInline var storage: [UInt8] = []
    @usableFromInline package private(set) var count = 0

    package init() {}

    /// How much it can hold without allocating, in bytes.
    package var capacity: Int { storage.count }

    package mutating func removeAll() { count = 0 }

    package mutating func append<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value) {
        let size = MemoryLayout<Value>.size
        makeRoom(for: size)
        store(value, at: count)
        count += size
    }

    package mutating func append(_ value: Double) { append(value.bitPattern) }
    package mutating func append(_ value: Float) { append(value.bitPattern) }

    package mutating func append(_ values: [Float]) {
        let size = values.count * MemoryLayout<Float>.size
        makeRoom(for: size)
        let start = count
        #if _endian(little)
            values.withUnsafeBytes { source in
                storage.withUnsafeMutableBytes { target in
                    UnsafeMutableRawBufferPointer(rebasing: target[start..<(start + size)])
                        .copyMemory(from: source)
                }
            }
        #else
            for (index, value) in values.enumerated() {
                store(value.bitPattern, at: start + 4 * index)
            }
        #endif
        count += size
    }

    /// Packs flags into bits, eight to a byte, the first in the lowest bit.
    package mutating func append(_ flags: [Bool]) {
        var byte: UInt8 = 0
        for (index, flag) in flags.enumerated() {
            if flag { byte |= 1 &<< UInt8(index & 7) }
            if index & 7 == 7 {
                append(byte)
                byte = 0
            }
        }
        if flags.count & 7 != 0 { append(byte) }
    }

    package mutating func append(_ bytes: RawSpan) {
        let size = bytes.byteCount
        makeRoom(for: size)
        let start = count
        bytes.withUnsafeBytes { source in
            storage.withUnsafeMutableBytes { target in
                UnsafeMutableRawBufferPointer(rebasing: target[start..<(start + size)])
                    .copyMemory(from: source)
            }
        }
        count += size
    }

    /// A text of at most 255 bytes of UTF-8, after its length.
    package mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            precondition(utf8.count <= 255, "a text of \(utf8.count) bytes for the wire")
            append(UInt8(utf8.count))
            append(RawSpan(_unsafeBytes: UnsafeRawBufferPointer(utf8)))
        }
    }

    /// Replaces what was written at `offset`.
    package mutating func overwrite<Value: FixedWidthInteger & BitwiseCopyable>(
        _ value: Value, at offset: Int
    ) {
        precondition(offset + MemoryLayout<Value>.size <= count, "outside of what was written")
        store(value, at: offset)
    }

    /// Lends what was written.
    @inlinable
    package func withBytes<Result, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(storage.span.bytes.extracting(first: count))
    }

    /// What was written, in an array of its own.
    package var bytes: [UInt8] { Array(storage[..<count]) }

    private mutating func store<Value: FixedWidthInteger & BitwiseCopyable>(
        _ value: Value, at offset: Int
    ) {
        storage.withUnsafeMutableBytes {
            $0.storeBytes(of: value.littleEndian, toByteOffset: offset, as: Value.self)
        }
    }

    private mutating func makeRoom(for size: Int) {
        guard count + size > storage.count else { return }
        let wanted = max(256, storage.count * 2, count + size)
        storage.append(contentsOf: repeatElement(0, count: wanted - storage.count))
    }
}
