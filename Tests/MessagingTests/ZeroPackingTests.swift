import Messaging
import SimulationKernel
import TestSupport
import Testing

@Suite struct `Packing without zeros` {
    private func packed(_ bytes: [UInt8]) -> [UInt8] {
        let buffer = WireBuffer(capacity: 0)
        buffer.append(packing: bytes.span.bytes)
        return buffer.bytes
    }

    private func unpacked(_ bytes: [UInt8]) throws(WireError) -> [UInt8] {
        let buffer = WireBuffer(capacity: 0)
        try buffer.append(unpacking: bytes.span.bytes)
        return buffer.bytes
    }

    @Test(arguments: Seed.first(50))
    func `gives back whatever was packed, and is never much longer`(seed: Seed) throws {
        var random = seed.stream
        let share = random.uniform()
        let bytes = (0..<Int(random.uniform() * 300)).map { _ in
            random.bernoulli(share) ? 0 : UInt8(random.uniform() * 256)
        }
        let packed = packed(bytes)
        #expect(try unpacked(packed) == bytes)
        #expect(packed.count <= 4 + bytes.count + (bytes.count + 7) / 8)
    }

    @Test func `leaves of eight bytes the mask and what is not zero`() {
        #expect(
            packed([0, 5, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 7])
                == [17, 0, 0, 0, 0b1000_0010, 5, 6, 0, 0b1, 7])
        #expect(packed([]) == [0, 0, 0, 0])
    }

    @Test(arguments: Seed.first(50))
    func `takes nothing that packing does not give`(seed: Seed) throws {
        var random = seed.stream
        var bytes = packed((0..<40).map { _ in UInt8(random.uniform() * 4) })
        switch Int(random.uniform() * 3) {
        case 0: bytes[Int(random.uniform() * Double(bytes.count))] ^= 1 << UInt8(seed.value % 8)
        case 1: bytes.removeLast(1 + Int(random.uniform() * Double(bytes.count - 1)))
        default: bytes.append(UInt8(random.uniform() * 256))
        }
        guard let plain = try? unpacked(bytes) else { return }
        #expect(packed(plain) == bytes)
    }

    @Test func `leaves what was there alone when it fails`() {
        let buffer = WireBuffer()
        buffer.append(UInt32(9))
        let cases: [([UInt8], WireError)] = [
            ([1, 0], .truncated), ([8, 0, 0, 0], .truncated), ([8, 0, 0, 0, 3, 1], .truncated),
            ([8, 0, 0, 0, 1, 0], .invalidValue), ([1, 0, 0, 0, 2, 1], .invalidValue),
            ([8, 0, 0, 0, 1, 1, 1], .surplus), ([255, 255, 255, 255, 0], .tooLong),
        ]
        for (bytes, expected) in cases {
            #expect(throws: expected) { try buffer.append(unpacking: bytes.span.bytes) }
            #expect(buffer.bytes == [9, 0, 0, 0])
        }
    }
}
