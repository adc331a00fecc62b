extension Checkpoint {
    /// The file's bytes.
    package func encoded() -> [UInt8] {
        var header: [UInt8] = []
        var size = 0
        header.append(UInt8(ascii: "{"))
        if !metadata.isEmpty {
            header += Self.quoted("__metadata__") + Array(":{".utf8)
            for (index, key) in metadata.keys.sorted().enumerated() {
                if index > 0 { header.append(UInt8(ascii: ",")) }
                header += Self.quoted(key) + Array(":".utf8) + Self.quoted(metadata[key] ?? "")
            }
            header.append(UInt8(ascii: "}"))
        }
        for tensor in tensors {
            let (type, width) = tensor.values.type
            let end = size + tensor.values.count * width
            if header.count > 1 { header.append(UInt8(ascii: ",")) }
            let shape = tensor.shape.map { "\($0)" }.joined(separator: ",")
            header += Self.quoted(tensor.name)
            header += Array(
                ":{\"dtype\":\"\(type)\",\"shape\":[\(shape)],\"data_offsets\":[\(size),\(end)]}"
                    .utf8)
            size = end
        }
        header.append(UInt8(ascii: "}"))
        // Spaces at the end keep the numbers aligned to eight bytes.
        while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }

        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + header.count + size)
        Self.append(UInt64(header.count), to: &bytes)
        bytes += header
        for tensor in tensors {
            switch tensor.values {
            case .float32(let values):
                for value in values { Self.append(value.bitPattern, to: &bytes) }
            case .float64(let values):
                for value in values { Self.append(value.bitPattern, to: &bytes) }
            case .unsigned64(let values):
                for value in values { Self.append(value, to: &bytes) }
            }
        }
        return bytes
    }

    private static func append(_ word: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: word.littleEndian) { bytes += $0 }
    }

    /// A JSON string.
    private static func quoted(_ text: String) -> [UInt8] {
        var result: [UInt8] = [UInt8(ascii: "\"")]
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                result += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                result += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default:
                result.append(byte)
            }
        }
        result.append(UInt8(ascii: "\""))
        return result
    }
}
