import Messaging
import SimulationKernel

/// A run from its first process to its last.
extension LiveHub {
    /// How long the hub waits at most before it looks after other things.
    private static let stride: Int64 = 100_000_000
    /// Between the order to start and virtual time 0 of a wall-clock run.
    private static let lead: Int64 = 300_000_000

    // MARK: Start

    /// Brings all processes together.
    ///
    /// - Returns: false if the run was stopped meanwhile.
    func getReady(_ shouldStop: (VirtualInstant) -> Bool) throws(LiveError) -> Bool {
        let deadline = MonotonicClock.now + options.startLimit.nanoseconds
        guard try waitForAll(.known, before: deadline, shouldStop) else { return false }
        for process in members.indices {
            let peers = plan.peers(of: process).compactMap { members[$0].address }
            try send(.welcome(peers), to: process)
        }
        guard try waitForAll(.ready, before: deadline, shouldStop) else { return false }
        if case .wall = plan.clock { origin = MonotonicClock.now + Self.lead }
        for process in members.indices { try send(.start(origin: origin), to: process) }
        return true
    }

    private func waitForAll(
        _ stage: ReadinessBarrier.Stage, before deadline: Int64,
        _ shouldStop: (VirtualInstant) -> Bool
    ) throws(LiveError) -> Bool {
        while true {
            try drain()
            if barrier.all(stage) { return true }
            let now = MonotonicClock.now
            guard now < deadline else {
                throw .notReady(
                    waitingFor: barrier.missing(stage, plan.name(of:)),
                    seconds: options.startLimit.components.seconds)
            }
            if shouldStop(.zero) { return false }
            if now >= nextCare { try care(now) }
            try pause(now)
        }
    }

    // MARK: The virtual clock

    /// Opens window after window.
    ///
    /// - Returns: false if the run was stopped before its end.
    func driveWindows(_ shouldStop: (VirtualInstant) -> Bool) throws(LiveError) -> Bool {
        var asked = MonotonicClock.now
        while true {
            while clock.outstanding > 0 {
                try drain()
                guard clock.outstanding > 0 else { break }
                let now = MonotonicClock.now
                if now - asked >= Self.stride {
                    asked = now
                    if shouldStop(clock.windowEnd) { return false }
                }
                if now >= nextCare {
                    try care(now)
                    try checkForDeath(now)
                }
                try pause(now)
            }
            guard clock.advance() else { return true }
            for process in clock.opened {
                try send(.open(clock.takeOpening(for: process)), to: process)
            }
            let now = MonotonicClock.now
            if now - asked >= Self.stride {
                asked = now
                if shouldStop(clock.windowEnd) { return false }
            }
            if now >= nextCare { try care(now) }
        }
    }

    // MARK: The wall clock

    /// Waits until every process has come to its end.
    func driveWall(
        speed: Double, _ shouldStop: (VirtualInstant) -> Bool
    ) throws(LiveError) -> Bool {
        let clock = Timekeeper(origin: origin, speed: speed)
        while true {
            try drain()
            if members.allSatisfy({ $0.farewell != nil }) { return true }
            let now = MonotonicClock.now
            if shouldStop(min(clock.instant(at: now), plan.end)) { return false }
            if now >= nextCare {
                try care(now)
                try checkForDeath(now)
            }
            try pause(now)
        }
    }

    // MARK: The end

    /// Stops all processes and takes their farewells, for a limited time.
    func dismiss() throws(LiveError) {
        let deadline = MonotonicClock.now + options.farewellLimit.nanoseconds
        for process in members.indices where members[process].farewell == nil {
            try send(.stop(stopReason), to: process)
        }
        while true {
            try drain()
            let missing = members.indices.filter { isAwaited($0) }
            let now = MonotonicClock.now
            if missing.isEmpty || now >= deadline { return }
            if now >= nextCare { try care(now) }
            try pause(now)
        }
    }

    private func isAwaited(_ process: Int) -> Bool {
        let member = members[process]
        return member.route != nil && member.farewell == nil && !member.isDead
    }

    /// Throws if a process has not been heard for longer than it may be silent.
    private func checkForDeath(_ now: Int64) throws(LiveError) {
        for process in members.indices where members[process].farewell == nil {
            let patience = plan.processes[process].patience
            guard now - members[process].lastHeard > patience.nanoseconds else { continue }
            members[process].isDead = true
            throw .silentProcess(
                name: plan.name(of: process), seconds: patience.components.seconds)
        }
    }

    private func pause(_ now: Int64) throws(LiveError) {
        try poller.pause(nanoseconds: min(nextCare - now, Self.stride))
    }
}
