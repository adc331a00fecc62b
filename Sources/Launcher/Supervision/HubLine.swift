/// What the hub prints for its launcher, beside how far the run has come.
package enum HubLine {
    /// It is writing the results, and says nothing more.
    package static let writing = "writing"
    private static let silent = "silent "
    private static let returned = "returned "

    /// A process has not been heard for too long.
    package static func silence(of process: String) -> String { silent + process }

    /// A process has come back.
    package static func comeback(of process: String) -> String { returned + process }

    /// The process that has come back; nil for other lines.
    static func returnedProcess(_ line: String) -> String? {
        line.hasPrefix(returned) ? String(line.dropFirst(returned.count)) : nil
    }

    /// The process that such a line is about; nil for other lines.
    static func silentProcess(_ line: String) -> String? {
        line.hasPrefix(silent) ? String(line.dropFirst(silent.count)) : nil
    }
}
