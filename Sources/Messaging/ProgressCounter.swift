import Synchronization

/// Counts what a computation has done so far, so that another thread can see that it goes on.
///
/// The count says nothing about a result, and no node ever reads it.
package final class ProgressCounter: Sendable {
    private let steps = Atomic<UInt64>(0)

    package init() {}

    package var count: UInt64 { steps.load(ordering: .relaxed) }

    package func advance() { steps.add(1, ordering: .relaxed) }
}
