/// What the hub prints for its launcher, beside how far the run has come.
package enum HubLine {
    /// It is writing the results, and says nothing more.
    package static let writing = "writing"
    private static let silent = "silent "

    /// A process has not been heard for too long.
    package static func silence(of process: String) -> String { silent + process }

    /// The process that such a line is about; nil for other lines.
    static func silentProcess(_ line: String) -> String? {
        line.hasPrefix(silent) ? String(line.dropFirst(silent.count)) : nil
    }
}
