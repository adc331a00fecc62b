import Messaging

/// Processes that come back, and the hub itself.
extension LiveHub {
    // MARK: Others come back

    /// A process is heard for the first time, or for the first time in a new life.
    func meet(_ process: Int, epoch: UInt16) {
        members[process].epoch = epoch
        members[process].link = Self.link(plan, options)
        members[process].link.peerEpoch = epoch
        members[process].askedFor = 0
    }

    /// Tells a process that has said hello how far the hub has got with it, and what it has missed.
    func answerHello(of process: Int) throws(LiveError) {
        let member = members[process]
        let resumption = Resumption(reports: member.reports, records: member.records)
        try send(.resume(resumption), to: process)
        guard stage > .gathering else { return }
        try welcome(process)
        guard stage > .connecting else { return }
        if members[process].epoch > (options.recovery?.firstEpoch ?? .max) {
            tell(.returned(plan.name(of: process)))
        }
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

    /// Has a silent process started again, and gives it time to come back.
    ///
    /// - Returns: whether there is time left.
    func mayReturn(_ process: Int, _ now: Int64) -> Bool {
        let silence = now - members[process].lastHeard
        if now - members[process].askedFor > plan.processes[process].patience.nanoseconds {
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
        let now = steady.now
        started = now
        guard let store else { return }
        let bytes = WireBuffer()
        bytes.append(origin)
        bytes.append(now)
        store.log.note(.start, bytes.span)
    }

    /// Becomes what an earlier life of the hub was, if there was one.
    func recover() throws(LiveError) {
        guard let store, options.epoch > 1 else { return }
        isReplaying = true
        defer { isReplaying = false }
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
                guard let header = try? FrameHeader(checking: bytes), header.run == plan.run,
                    Int(header.process) < members.count
                else { throw .recovery("a frame of nobody in the log of the hub") }
                try deliver(bytes, from: Int(header.process))
            case .direct, .publication: throw .recovery("the log of another process")
            }
            advance()
        }
        // Whoever is still there says hello once more.
        if stage < .running { barrier = ReadinessBarrier(processes: members.count) }
    }

    /// Opens the windows that the earlier life has opened.
    private func advance() {
        guard stage == .running, !plan.isWall else { return }
        while clock.outstanding == 0, !isOver {
            guard clock.advance() else {
                isOver = true
                return
            }
            for process in clock.opened {
                prepare(clock.takeOpening(for: process), for: process)
            }
        }
    }
}
