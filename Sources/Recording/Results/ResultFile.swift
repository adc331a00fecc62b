import FoundationEssentials

/// The JSON files of a run: keys in order, numbers in full.
package enum ResultFile {
    package static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    }

    /// Reads `manifest.json` or `summary.json` of a run.
    ///
    /// - Throws: `ResultFileError` that says which file is missing or cannot be understood.
    package static func read<Value: Decodable>(
        _ type: Value.Type, _ name: String, of run: String
    ) throws(ResultFileError) -> Value {
        let path = run + "/" + name
        guard let data = try? Data(contentsOf: URL(filePath: path)) else {
            throw ResultFileError(path: path, problem: "cannot be read", isMissing: true)
        }
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch {
            throw ResultFileError(path: path, problem: "\(error)", isMissing: false)
        }
    }
}

/// A file of a run that is not there, or not what it should be.
package struct ResultFileError: Error, Hashable, Sendable, CustomStringConvertible {
    package let path: String
    package let problem: String
    package let isMissing: Bool

    package init(path: String, problem: String, isMissing: Bool) {
        self.path = path
        self.problem = problem
        self.isMissing = isMissing
    }

    package var description: String { "\(path): \(problem)" }
    /// 66 no input, 65 bad data.
    package var exitCode: Int32 { isMissing ? 66 : 65 }
}
