import CPlatform

/// The tie between a process and its launcher: a pipe that closes when the launcher dies, however
/// it dies.
package enum EndOfInput {
    /// The exit code of a process that lost its launcher (`EX_UNAVAILABLE`).
    package static let exitCode: Int32 = 69

    /// From now on, the end of standard input ends this process at once.
    package static func endsProcess() { edgeflock_exit_at_end_of_input(0, exitCode) }
}
