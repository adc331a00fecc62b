package import Messaging
package import SimulationKernel

extension NodeGroup {
    /// When snapshots are taken, and where they go.
    struct Keeping {
        let keeper: any SnapshotKeeper
        /// The instants that are left, ascending; at each, when everything due then is handled.
        var instants: ArraySlice<VirtualInstant>
        /// What has been sent to other groups and is due after the next instant.
        var departed: [PendingMessage] = []
    }

    /// Asks for snapshots of all nodes at the given instants, ascending.
    package mutating func keepSnapshots(
        at instants: [VirtualInstant], in keeper: any SnapshotKeeper
    ) {
        keeping = Keeping(keeper: keeper, instants: instants[...])
        nextSnapshot = instants.first ?? .distantFuture
    }

    /// Takes the snapshots that are due when everything before `bound` has been handled.
    package mutating func keepSnapshots(before bound: VirtualInstant) {
        while nextSnapshot < bound, var keeping {
            let time = nextSnapshot
            do {
                keeping.keeper.keep(
                    try members.map { try snapshot(of: $0, at: time, keeping.departed) })
            } catch {
                keeping.keeper.cannotKeep("\(error)")
            }
            keeping.instants.removeFirst()
            nextSnapshot = keeping.instants.first ?? .distantFuture
            keeping.departed.removeAll { $0.key.time <= nextSnapshot }
            self.keeping = keeping
        }
    }

    /// Leaves out the snapshots that an earlier life of this process has taken.
    ///
    /// - Parameter departed: what it had sent to other groups, due after the next one's instant.
    mutating func skipSnapshots(before bound: VirtualInstant, _ departed: [PendingMessage]) {
        guard var keeping else { return }
        keeping.instants = keeping.instants.drop { $0 < bound }
        keeping.departed = departed
        nextSnapshot = keeping.instants.first ?? .distantFuture
        self.keeping = keeping
    }

    /// Takes snapshots of all nodes now, between two inputs.
    func snapshots() throws -> [NodeSnapshot] {
        try members.map { try snapshot(of: $0, at: now, []) }
    }

    /// Gives the nodes what snapshots of this same group had.
    ///
    /// - Precondition: the nodes have been added, and nothing has been handled.
    mutating func restore(own snapshots: [NodeSnapshot]) throws {
        for snapshot in snapshots {
            try restore(snapshot)
            now = max(now, snapshot.time)
            for message in snapshot.messages {
                receive(message.message, key: message.key, to: message.to)
            }
        }
    }

    private func snapshot(
        of member: Member, at time: VirtualInstant, _ departed: [PendingMessage]
    ) throws -> NodeSnapshot {
        var snapshot = NodeSnapshot(
            time: time, node: member.index, sequence: member.sequence,
            memory: try Memory.snapshot(of: member.node),
            decisionMaker: try member.decisionMaker.map {
                try Memory.snapshot(of: decisionMakers[$0])
            },
            timers: [], messages: [],
            departed: departed.filter { $0.key.sender == member.index })
        for (key, slot) in queue.events where members[Int(pending[slot].slot)].index == member.index
        {
            switch pending[slot].input {
            case .timer(let timer): snapshot.timers.append(PendingTimer(key: key, timer: timer))
            case .message(let message, _):
                snapshot.messages.append(
                    PendingMessage(key: key, to: member.index, message: message))
            case .start, .decided: preconditionFailure("a pending \(pending[slot].input)")
            }
        }
        snapshot.timers.sort { $0.key < $1.key }
        snapshot.messages.sort { $0.key < $1.key }
        return snapshot
    }

    /// Gives the nodes of this group what those of the snapshots had.
    ///
    /// - Parameter all: of every node of the run, at one instant: messages may be under way from
    ///   any of them. One that both ends know of counts once; one that its sender's snapshot does
    ///   not know of was sent later, and will be sent again.
    /// - Precondition: the nodes have been added, and nothing has been handled.
    package mutating func restore(from all: [NodeSnapshot]) throws(MemoryError) {
        var sequences: [NodeIndex: UInt64] = [:]
        for snapshot in all { sequences[snapshot.node] = snapshot.sequence }
        var seen: Set<EventKey> = []
        for snapshot in all where contains(snapshot.node) {
            do {
                try restore(snapshot)
            } catch let error as MemoryError {
                throw MemoryError("node \(snapshot.node): \(error)")
            } catch {
                throw MemoryError("node \(snapshot.node): \(error)")
            }
        }
        for message in all.flatMap({ $0.messages + $0.departed }) where contains(message.to) {
            guard let sent = sequences[message.key.sender] else {
                throw MemoryError("a message of node \(message.key.sender), which is nowhere")
            }
            guard message.key.sequence < sent, seen.insert(message.key).inserted else { continue }
            receive(message.message, key: message.key, to: message.to)
        }
    }

    private mutating func restore(_ snapshot: NodeSnapshot) throws {
        let slot = slots[Int(snapshot.node)]
        var node: any Remembering = members[Int(slot)].node
        try Memory.restore(&node, from: snapshot.memory)
        guard let node = node as? any Node else { throw MemoryError("it is no node") }
        members[Int(slot)].node = node
        members[Int(slot)].sequence = snapshot.sequence
        if let place = members[Int(slot)].decisionMaker {
            guard let memory = snapshot.decisionMaker else { throw MemoryError("nobody decided") }
            var maker: any Remembering = decisionMakers[place]
            try Memory.restore(&maker, from: memory)
            guard let maker = maker as? any DecisionMaker else { throw MemoryError("no maker") }
            decisionMakers[place] = maker
        }
        for timer in snapshot.timers { enqueue(.timer(timer.timer), for: slot, at: timer.key) }
    }
}
