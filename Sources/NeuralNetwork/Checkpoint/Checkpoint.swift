/// Named arrays of numbers and a few strings: what a file of weights holds.
///
/// The file's form is safetensors (version 0.4 of its description): eight bytes with the length of
/// a header, the header in JSON, then the numbers, little-endian, without gaps. Tensors are written
/// in the order in which they stand here, metadata by key, so the same content has the same bytes.
package struct Checkpoint: Hashable, Sendable {
    package var metadata: [String: String]
    package var tensors: [Tensor]

    package init(metadata: [String: String] = [:], tensors: [Tensor] = []) {
        self.metadata = metadata
        self.tensors = tensors
    }

    /// The tensor of that name.
    package subscript(name: String) -> Tensor? { tensors.first { $0.name == name } }

    package struct Tensor: Hashable, Sendable {
        package var name: String
        /// Row-major.
        package var shape: [Int]
        package var values: Values

        /// - Precondition: the shape's product is the number of values.
        package init(name: String, shape: [Int], values: Values) {
            precondition(
                shape.reduce(1, *) == values.count, "\(name): \(values.count) values for \(shape)")
            self.name = name
            self.shape = shape
            self.values = values
        }
    }

    package enum Values: Hashable, Sendable {
        case float32([Float])
        case float64([Double])
        case unsigned64([UInt64])

        package var count: Int {
            switch self {
            case .float32(let values): values.count
            case .float64(let values): values.count
            case .unsigned64(let values): values.count
            }
        }

        /// The name of the type in a header, and the size of one value in bytes.
        var type: (name: String, size: Int) {
            switch self {
            case .float32: ("F32", 4)
            case .float64: ("F64", 8)
            case .unsigned64: ("U64", 8)
            }
        }
    }

    /// The longest header that is read, in bytes; ours have a few thousand.
    package static let headerLimit = 1 << 20
}

/// Why a file of weights cannot be read.
package enum CheckpointError: Error, Hashable, Sendable {
    /// The file ends before its header or its numbers do, or goes on after them.
    case wrongLength(expected: Int, found: Int)
    case headerTooLong(UInt64)
    /// The header is not the JSON that is expected; the byte in the header where that shows.
    case malformedHeader(at: Int, expected: String)
    /// A tensor's type, shape or place is not one that can be read.
    case unreadableTensor(name: String, reason: String)
    /// A tensor is missing, or has another type or shape than the network; or the file says that
    /// it is of something else.
    case mismatch(name: String, reason: String)
}

extension CheckpointError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .wrongLength(let expected, let found):
            "the checkpoint has \(found) bytes where \(expected) are expected"
        case .headerTooLong(let length):
            "the checkpoint's header claims \(length) bytes, over \(Checkpoint.headerLimit)"
        case .malformedHeader(let place, let expected):
            "the checkpoint's header is malformed at byte \(place): expected \(expected)"
        case .unreadableTensor(let name, let reason):
            "tensor '\(name)' of the checkpoint cannot be read: \(reason)"
        case .mismatch(let name, let reason):
            "'\(name)' of the checkpoint does not fit: \(reason)"
        }
    }
}
