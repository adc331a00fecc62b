import Foundation

/// A folder of a test's own, which goes with it.
package final class TemporaryFolder: Sendable {
    package let path: String

    package init() {
        path = URL.temporaryDirectory.path + "/edgeflock-test-\(UUID().uuidString)"
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        } catch {
            preconditionFailure("no temporary folder: \(error)")
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
