import FoundationEssentials

/// A file of recorded decisions with what independent programs computed for them.
enum ReferenceFile {
    /// Bytes.
    static let limit = 64 << 20

    /// Reads the cases of a file.
    static func read(_ path: String) throws(ReferenceFileError) -> [SlottedCase] {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else {
            throw ReferenceFileError(path: path, problem: "cannot be read", isMissing: true)
        }
        guard data.count <= limit else {
            throw ReferenceFileError(
                path: path, problem: "\(data.count) bytes, limit \(limit)", isMissing: false)
        }
        do {
            let cases = try JSONDecoder().decode([SlottedCase].self, from: data)
            for (index, item) in cases.enumerated() {
                if let problem = item.problem {
                    throw ReferenceFileError(
                        path: path, problem: "case \(index): \(problem)", isMissing: false)
                }
            }
            return cases
        } catch let error as ReferenceFileError {
            throw error
        } catch {
            throw ReferenceFileError(
                path: path,
                problem: "not reference cases in a form that this program knows: "
                    + "\(Self.describe(error))",
                isMissing: false)
        }
    }

    private static func describe(_ error: any Error) -> String {
        switch error as? DecodingError {
        case .keyNotFound(let key, let context):
            "no '\(key.stringValue)'\(place(context))"
        case .typeMismatch(_, let context), .valueNotFound(_, let context),
            .dataCorrupted(let context):
            "\(context.debugDescription)\(place(context))"
        case nil, .some: "\(error)"
        }
    }

    private static func place(_ context: DecodingError.Context) -> String {
        guard !context.codingPath.isEmpty else { return "" }
        let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
        return " at \(path.joined(separator: "."))"
    }
}

struct ReferenceFileError: Error, CustomStringConvertible {
    let path: String
    let problem: String
    let isMissing: Bool

    var description: String { "\(path): \(problem)" }
    /// 66 no input, 65 bad data.
    var exitCode: Int32 { isMissing ? 66 : 65 }
}
