/// What becomes of the launchers of a run over hosts, decided as a value: events in, actions out.
///
/// A launcher whose connection is lost, or whose host was started again, is started once more and
/// goes on, as long as its host is not away for too long. What else goes wrong on a host ends the
/// run in order: the hub keeps the results so far. Nobody is left behind.
package struct HostSupervision: Sendable {
    package enum Event: Hashable, Sendable {
        /// It has said something.
        case heard(Int)
        /// The command that runs its launcher has ended; with its last words.
        case ended(Int, code: Int32, words: String)
        /// Ctrl-C, or a signal that means the same.
        case interrupt
        /// Some time has passed.
        case tick
    }

    package enum Action: Hashable, Sendable {
        case tell(Int, Steering.Order)
        /// Start the launcher again after so many nanoseconds.
        case start(Int, after: Int64)
        /// Give the connection up.
        case drop(Int)
        /// For the screen.
        case say(String)
    }

    /// A host's launcher as far as it is known.
    private enum State: Hashable, Sendable {
        case running
        case gone
    }

    private static let second: Int64 = 1_000_000_000
    /// How long a host may be away, a bit less than its processes may (nanoseconds).
    package static let absence: Int64 = 55 * second
    /// How often a launcher is started again at most.
    package static let restarts = 20
    /// How long the hub may take to end a run early: it has results to write.
    static let hubGrace: Int64 = 40 * second
    /// How long the others may take once the hub is gone, and a connection once it was given up.
    static let memberGrace: Int64 = 8 * second

    private let names: [String]
    private let hub: Int
    private let recovers: Bool
    private var states: [State]
    private var awaySince: [Int64?]
    private var starts: [Int]
    private var nextSign: Int64 = 0
    private var deadline: Int64?
    private var interrupts = 0
    private var hubCode: Int32?
    /// Why the run was not what it should have been.
    package private(set) var failure: String?

    /// - Parameters:
    ///   - names: of the hosts; all launchers have been started.
    ///   - hub: the host with the hub.
    ///   - recovers: whether launchers are started again.
    package init(names: [String], hub: Int, recovers: Bool) {
        self.names = names
        self.hub = hub
        self.recovers = recovers
        states = names.map { _ in .running }
        awaySince = names.map { _ in nil }
        starts = names.map { _ in 0 }
    }

    package var isOver: Bool { states.allSatisfy { $0 == .gone } }

    /// What the run exits with.
    package var exitCode: Int32 {
        if let hubCode, failure == nil { return hubCode }
        return failure == nil && interrupts > 0 ? 130 : 3
    }

    /// - Parameter now: nanoseconds of any steady clock.
    package mutating func handle(_ event: Event, at now: Int64) -> [Action] {
        switch event {
        case .heard(let host):
            guard awaySince[host] != nil else { return [] }
            awaySince[host] = nil
            return [.say("host \(names[host]) is back")]
        case .ended(let host, let code, let words):
            return ended(host, code, words, now)
        case .interrupt:
            interrupts += 1
            guard interrupts == 1 else { return killAll(at: now) }
            deadline = min(deadline ?? .max, now + Self.hubGrace)
            return [
                .say("ending the run in order; once more to kill it"), .tell(hub, .end),
            ]
        case .tick:
            return tick(now)
        }
    }

    private mutating func tick(_ now: Int64) -> [Action] {
        var actions: [Action] = []
        if now >= nextSign {
            nextSign = now + Int64(Steering.interval) * 1_000_000
            actions += running.map { .tell($0, .alive) }
        }
        if let deadline, now >= deadline {
            // First asked to kill what is there, then left alone.
            actions += hubCode == nil && failure == nil ? killAll(at: now) : giveUp(at: now)
        }
        return actions
    }

    private mutating func ended(
        _ host: Int, _ code: Int32, _ words: String, _ now: Int64
    ) -> [Action] {
        let isEnding = hubCode != nil || failure != nil || interrupts > 1
        if Self.isLoss(code), !isEnding { return lost(host, words, now) }
        states[host] = .gone
        if host == hub {
            hubCode = code
            if ![0, 2, 3, 130].contains(code), failure == nil {
                failure = Self.told(names[host], code, words)
            }
            deadline = now + Self.memberGrace
            return []
        }
        guard code != 0, !isEnding else { return [] }
        return fail(Self.told(names[host], code, words), at: now)
    }

    /// Whether an end says that the connection or the host went away: 255 is ssh's own, 75 that of
    /// a launcher that nobody steered, 69 that of one whose forerunner has not quite ended; else
    /// the launcher or the command was killed.
    static func isLoss(_ code: Int32) -> Bool {
        [255, 75, 69].contains(code) || code > 128 && code != 130
    }

    private mutating func lost(_ host: Int, _ words: String, _ now: Int64) -> [Action] {
        let since = awaySince[host] ?? now
        starts[host] += 1
        guard recovers, now - since < Self.absence, starts[host] <= Self.restarts else {
            states[host] = .gone
            let reason = words.isEmpty ? "the connection is lost" : words
            return fail("host \(names[host]): \(reason)", at: now)
        }
        let isNew = awaySince[host] == nil
        awaySince[host] = since
        let delay = isNew ? Self.second / 2 : 2 * Self.second
        let word = words.isEmpty ? "" : " (\(words))"
        return (isNew ? [.say("host \(names[host]) is away\(word); starting it again")] : [])
            + [.start(host, after: delay)]
    }

    private static func told(_ name: String, _ code: Int32, _ words: String) -> String {
        "host \(name): \(words.isEmpty ? "its launcher exited with code \(code)" : words)"
    }

    private mutating func fail(_ reason: String, at now: Int64) -> [Action] {
        guard failure == nil else { return [] }
        failure = reason
        guard states[hub] == .running, awaySince[hub] == nil else { return killAll(at: now) }
        deadline = min(deadline ?? .max, now + Self.hubGrace)
        return [.say("\(reason); ending the run"), .tell(hub, .abort(reason))]
    }

    private mutating func killAll(at now: Int64) -> [Action] {
        if failure == nil, interrupts < 2 { failure = "the run did not end in time" }
        deadline = now + Self.memberGrace
        return running.map { .tell($0, .kill) }
    }

    private mutating func giveUp(at now: Int64) -> [Action] {
        deadline = now + Self.memberGrace
        return running.flatMap { [.tell($0, .kill), .drop($0)] }
    }

    private var running: [Int] { states.indices.filter { states[$0] == .running } }
}
