package import SimulationKernel

/// Runs all nodes of a network in this thread, from one event queue, as fast as it goes.
package struct SimulatedDriver {
    package private(set) var group: NodeGroup
    /// The last instant of the run; inputs due then are still handled.
    private let end: VirtualInstant

    package init(group: NodeGroup, end: VirtualInstant) {
        self.group = group
        self.end = end
    }

    /// Runs to the end, or until `shouldStop` says so; it is asked after every `stride` of
    /// virtual time.
    ///
    /// - Returns: whether the run reached its end.
    package mutating func run(
        asking stride: VirtualDuration, shouldStop: (_ now: VirtualInstant) -> Bool
    ) -> Bool {
        group.start()
        while group.nextTime <= end {
            let pause = group.nextTime + stride
            group.run(before: min(pause, end + VirtualDuration(nanoseconds: 1)))
            precondition(
                group.outgoing.isEmpty, "messages for unknown nodes: \(group.outgoing)")
            if shouldStop(group.now) { return false }
        }
        group.keepSnapshots(before: end + VirtualDuration(nanoseconds: 1))
        return true
    }
}
