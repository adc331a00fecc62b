/// Bytes being written for the wire: fixed binary, little-endian, without padding.
///
/// The storage is kept when the buffer is emptied, so a buffer that is used again allocates
/// nothing once it has reached its size. A class, because frames are made in place and handed on
/// whole: an array would be asked at every field whether it is shared.
package final class WireBuffer {
    private struct State {
        var start: UnsafeMutableRawPointer
        var capacity: Int
        var count = 0
    }

    /// Behind a pointer, because stored properties of a class are guarded at every access.
    private let state: UnsafeMutablePointer<State>

    package init(capacity: Int = 256) {
        state = .allocate(capacity: 1)
        state.initialize(
            to: State(
                start: .allocate(byteCount: capacity, alignment: 16), capacity: capacity))
    }

    deinit {
        state.pointee.start.deallocate()
        state.deallocate()
    }

    package var count: Int { state.pointee.count }
    /// How much it can hold without allocating, in bytes.
    package var capacity: Int { state.pointee.capacity }

    package func removeAll() { state.pointee.count = 0 }

    /// Takes back everything from a place on.
    func removeAll(from place: Int) {
        precondition(place <= count, "from \(place) of \(count) bytes")
        state.pointee.count = place
    }

    package func append<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value) {
        makeRoom(for: MemoryLayout<Value>.size)
        state.pointee.start.storeBytes(
            of: value.littleEndian, toByteOffset: count, as: Value.self)
        state.pointee.count += MemoryLayout<Value>.size
    }

    package func append(_ value: Double) { append(value.bitPattern) }
    package func append(_ value: Float) { append(value.bitPattern) }

    package func append(_ values: [Float]) {
        makeRoom(for: values.count * MemoryLayout<Float>.size)
        #if _endian(little)
            values.withUnsafeBytes { append($0) }
        #else
            for value in values { append(value) }
        #endif
    }

    /// Packs flags into bits, eight to a byte, the first in the lowest bit.
    package func append(_ flags: [Bool]) {
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

    package func append(_ bytes: RawSpan) { bytes.withUnsafeBytes { append($0) } }

    /// A text of at most 255 bytes of UTF-8, after its length.
    package func append(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            precondition(utf8.count <= 255, "a text of \(utf8.count) bytes for the wire")
            append(UInt8(utf8.count))
            append(UnsafeRawBufferPointer(utf8))
        }
    }

    /// Replaces what was written at `offset`.
    package func overwrite<Value: FixedWidthInteger & BitwiseCopyable>(
        _ value: Value, at offset: Int
    ) {
        precondition(
            offset >= 0 && offset + MemoryLayout<Value>.size <= count, "outside of what is there")
        state.pointee.start.storeBytes(
            of: value.littleEndian, toByteOffset: offset, as: Value.self)
    }

    /// What was written.
    package var span: RawSpan {
        @_lifetime(borrow self)
        get {
            let span = RawSpan(_unsafeStart: state.pointee.start, byteCount: count)
            return _overrideLifetime(span, borrowing: self)
        }
    }

    /// What was written, in an array of its own.
    package var bytes: [UInt8] { span.withUnsafeBytes { Array($0) } }

    /// Appends what `fill` writes to the place it is given: at most `most` bytes, it says how many.
    func append<Failure: Error>(
        atMost most: Int, _ fill: (UnsafeMutableRawPointer) throws(Failure) -> Int
    ) throws(Failure) {
        makeRoom(for: most)
        let size = try fill(state.pointee.start + count)
        precondition(size <= most, "\(size) bytes in the place of \(most)")
        state.pointee.count += size
    }

    private func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        makeRoom(for: bytes.count)
        (state.pointee.start + count).copyMemory(from: source, byteCount: bytes.count)
        state.pointee.count += bytes.count
    }

    private func makeRoom(for size: Int) {
        if count + size > capacity { grow(to: max(256, capacity * 2, count + size)) }
    }

    private func grow(to wanted: Int) {
        let larger = UnsafeMutableRawPointer.allocate(byteCount: wanted, alignment: 16)
        larger.copyMemory(from: state.pointee.start, byteCount: count)
        state.pointee.start.deallocate()
        state.pointee.start = larger
        state.pointee.capacity = wanted
    }
}
