import Subprocess
import SystemPackage

#if canImport(Glibc)
    import Glibc
#endif

/// A process to be started: the same program again, in another role.
package struct ChildCommand: Hashable, Sendable {
    /// For messages and for the log's name.
    package var name: String
    package var executable: String
    package var arguments: [String]
    /// Takes standard error, and standard output unless the process is the hub.
    package var log: String

    package init(name: String, executable: String, arguments: [String], log: String) {
        self.name = name
        self.executable = executable
        self.arguments = arguments
        self.log = log
    }

    /// The command that starts it in another life.
    func again(epoch: UInt16) -> ChildCommand {
        var command = self
        command.arguments += ["--epoch", String(epoch)]
        return command
    }

    /// A session of its own, so that Ctrl-C at the terminal reaches the launcher only.
    var configuration: Configuration {
        var options = PlatformOptions()
        options.createSession = true
        return Configuration(
            executable: .path(FilePath(executable)), arguments: Arguments(arguments),
            platformOptions: options)
    }

    func openLog() throws(LaunchError) -> FileDescriptor {
        let handle = open(log, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0o600)
        guard handle >= 0 else {
            throw LaunchError("cannot write \(log): \(String(cString: strerror(errno)))")
        }
        return FileDescriptor(rawValue: handle)
    }

    /// The last lines of the log, for a message about the death of its process.
    package func lastLines(_ count: Int = 10) -> [String] {
        guard let file = fopen(log, "r") else { return [] }
        defer { fclose(file) }
        fseek(file, 0, SEEK_END)
        fseek(file, max(0, ftell(file) - 16_384), SEEK_SET)
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let size = fread(&bytes, 1, bytes.count, file)
        let text = String(decoding: bytes[..<size], as: UTF8.self)
        return text.split(separator: "\n").suffix(count).map(String.init)
    }
}
