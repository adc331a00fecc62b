/// Why a network cannot be set up, in words for the person who asked for it.
package struct EmulationError: Error, Hashable, CustomStringConvertible {
    package let description: String
    /// As in docs/RESULTS.md: 65 for bad data, 66 for a missing file.
    package let exitCode: Int32

    package init(description: String, exitCode: Int32) {
        self.description = description
        self.exitCode = exitCode
    }
}
