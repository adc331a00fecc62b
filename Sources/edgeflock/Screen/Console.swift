import ArgumentParser

#if canImport(Glibc)
    import Glibc
#endif

/// Where the program writes: results to standard output, everything else to standard error.
enum Console {
    static func show(_ text: String) { write(text, to: STDOUT_FILENO) }

    static func complain(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

    /// Says why a command that was written as it should be cannot be followed, and gives the exit
    /// code of that; a `ValidationError` would show how to write the whole program's commands.
    static func refusal(
        _ command: String, _ reason: String, _ code: Int32 = ExitCode.validationFailure.rawValue
    ) -> ExitCode {
        complain("\(command): error: \(reason)")
        return ExitCode(code)
    }

    /// The first few of some names.
    static func few(_ names: [String], _ limit: Int = 8) -> String {
        let shown = names.prefix(limit).joined(separator: ", ")
        return names.count > limit ? "\(shown) and \(names.count - limit) more" : shown
    }

    /// Whether a person is watching standard error.
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Straight to the descriptor: nothing waits in a buffer when the process ends.
    static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // Nobody reads any more: a closed terminal must not end a run.
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
