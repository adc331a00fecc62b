package import FoundationEssentials

/// What is wrong with a file of reference vectors.
package struct VerificationError: Error, Hashable, CustomStringConvertible {
    package var file: String
    /// In the file, from 1; nil for a file that could not be read at all.
    package var line: Int?
    package var column: Int?
    /// Such as `[2].slots[0].tasks[3].size_mbit`; empty for the file as a whole.
    package var place: String
    package var problem: String

    /// `FILE:LINE:COLUMN: PLACE PROBLEM`
    package var description: String {
        let origin = [file] + [line, column].compactMap { $0.map(String.init) }
        let text = place.isEmpty ? problem : "\(place) \(problem)"
        return "\(origin.joined(separator: ":")): \(text)"
    }
}

/// This build held against a file of recorded values, whose kind is known by its content.
///
/// An error is the absolute difference over max(1, |recorded value|), or in Float32 over the
/// largest recorded value of the quantity.
package struct ReferenceVerification: Sendable {
    /// The largest error of one quantity of a case, and where it is.
    package struct Finding: Hashable, Sendable {
        /// Such as `make-span` or `gradient, Float32`.
        package var quantity: String
        package var error: Double
        package var tolerance: Double
        /// Such as `slot 3, task 2`.
        package var place: String

        package var isWithinTolerance: Bool { error <= tolerance }
    }

    /// One case of the file.
    package struct Case: Sendable {
        /// Such as `slotted, divisible, CWA, 5 servers`.
        package var name: String
        /// How much was compared, such as `41 tasks`.
        package var extent: String
        package var findings: [Finding]

        package var isWithinTolerance: Bool { findings.allSatisfy(\.isWithinTolerance) }

        /// The largest errors of each tolerance that occurs, the strictest first.
        package var largestErrors: [(error: Double, tolerance: Double)] {
            let tolerances = Set(findings.map(\.tolerance)).sorted()
            return tolerances.map { tolerance in
                let errors = findings.filter { $0.tolerance == tolerance }.map(\.error)
                return (errors.reduce(0, max), tolerance)
            }
        }
    }

    /// The largest file that is read, bytes.
    private static var sizeLimit: Int { 256 << 20 }

    package let file: String
    package private(set) var cases: [Case] = []

    package var isWithinTolerance: Bool { cases.allSatisfy(\.isWithinTolerance) }

    /// Reads a file, computes everything again and compares.
    package init(file: String) throws(VerificationError) {
        let data: Data
        do { data = try Data(contentsOf: URL(filePath: file)) } catch {
            throw VerificationError(file: file, place: "", problem: "cannot be read")
        }
        try self.init(data, file: file)
    }

    /// - Parameter file: the name that errors carry.
    package init(_ data: Data, file: String) throws(VerificationError) {
        self.file = file
        guard data.count <= Self.sizeLimit else {
            throw VerificationError(
                file: file, place: "", problem: "is larger than \(Self.sizeLimit) bytes")
        }
        let text = JSONText(data)
        do throws(JSONText.Fault) { try text.check() } catch {
            let (line, column) = text.position(at: error.offset)
            // What is wanted there is not said about the place, but about the text.
            let place = error.place.isEmpty ? "" : "\(error.place):"
            throw VerificationError(
                file: file, line: line, column: column, place: place, problem: error.problem)
        }
        do throws(ReferenceFlaw) {
            cases = try Self.cases(of: Data(text.bytes))
            guard !cases.isEmpty else { throw ReferenceFlaw(problem: "holds no case") }
        } catch {
            let (line, column) = text.position(of: error.place)
            throw VerificationError(
                file: file, line: line, column: column, place: error.place,
                problem: error.problem)
        }
    }

    private static func cases(of data: Data) throws(ReferenceFlaw) -> [Case] {
        switch try decode(ReferenceKind.self, data) {
        case .empty: return []
        case .slotted:
            return try each(decode([SlottedFileCase].self, data)) { item throws(ReferenceFlaw) in
                try item.verify()
            }
        case .diffusionActor:
            return try each(decode([DiffusionActorCase].self, data)) { item throws(ReferenceFlaw) in
                try item.verify()
            }
        case .discreteSAC:
            return [try decode(DiscreteSACFile.self, data).verify()]
        case .cartPole:
            return try decode(CartPoleFile.self, data).verify()
        }
    }

    private static func each<Item>(
        _ items: [Item], _ verify: (Item) throws(ReferenceFlaw) -> Case
    ) throws(ReferenceFlaw) -> [Case] {
        var cases: [Case] = []
        for (index, item) in items.enumerated() {
            do throws(ReferenceFlaw) { cases.append(try verify(item)) } catch {
                let place = error.place.isEmpty ? "" : ".\(error.place)"
                throw ReferenceFlaw(place: "[\(index)]\(place)", problem: error.problem)
            }
        }
        return cases
    }

    private static func decode<Value: Decodable>(
        _ type: Value.Type, _ data: Data
    ) throws(ReferenceFlaw) -> Value {
        do { return try JSONDecoder().decode(type, from: data) } catch {
            guard let error = error as? DecodingError else {
                throw ReferenceFlaw(problem: "\(error)")
            }
            throw ReferenceFlaw(error)
        }
    }
}
