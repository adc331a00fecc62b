import EdgeModel
import Messaging

/// How long messages are on the emulated network.
///
/// Subtasks and results count their data besides the length of their message; notices without a
/// result, reports and experience are what their message is.
enum EmulatedSize {
    /// The bytes of an amount of data, to the nearest.
    static func bytes(of data: Megabits) -> UInt64 {
        UInt64((data.value * 125_000).rounded(.toNearestOrEven))
    }

    /// A number of bytes as data.
    static func data(bytes: Int) -> Megabits { Megabits(Double(bytes) * 8e-6) }
}
