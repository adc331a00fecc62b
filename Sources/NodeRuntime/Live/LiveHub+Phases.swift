import Messaging
import SimulationKernel

/// A run from its first process to its last.
extension LiveHub {
    /// How often the hub asks whether the run should end, nanoseconds.
    private static let askInterval: Int64 = 100_000_000
    /// Between the order to start and virtual time 0 of a wall-clock run, nanoseconds.
    static let lead: Int64 = 300_000_000
    /// How long nobody has anything to do before a wall-clock run is over, nanoseconds.
    private static let calm: Int64 = 300_000_000

    // MARK: Start

    /// Brings all processes together.
    func getReady(_ shouldStop: (VirtualInstant) -> Bool) throws(LiveError) {
        let deadline = steady.now + options.startLimit.nanoseconds
        try waitForAll(.known, before: deadline, shouldStop)
        stage = .connecting
        for process in members.indices { try welcome(process) }
        try waitForAll(.ready, before: deadline, shouldStop)
        if plan.isWall { origin = steady.now + Self.lead }
        noteStart()
        for process in members.indices { try send(.start(origin: origin), to: process) }
    }

    private func waitForAll(
        _ stage: ReadinessBarrier.Stage, before deadline: Int64,
        _ shouldStop: (VirtualInstant) -> Bool
    ) throws(LiveError) {
        while !barrier.all(stage) {
            _ = try receive()
            let now = steady.now
            guard now < deadline else {
                throw .notReady(
                    waitingFor: barrier.missing(stage, plan.name(of:)),
                    after: options.startLimit)
            }
            try look(now, at: .zero, shouldStop)
        }
    }

    /// What the hub does now and then: asks whether to go on, and looks after the links.
    private func look(
        _ now: Int64, at instant: VirtualInstant, _ shouldStop: (VirtualInstant) -> Bool
    ) throws(LiveError) {
        if now - lastAsked >= Self.askInterval {
            lastAsked = now
            if shouldStop(instant) { throw .stopped(.interrupted) }
        }
        if now >= nextCare { try care(now) }
    }

    // MARK: The virtual clock

    /// Opens window after window, to the end of the run.
    func driveWindows(_ shouldStop: (VirtualInstant) -> Bool) throws(LiveError) {
        lastHeardOfAll(steady.now)
        let known = options.epoch == options.recovery?.firstEpoch ? nil : clock.windows
        var isBack = known == nil
        while try openWindows() {
            if !isBack, clock.windows != known {
                isBack = true
                tell(.returned(plan.name(of: plan.hub)))
            }
            // What has come is looked at before anyone is opened: later windows are longer. Not
            // more than a frame of each, so that nobody keeps the hub from its other duties.
            if try receive() {
                var left = members.count
                while left > 1, clock.outstanding > 0, try receive(mayWait: false) { left -= 1 }
            }
            let now = steady.now
            try look(now, at: clock.reached, shouldStop)
            try checkForDeath(now)
            try mortality.strike()
        }
        if !isBack { tell(.returned(plan.name(of: plan.hub))) }
    }

    /// Opens all windows that can be opened now.
    ///
    /// - Returns: whether the run goes on.
    private func openWindows() throws(LiveError) -> Bool {
        let goesOn = clock.advance()
        if !clock.opened.isEmpty { noteWindows() }
        for process in clock.opened {
            try open(clock.takeOpening(for: process), for: process)
            try mortality.strike()
        }
        return goesOn
    }

    // MARK: The wall clock

    /// Waits until every process has come to its end, and nobody has had anything more to do for
    /// a moment.
    func driveWall(
        speed: Double, _ shouldStop: (VirtualInstant) -> Bool
    ) throws(LiveError) {
        let clock = Timekeeper(origin: origin, speed: speed, by: steady)
        lastHeardOfAll(steady.now)
        var isBack = options.epoch == options.recovery?.firstEpoch
        while !isCalm {
            _ = try receive()
            try mortality.strike()
            let now = steady.now
            noteTime(clock.instant(at: now), now)
            try look(now, at: min(clock.instant(at: now), plan.end), shouldStop)
            try checkForDeath(now)
            if !isBack, members.allSatisfy({ $0.route != nil }) {
                isBack = true
                tell(.returned(plan.name(of: plan.hub)))
            }
        }
    }

    /// Whether everyone has come to the end, and has been heard a moment after the last news of
    /// that: so nobody has died with something that others wait for.
    private var isCalm: Bool {
        members.allSatisfy { $0.isAtEnd && $0.lastHeard - lastAtEnd > Self.calm }
    }

    // MARK: The end

    /// Stops all processes and takes their farewells, for a limited time.
    func dismiss() throws(LiveError) {
        // Whoever died just now comes back to say the last word.
        let comesBack = store != nil && stopReason == .finished
        let limit = comesBack ? options.absenceLimit : options.farewellLimit
        let deadline = steady.now + limit.nanoseconds
        stage = .dismissing
        for process in members.indices where members[process].farewell == nil {
            try send(.stop(stopReason), to: process)
        }
        while members.indices.contains(where: isAwaited) {
            _ = try receive()
            let now = steady.now
            guard now < deadline else { return }
            if now >= nextCare { try care(now) }
        }
    }

    private func isAwaited(_ process: Int) -> Bool {
        let isHere = members[process].route != nil || options.epoch > 1
        return isHere && members[process].farewell == nil && !members[process].isDead
    }

    // MARK: Death

    /// Being silent counts from now on.
    private func lastHeardOfAll(_ now: Int64) {
        lastChecked = now
        for process in members.indices { members[process].lastHeard = now }
    }

    /// Now and then, throws if a process has not been heard for longer than it may be silent.
    private func checkForDeath(_ now: Int64) throws(LiveError) {
        let pause = now - lastChecked
        guard pause >= options.careInterval.nanoseconds else { return }
        lastChecked = now
        for process in members.indices where members[process].farewell == nil {
            let patience = plan.processes[process].patience
            if patience.isToBegin(afterPause: pause) { members[process].lastHeard = now }
            guard now - members[process].lastHeard > patience.nanoseconds else { continue }
            if store != nil, mayReturn(process, now) { continue }
            members[process].isDead = true
            throw .silentProcess(
                name: plan.name(of: process), after: patience)
        }
    }

    /// Takes note of how far a process has computed.
    ///
    /// - Throws: when that has been the same for too long: it is stuck, although it shows life.
    func noteProgress(_ steps: UInt64, of process: Int, _ now: Int64) throws(LiveError) {
        // The first that a hub hears is news, whatever it is: an earlier life may have known it.
        let isFirst = members[process].progress.at == 0
        if isFirst || steps != members[process].progress.steps {
            members[process].progress = (steps, now)
        }
        guard now - members[process].progress.at > options.progressLimit.nanoseconds else { return }
        members[process].isDead = true
        throw .stuckProcess(name: plan.name(of: process), after: options.progressLimit)
    }
}
