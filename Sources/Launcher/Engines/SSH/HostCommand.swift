import Subprocess
import SystemPackage

#if canImport(Glibc)
    import Glibc
#endif

/// A command towards a host, run to its end: ssh or scp, as they are found in PATH.
enum HostCommand {
    struct Output: Sendable {
        var code: Int32
        var text: String
        /// The last line of what it complained about.
        var words: String
    }

    /// - Parameter file: where what it prints goes; nil: into the result.
    static func run(
        _ words: [String], into file: String? = nil
    ) async throws(LaunchError) -> Output {
        do {
            guard let file else {
                let result = try await Subprocess.run(
                    configuration(words), input: .none, output: .string(limit: 1 << 20),
                    error: .string(limit: 1 << 20))
                return Output(
                    code: code(result.terminationStatus), text: result.standardOutput,
                    words: lastLine(result.standardError))
            }
            let handle = open(file, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0o600)
            guard handle >= 0 else {
                throw LaunchError("cannot write \(file): \(String(cString: strerror(errno)))")
            }
            let result = try await Subprocess.run(
                configuration(words), input: .none,
                output: .fileDescriptor(
                    FileDescriptor(rawValue: handle), closeAfterSpawningProcess: true),
                error: .string(limit: 1 << 20))
            return Output(
                code: code(result.terminationStatus), text: "",
                words: lastLine(result.standardError))
        } catch let error as LaunchError {
            throw error
        } catch {
            throw LaunchError("cannot run \(words[0]): \(error)")
        }
    }

    /// A session of its own, so that Ctrl-C at the terminal reaches the launcher only.
    static func configuration(_ words: [String]) -> Configuration {
        var options = PlatformOptions()
        options.createSession = true
        return Configuration(
            executable: .name(words[0]), arguments: Arguments(Array(words.dropFirst())),
            platformOptions: options)
    }

    static func code(_ status: TerminationStatus) -> Int32 {
        switch status {
        case .exited(let code): code
        case .signaled(let number): 128 + number
        }
    }

    static func lastLine(_ text: String) -> String {
        let lines = text.split { $0 == "\n" || $0 == "\r" || $0 == "\r\n" }
        return lines.last.map(String.init) ?? ""
    }
}
