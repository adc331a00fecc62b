extension Checkpoint {
    /// Reads a file's bytes; believes none of them.
    package init(decoding bytes: [UInt8]) throws(CheckpointError) {
        guard bytes.count >= 8 else {
            throw .wrongLength(expected: 8, found: bytes.count)
        }
        let length: UInt64 = Self.word(bytes, at: 0)
        guard length <= UInt64(Self.headerLimit) else { throw .headerTooLong(length) }
        let start = 8 + Int(length)
        guard start <= bytes.count else {
            throw .wrongLength(expected: start, found: bytes.count)
        }
        self.init()
        var entries: [Entry] = []
        var names: Set<String> = []
        var metadata: [String: String] = [:]
        var scanner = HeaderScanner(bytes[8..<start])
        try scanner.object { (scanner, key) throws(CheckpointError) in
            guard names.insert(key).inserted else { throw scanner.malformed("no key twice") }
            if key == "__metadata__" {
                try scanner.object { (scanner, key) throws(CheckpointError) in
                    metadata[key] = try scanner.string()
                }
            } else {
                entries.append(try Entry(name: key, &scanner))
            }
        }
        try scanner.expectEnd()
        self.metadata = metadata
        try readTensors(entries, from: bytes, at: start)
    }

    /// What the header says about one tensor.
    private struct Entry {
        var name: String
        var type = ""
        var shape: [Int]?
        var offsets: [Int] = []

        init(name: String, _ scanner: inout HeaderScanner) throws(CheckpointError) {
            self.name = name
            var (type, shape, offsets) = ("", [Int]?.none, [Int]())
            try scanner.object { (scanner, key) throws(CheckpointError) in
                switch key {
                case "dtype": type = try scanner.string()
                case "shape": shape = try scanner.integers()
                case "data_offsets": offsets = try scanner.integers()
                default: throw scanner.malformed("dtype, shape or data_offsets")
                }
            }
            (self.type, self.shape, self.offsets) = (type, shape, offsets)
        }
    }

    private mutating func readTensors(
        _ entries: [Entry], from bytes: [UInt8], at start: Int
    ) throws(CheckpointError) {
        var end = 0
        for entry in entries {
            guard let shape = entry.shape, entry.offsets.count == 2, entry.offsets[0] == end else {
                throw .unreadableTensor(name: entry.name, reason: "shape or offsets")
            }
            var count = 1
            for extent in shape {
                let (product, overflow) = count.multipliedReportingOverflow(by: extent)
                guard !overflow else {
                    throw .unreadableTensor(name: entry.name, reason: "its shape is too large")
                }
                count = product
            }
            let width: Int
            switch entry.type {
            case "F32": width = 4
            case "F64", "U64": width = 8
            default: throw .unreadableTensor(name: entry.name, reason: "type \(entry.type)")
            }
            let (size, overflow) = count.multipliedReportingOverflow(by: width)
            guard !overflow, entry.offsets[1] - end == size else {
                throw .unreadableTensor(name: entry.name, reason: "its offsets are not its size")
            }
            guard size <= bytes.count - start - end else {
                throw .wrongLength(expected: entry.offsets[1], found: bytes.count - start)
            }
            let place = start + end
            let values: Values =
                switch entry.type {
                case "F32":
                    .float32(
                        (0..<count).map {
                            Float(bitPattern: Self.word(bytes, at: place + 4 * $0))
                        })
                case "F64":
                    .float64(
                        (0..<count).map {
                            Double(bitPattern: Self.word(bytes, at: place + 8 * $0))
                        })
                default: .unsigned64((0..<count).map { Self.word(bytes, at: place + 8 * $0) })
                }
            tensors.append(Tensor(name: entry.name, shape: shape, values: values))
            end += size
        }
        guard start + end == bytes.count else {
            throw .wrongLength(expected: start + end, found: bytes.count)
        }
    }

    /// A little-endian word.
    private static func word<Word: FixedWidthInteger & UnsignedInteger>(
        _ bytes: [UInt8], at place: Int
    ) -> Word {
        var word: Word = 0
        for index in 0..<(Word.bitWidth / 8) {
            word |= Word(bytes[place + index]) << Word(8 * index)
        }
        return word
    }
}
