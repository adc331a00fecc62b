import FoundationEssentials
import Subprocess
import SystemPackage

#if canImport(Glibc)
    import Glibc
#endif

/// A program of an engine, such as `sbatch` or `docker`, run to its end.
struct EngineTool: Sendable {
    struct Output: Sendable {
        var code: Int32
        var text: String
        var errors: String

        /// The lines of the output, without blanks around them.
        var lines: [String] {
            text.split(separator: "\n").map { $0.trimmed }.filter { !$0.isEmpty }
        }
    }

    private let path: String
    private let first: [String]
    /// Where it is run.
    private let folder: String
    private let name: String

    /// - Parameter first: arguments that stand before all others.
    init(_ name: String, _ first: [String] = [], in folder: String) throws(LaunchError) {
        guard let path = Self.find(name) else { throw LaunchError("no '\(name)' on the PATH") }
        self.path = path
        self.first = first
        self.folder = folder
        self.name = name
    }

    static func find(_ name: String) -> String? {
        let folders = getenv("PATH").map { String(cString: $0) } ?? ""
        return folders.split(separator: ":").map { "\($0)/\(name)" }
            .first { access($0, X_OK) == 0 }
    }

    func run(_ arguments: String...) async throws(LaunchError) -> Output {
        try await run(arguments)
    }

    /// - Throws: `LaunchError` when it could not be started.
    func run(_ arguments: [String]) async throws(LaunchError) -> Output {
        do {
            // Not in the group of this program: Ctrl-C is for it alone.
            var options = PlatformOptions()
            options.processGroupID = 0
            let result = try await Subprocess.run(
                .path(FilePath(path)), arguments: Arguments(first + arguments),
                workingDirectory: FilePath(folder), platformOptions: options, input: .none,
                output: .string(limit: 4 << 20), error: .string(limit: 1 << 20))
            let code: Int32 =
                switch result.terminationStatus {
                case .exited(let code): code
                case .signaled(let number): 128 + number
                }
            return Output(
                code: code, text: result.standardOutput, errors: result.standardError)
        } catch {
            throw LaunchError("cannot run \(path): \(error)")
        }
    }

    /// The same, of what must succeed.
    @discardableResult
    func demand(_ arguments: String...) async throws(LaunchError) -> Output {
        let output = try await run(arguments)
        guard output.code == 0 else {
            let words = ([name] + first + arguments).joined(separator: " ")
            let lines = output.errors.split(separator: "\n").suffix(8).joined(separator: "\n  ")
            throw LaunchError("'\(words)' failed with code \(output.code):\n  \(lines)")
        }
        return output
    }
}

extension StringProtocol {
    /// Without blanks at both ends.
    var trimmed: String {
        var text = Substring(self)
        while text.first?.isWhitespace ?? false { text.removeFirst() }
        while text.last?.isWhitespace ?? false { text.removeLast() }
        return String(text)
    }
}
