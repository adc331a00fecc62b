/// Where a process keeps what it needs to come back after it was killed.
///
/// Nodes are deterministic: what a process has taken in since its last snapshot is its state. A
/// process writes that down before anybody can learn that it has it, so whoever takes its place
/// knows at least as much as everyone else knows of it.
package struct RecoveryPlan: Hashable, Sendable {
    /// The folder that all processes of the run share.
    package var folder: String
    /// How often this process has been started, from 1; the higher epoch counts.
    package var epoch: UInt16
    /// The epoch that this launch has begun with.
    package var firstEpoch: UInt16
    /// Whether what is written must survive a power cut too.
    package var isDurable: Bool

    package init(
        folder: String, epoch: UInt16 = 1, firstEpoch: UInt16 = 1, isDurable: Bool = false
    ) {
        self.folder = folder
        self.epoch = epoch
        self.firstEpoch = firstEpoch
        self.isDurable = isDurable
    }

    package static let folderName = "recovery"

    /// Epochs of one launcher, which starts no process that often; its successor begins after them.
    package static let epochsOfLauncher: UInt16 = 1_000

    /// How often a process was started again, by its launcher or with it.
    static func restarts(to epoch: UInt16, from first: UInt16) -> Int {
        let (launchers, own) = max(0, Int(epoch) - Int(first))
            .quotientAndRemainder(dividingBy: Int(epochsOfLauncher))
        return launchers + own
    }
}
