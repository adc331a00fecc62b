/// What is wrong with a reference file, and where in it.
struct ReferenceFlaw: Error {
    /// Such as `slots[0].tasks[3].size_mbit`; empty for the file as a whole.
    var place = ""
    var problem: String
}

extension ReferenceFlaw {
    /// What the decoder found.
    init(_ error: DecodingError) {
        func place(_ path: [any CodingKey]) -> String {
            let text = path.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }
            return String(text.joined().drop { $0 == "." })
        }
        switch error {
        case .keyNotFound(let key, let context):
            self.init(place: place(context.codingPath + [key]), problem: "is missing")
        case .valueNotFound(let type, let context):
            self.init(
                place: place(context.codingPath),
                problem: "is null, \(Self.name(of: type)) is wanted")
        case .typeMismatch(let type, let context):
            self.init(
                place: place(context.codingPath), problem: "is not \(Self.name(of: type))")
        case .dataCorrupted(let context):
            self.init(place: place(context.codingPath), problem: context.debugDescription)
        @unknown default:
            self.init(problem: "cannot be decoded: \(error)")
        }
    }

    /// What JSON calls a type.
    private static func name(of type: Any.Type) -> String {
        if type == Bool.self { return "true or false" }
        if type == String.self { return "a text" }
        if type == Double.self || type == Int.self { return "a number" }
        let isList = type is any RangeReplaceableCollection.Type
        return isList ? "a list" : "an object"
    }
}

/// In this module integers are decoded by way of numbers: of a fraction the decoder says neither
/// what nor where it is.
extension KeyedDecodingContainer {
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int {
        try Self.integer(decode(Double.self, forKey: key), codingPath + [key])
    }

    func decode(_ type: [Int].Type, forKey key: Key) throws -> [Int] {
        try Self.integers(decode([Double].self, forKey: key), codingPath + [key])
    }

    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? {
        let value = try decodeIfPresent(Double.self, forKey: key)
        return try value.map { try Self.integer($0, codingPath + [key]) }
    }

    func decodeIfPresent(_ type: [Int].Type, forKey key: Key) throws -> [Int]? {
        let values = try decodeIfPresent([Double].self, forKey: key)
        return try values.map { try Self.integers($0, codingPath + [key]) }
    }

    private static func integers(_ values: [Double], _ path: [any CodingKey]) throws -> [Int] {
        try values.enumerated().map { try integer($1, path + [ItemKey(index: $0)]) }
    }

    private static func integer(_ value: Double, _ path: [any CodingKey]) throws -> Int {
        guard let integer = Int(exactly: value) else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: path, debugDescription: "is \(value), an integer is wanted"))
        }
        return integer
    }
}

/// The place in a list, as a part of a path.
private struct ItemKey: CodingKey {
    let index: Int
    var intValue: Int? { index }
    var stringValue: String { "\(index)" }

    init(index: Int) { self.index = index }
    init?(intValue: Int) { index = intValue }
    init?(stringValue: String) { nil }
}

/// Reads the arrays of a file, held to the shapes that its sizes promise.
enum ReferenceArray {
    /// A size that arrays follow.
    static func size(_ value: Int, _ place: String, _ range: ClosedRange<Int> = 1...65_536)
        throws(ReferenceFlaw) -> Int
    {
        guard range.contains(value) else {
            throw ReferenceFlaw(
                place: place,
                problem: "is \(value), from \(range.lowerBound) to \(range.upperBound) is known")
        }
        return value
    }

    static func count(_ count: Int, _ expected: Int, _ place: String) throws(ReferenceFlaw) {
        guard count == expected else {
            throw ReferenceFlaw(place: place, problem: "has \(count) values, \(expected) wanted")
        }
    }

    static func vector(
        _ values: [Double], _ count: Int, _ place: String
    ) throws(ReferenceFlaw) -> [Double] {
        try Self.count(values.count, count, place)
        return values
    }

    /// Row after row.
    static func matrix(
        _ rows: [[Double]], _ shape: (Int, Int), _ place: String
    ) throws(ReferenceFlaw) -> [Double] {
        try count(rows.count, shape.0, place)
        for (index, row) in rows.enumerated() {
            try count(row.count, shape.1, "\(place)[\(index)]")
        }
        return rows.flatMap { $0 }
    }

    static func cube(
        _ layers: [[[Double]]], _ shape: (Int, Int, Int), _ place: String
    ) throws(ReferenceFlaw) -> [Double] {
        try count(layers.count, shape.0, place)
        var values: [Double] = []
        for (index, layer) in layers.enumerated() {
            values += try matrix(layer, (shape.1, shape.2), "\(place)[\(index)]")
        }
        return values
    }
}
