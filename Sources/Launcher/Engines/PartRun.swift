import Subprocess
import SystemPackage

#if canImport(Glibc)
    import Glibc
#endif

/// The launcher of a part, watched by the process that the engine knows.
///
/// Engines end what they want elsewhere with SIGTERM: when a node is drained, a job is put back
/// into the queue, another part has died. That must not end the run in order, as Ctrl-C does, but
/// leave what the part needs to go on. So this process goes at once, and the launcher with it,
/// whose input it holds.
package enum PartRun {
    /// What this process ends with when the engine ends it: it can be started again.
    static let stopCode: Int32 = 75

    /// - Returns: the launcher's exit code.
    package static func run(
        executable: String, arguments: [String]
    ) async throws(LaunchError) -> Int32 {
        // Also as the first process of a container, to which no signal has a meaning by itself.
        for number in [SIGTERM, SIGINT, SIGHUP] { signal(number) { _ in _exit(75) } }
        let lifeline = try Lifeline.makePipe()
        defer {
            close(lifeline.reading)
            close(lifeline.writing)
        }
        do {
            var options = PlatformOptions()
            // The signals of the engine's groups are for this process.
            options.createSession = true
            let result = try await Subprocess.run(
                .path(FilePath(executable)), arguments: Arguments(arguments),
                platformOptions: options,
                input: .fileDescriptor(
                    FileDescriptor(rawValue: lifeline.reading), closeAfterSpawningProcess: false),
                output: .fileDescriptor(.standardOutput, closeAfterSpawningProcess: false),
                error: .fileDescriptor(.standardError, closeAfterSpawningProcess: false))
            return switch result.terminationStatus {
            case .exited(let code): code
            case .signaled(let number): 128 + number
            }
        } catch {
            throw LaunchError("cannot start \(executable): \(error)")
        }
    }
}
