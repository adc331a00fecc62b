package import EdgeModel
package import FoundationEssentials

/// What is wrong with a file of reference vectors.
package struct VerificationError: Error, Hashable, CustomStringConvertible {
    package var file: String
    /// Such as `[2].slots[0].tasks[3].size_mbit`; empty for the file as a whole.
    package var place: String
    package var problem: String

    package var description: String {
        place.isEmpty ? "\(file): \(problem)" : "\(file): \(place) \(problem)"
    }
}

/// This build held against a file of recorded values.
package struct ReferenceVerification: Sendable {
    /// One case of the file.
    package struct Case: Sendable {
        /// Such as `slotted, divisible, CWA, 5 servers`.
        package var name: String
        package var tasks: Int
        package var findings: [SlottedVerification.Finding]
        package var largestError: Double
        package var isWithinTolerance: Bool
    }

    /// The largest file that is read, bytes.
    private static var sizeLimit: Int { 256 << 20 }

    package let file: String
    package private(set) var cases: [Case] = []

    package var isWithinTolerance: Bool { cases.allSatisfy(\.isWithinTolerance) }

    /// Reads a file of slotted cases, runs each and compares.
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
        let recorded = try Self.decode(data, file)
        guard !recorded.isEmpty else {
            throw VerificationError(file: file, place: "", problem: "holds no case")
        }
        for (index, item) in recorded.enumerated() {
            let checked: SlottedCase
            do { checked = try item.checked() } catch {
                throw VerificationError(
                    file: file, place: "[\(index)].\(error.place)", problem: error.problem)
            }
            let result = SlottedVerification(checked)
            let rule = item.allocation.map { ", \($0)" } ?? ""
            cases.append(
                Case(
                    name: "\(item.model)\(rule), \(item.capacity_ghz.count) servers",
                    tasks: result.tasks, findings: result.findings,
                    largestError: result.largestError,
                    isWithinTolerance: result.isWithinTolerance))
        }
    }

    private static func decode(
        _ data: Data, _ file: String
    ) throws(VerificationError) -> [SlottedFileCase] {
        func failure(_ problem: String, at place: String = "") -> VerificationError {
            VerificationError(file: file, place: place, problem: problem)
        }
        guard data.count <= sizeLimit else { throw failure("is larger than \(sizeLimit) bytes") }
        do { return try JSONDecoder().decode([SlottedFileCase].self, from: data) } catch {
            guard let error = error as? DecodingError else { throw failure("\(error)") }
            let (place, problem) = describe(error)
            throw failure(problem, at: place)
        }
    }

    /// Where in the file, and what.
    private static func describe(_ error: DecodingError) -> (place: String, problem: String) {
        func place(_ path: [any CodingKey]) -> String {
            path.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }.joined()
        }
        switch error {
        case .keyNotFound(let key, let context):
            return (place(context.codingPath + [key]), "is missing")
        case .valueNotFound(let type, let context):
            return (place(context.codingPath), "is null, a \(type) is wanted")
        case .typeMismatch(let type, let context):
            return (place(context.codingPath), "is no \(type)")
        case .dataCorrupted(let context):
            return (place(context.codingPath), "is not valid JSON")
        @unknown default:
            return ("", "cannot be decoded: \(error)")
        }
    }
}
