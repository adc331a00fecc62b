import NeuralNetwork
import SimulationKernel
import TestSupport
import Testing

@Suite struct `A checkpoint` {
    static let example = Checkpoint(
        metadata: ["name": "a \"quoted\" \\ name\n", "empty": "", "unit": "\u{1F600} é"],
        tensors: [
            Checkpoint.Tensor(
                name: "w", shape: [2, 3], values: .float32([1, -2, 0.5, 0, 3, -0.0])),
            Checkpoint.Tensor(name: "alpha", shape: [], values: .float64([-2.995])),
            Checkpoint.Tensor(name: "seed", shape: [2], values: .unsigned64([.max, 7])),
            Checkpoint.Tensor(name: "none", shape: [0, 4], values: .float32([])),
        ])

    /// A file with this header and body.
    static func file(_ header: String, body: [UInt8] = []) -> [UInt8] {
        let count = UInt64(header.utf8.count)
        return (0..<8).map { UInt8(truncatingIfNeeded: count >> UInt64(8 * $0)) }
            + Array(header.utf8) + body
    }

    @Test func `comes back as it was written`() throws {
        let bytes = Self.example.encoded()
        let decoded = try Checkpoint(decoding: bytes)
        #expect(decoded == Self.example)
        #expect(decoded.encoded() == bytes)
        let empty = Checkpoint()
        #expect(try Checkpoint(decoding: empty.encoded()) == empty)
    }

    @Test func `has the bytes of the format`() {
        let small = Checkpoint(
            metadata: ["b": "2", "a": "1"],
            tensors: [Checkpoint.Tensor(name: "x", shape: [2], values: .float32([1, 2]))])
        let header =
            #"{"__metadata__":{"a":"1","b":"2"},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#
        let padding = String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
        #expect(
            small.encoded()
                == Self.file(header + padding, body: [0, 0, 128, 63, 0, 0, 0, 64]))
    }

    @Test func `reads what other programs write`() throws {
        let text = #"""
            { "t" : { "shape" : [ 1 , 1 ] , "data_offsets" : [ 0 , 8 ] , "dtype" : "F64" } ,
              "__metadata__" : { "k" : "\u0041\ud83d\ude00\/\n" } }
            """#
        let decoded = try Checkpoint(
            decoding: Self.file(text, body: [0, 0, 0, 0, 0, 0, 240, 63]))
        #expect(decoded["t"]?.values == .float64([1]))
        #expect(decoded.metadata == ["k": "A\u{1F600}/\n"])
    }

    @Test func `is refused when it is cut anywhere`() {
        let bytes = Self.example.encoded()
        for count in 0..<bytes.count {
            #expect(throws: CheckpointError.self) {
                _ = try Checkpoint(decoding: Array(bytes[0..<count]))
            }
        }
        #expect(throws: CheckpointError.self) { _ = try Checkpoint(decoding: bytes + [0]) }
    }

    @Test func `never traps, whichever bits are flipped`() {
        let bytes = Self.example.encoded()
        for index in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[index] ^= 1 << UInt8(bit)
                _ = try? Checkpoint(decoding: damaged)
            }
        }
    }

    static let malformed: [String] = [
        "", "[]", "{", "{}}", #"{"x":1}"#, #"{"x":{}}"#,
        #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}"#,
        #"{"x":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}"#,
        #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#,
        #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
        #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#,
        #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#,
        #"{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#,
        #"{"x":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}"#,
        #"{"x":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}"#,
        #"{"x":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}"#,
        #"{"x":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,4]}}"#,
        #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}}"#,
        #"{"__metadata__":{"a":1}}"#, #"{"__metadata__":{"a":"\ud800"}}"#,
        #"{"__metadata__":{"a":"\q"}}"#, #"{"__metadata__":{"a":"\u00"}}"#,
        "{\"__metadata__\":{\"a\":\"\u{1}\"}}",
    ]

    @Test(arguments: malformed)
    func `is refused when its header is not as it should be`(header: String) {
        #expect(throws: CheckpointError.self) {
            _ = try Checkpoint(decoding: Self.file(header, body: [0, 0, 0, 0]))
        }
    }

    @Test func `is refused when its header claims too much`() {
        var bytes = Self.example.encoded()
        bytes[4] = 1
        #expect(
            throws: CheckpointError.headerTooLong(
                UInt64(bytes[0]) + UInt64(bytes[1]) << 8 + 1 << 32)
        ) {
            _ = try Checkpoint(decoding: bytes)
        }
    }

    @Test func `carries a network`() throws {
        var stream = Seed(3).stream
        let network = MultilayerPerceptron(
            inputs: 3, hidden: [4], outputs: 2, activation: .mish, at: 5)
        var parameters = ParameterVector<Float>(count: network.parameters.upperBound)
        network.initialize(&parameters, from: &stream)
        let file = Checkpoint(tensors: network.tensors(of: parameters, named: "net")).encoded()
        var loaded = ParameterVector<Float>(count: parameters.count)
        try network.load(&loaded, from: Checkpoint(decoding: file), named: "net")
        #expect(loaded == parameters)
        let other = MultilayerPerceptron(inputs: 3, hidden: [5], outputs: 2, activation: .mish)
        var target = ParameterVector<Float>(count: other.parameters.count)
        #expect(throws: CheckpointError.self) {
            try other.load(&target, from: Checkpoint(decoding: file), named: "net")
        }
    }
}
