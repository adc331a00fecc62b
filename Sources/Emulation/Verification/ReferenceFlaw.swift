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
            self.init(place: place(context.codingPath), problem: "is null, a \(type) is wanted")
        case .typeMismatch(let type, let context):
            self.init(place: place(context.codingPath), problem: "is no \(type)")
        case .dataCorrupted(let context):
            let problem =
                if context.underlyingError is ReferenceKind.Unknown {
                    context.debugDescription
                } else if context.codingPath.isEmpty {
                    // Foundation does not tell these apart, nor where such a number stands.
                    "is not valid JSON, or has a fraction where an integer belongs"
                } else {
                    "does not fit: \(context.debugDescription)"
                }
            self.init(place: place(context.codingPath), problem: problem)
        @unknown default:
            self.init(problem: "cannot be decoded: \(error)")
        }
    }
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
