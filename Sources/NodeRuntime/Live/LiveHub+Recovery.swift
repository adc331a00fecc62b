import CPlatform
import Messaging
import SimulationKernel

/// Processes that come back, and the hub itself.
extension LiveHub {
    // MARK: Others come back

    /// A process is heard for the first time, or for the first time in a new life.
    func meet(_ process: Int, epoch: UInt16) {
        members[process].epoch = epoch
        members[process].link = Self.link(plan, options)
        members[process].link.peerEpoch = epoch
        members[process].askedFor = 0
        members[process].isAtEnd = false
    }

    /// Tells a process that has said hello how far the hub has got with it, and what it has missed.
    func answerHello(of process: Int) throws(LiveError) {
        let member = members[process]
        let resumption = Resumption(reports: member.reports, records: member.records)
        try send(.resume(resumption), to: process)
        if members[process].epoch > (options.recovery?.firstEpoch ?? .max) {
            tell(.returned(plan.name(of: process)))
        }
        guard stage > .gathering else { return }
        try welcome(process)
        guard stage > .connecting else { return }
        try send(.start(origin: origin), to: process)
        if stage == .dismissing { try send(.stop(stopReason), to: process) }
        try sendOpening(to: process)
        for other in members.indices where other != process {
            if plan.links[other].contains(process) {
                try send(.returned(process: UInt32(process)), to: other)
            }
        }
    }

    /// Tells a process where its peers are.
    func welcome(_ process: Int) throws(LiveError) {
        let peers = plan.peers(of: process).compactMap { members[$0].address }
        try send(.welcome(peers), to: process)
    }

    /// Has a silent process started again, and gives it time to come back: each time as much as it
    /// has been silent already, since on a busy machine it may need long to get where it was.
    ///
    /// - Returns: whether there is time left.
    func mayReturn(_ process: Int, _ now: Int64) -> Bool {
        let silence = now - members[process].lastHeard
        let patience = plan.processes[process].patience.nanoseconds
        let askedFor = members[process].askedFor
        if now - askedFor > max(patience, askedFor - members[process].lastHeard) {
            members[process].askedFor = now
            tell(.silent(plan.name(of: process)))
        }
        return silence < options.absenceLimit.nanoseconds
    }

    // MARK: The hub comes back

    /// Makes sure that what has come in is on disk, before anyone learns that it has come.
    func commit() throws(LiveError) {
        guard let store, !isReplaying else { return }
        _ = try store.log.commit(within: options.diskLimit, steady)
    }

    /// Notes that every process is ready.
    func noteStart() {
        stage = .running
        started = steady.now
        noteOrigin()
    }

    private func noteOrigin() {
        guard let store, let started else { return }
        let bytes = WireBuffer()
        bytes.append(origin)
        bytes.append(started)
        store.log.note(.start, bytes.span)
    }

    /// Notes that windows were opened after what has come in so far.
    func noteWindows() {
        guard let store else { return }
        let bytes = WireBuffer()
        bytes.append(clock.windows)
        store.log.note(.advance, bytes.span)
    }

    /// Notes how far virtual time has come, now and then.
    func noteTime(_ instant: VirtualInstant, _ now: Int64) {
        guard let store, now >= nextTimeNote else { return }
        nextTimeNote = now + options.careInterval.nanoseconds
        let bytes = WireBuffer()
        bytes.append(instant.nanoseconds)
        store.log.note(.time, bytes.span)
    }

    /// Lets virtual time go on from where it had come, when all processes had ended.
    private func goOn(from instant: VirtualInstant) {
        guard case .wall(let speed, _) = plan.clock, stage == .running,
            options.epoch == options.recovery?.firstEpoch
        else { return }
        origin = Timekeeper.origin(for: instant, speed: speed, now: steady.now + Self.lead)
        noteOrigin()
    }

    /// Becomes what an earlier life of the hub was, if there was one.
    func recover() throws(LiveError) {
        guard let store, options.epoch > 1 else { return }
        isReplaying = true
        defer { isReplaying = false }
        var reached = VirtualInstant.zero
        try store.log.read { kind, bytes throws(LiveError) in
            switch kind {
            case .start:
                var reader = WireReader(bytes)
                guard let origin = try? reader.integer(bytes) as Int64,
                    let start = try? reader.integer(bytes) as Int64
                else { throw .recovery("no start in the log of the hub") }
                self.origin = origin
                // Another machine, or this one after a restart, has another clock.
                started = min(start, steady.now)
                stage = .running
            case .control:
                guard let header = try? FrameHeader(checking: bytes, run: plan.run),
                    Int(header.process) < members.count, unpack(bytes)
                else { throw .recovery("a frame of nobody in the log of the hub") }
                try deliverEntries(from: Int(header.process))
            case .time:
                var reader = WireReader(bytes)
                guard let time = try? reader.integer(bytes) as Int64 else {
                    throw .recovery("no time in the log of the hub")
                }
                reached = VirtualInstant(nanoseconds: time)
            case .advance:
                var reader = WireReader(bytes)
                openAgain()
                guard let windows = try? reader.integer(bytes) as UInt64, windows == clock.windows
                else { throw .recovery("the log of the hub leads to other windows") }
            case .direct, .publication, .handled: throw .recovery("the log of another process")
            }
        }
        goOn(from: reached)
        edgeflock_trim_memory()
        // Whoever is still there says hello once more.
        if stage < .running { barrier = ReadinessBarrier(processes: members.count) }
    }

    /// Opens the windows that the earlier life has opened.
    private func openAgain() {
        _ = clock.advance()
        for process in clock.opened { prepare(clock.takeOpening(for: process), for: process) }
    }
}
