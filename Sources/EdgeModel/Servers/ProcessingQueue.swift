package import SimulationKernel

/// An edge server: serves work first come first served at the speed of its profile.
///
/// Service never stops while there is work, so the instants of a subtask are known when it comes:
/// start = max(arrival, previous finish), finish by the profile, in whole nanoseconds. The queue
/// is still explicit: who is there, since when and with how much work, for the books.
package struct ProcessingQueue: Sendable, Codable {
    /// Something that waits or is served.
    private struct Entry: Sendable, Codable {
        var queued: VirtualInstant
        var finish: VirtualInstant
        var work: Gigacycles
    }

    /// When something is served.
    @frozen
    package struct Service: Hashable, Sendable {
        package var start: VirtualInstant
        package var finish: VirtualInstant

        init(start: VirtualInstant, finish: VirtualInstant) {
            self.start = start
            self.finish = finish
        }
    }

    package let profile: CapacityProfile
    /// The start of the episode, which the profile's instants are relative to.
    package let origin: VirtualInstant
    private var entries = RingBuffer<Entry>()
    /// When all work that has come so far is done.
    private var drainedAt: VirtualInstant
    /// The instant up to which finished entries are taken out and the integral is taken.
    private var clock: VirtualInstant
    private var occupancy: Int128 = 0
    private var served = VirtualDuration.zero
    private var admitted: UInt64 = 0
    private var finished: UInt64 = 0
    private var doneWork = Gigacycles.zero

    /// An empty server at the start of an episode.
    package init(profile: CapacityProfile, origin: VirtualInstant = .zero) {
        self.profile = profile
        self.origin = origin
        drainedAt = origin
        clock = origin
    }

    /// Queues work at an instant not before any earlier one.
    package mutating func admit(
        _ work: Gigacycles, at now: VirtualInstant
    ) -> Service {
        advance(to: now)
        let start = max(now, drainedAt)
        let finish = origin + profile.completion(of: work, from: start - origin)
        entries.append(Entry(queued: now, finish: finish, work: work))
        drainedAt = finish
        served += finish - start
        admitted &+= 1
        return Service(start: start, finish: finish)
    }

    /// Takes out what is finished at `now` or before.
    ///
    /// - Complexity: constant for each entry, over all calls.
    package mutating func advance(to now: VirtualInstant) {
        while let first = entries.first, first.finish <= now {
            integrate(to: first.finish)
            entries.dropFirst()
            finished &+= 1
            doneWork += first.work
        }
        integrate(to: now)
    }

    mutating func integrate(to instant: VirtualInstant) {
        precondition(instant >= clock, "the server's clock went back from \(clock) to \(instant)")
        let (count, span) = (Int64(entries.count), (instant - clock).nanoseconds)
        let (area, overflow) = count.multipliedReportingOverflow(by: span)
        occupancy += overflow ? Int128(count) * Int128(span) : Int128(area)
        clock = instant
    }

    /// Throws out everything that is not finished before `now`; the server is idle afterwards.
    ///
    /// - Returns: how long what is thrown out has been here, subtask-seconds.
    package mutating func evict(at now: VirtualInstant) -> Double {
        advance(to: max(clock, now - VirtualDuration(nanoseconds: 1)))
        integrate(to: now)
        var stay: Int128 = 0
        while let first = entries.first {
            stay += Int128((now - first.queued).nanoseconds)
            entries.dropFirst()
        }
        if drainedAt > now {
            served = served - (drainedAt - now)
            drainedAt = now
        }
        return Double(stay) * 1e-9
    }

    /// How long work that came now would wait.
    package func wait(at now: VirtualInstant) -> VirtualDuration {
        drainedAt > now ? drainedAt - now : .zero
    }

    /// Work queued and left in service: what the server does from now until it is idle.
    package func backlog(at now: VirtualInstant) -> Gigacycles {
        profile.work(from: now - origin, to: drainedAt - origin)
    }

    package func capacity(at now: VirtualInstant) -> Gigahertz {
        profile.capacity(at: now - origin)
    }

    /// How many are there after the last `admit` or `advance`.
    package var count: Int { entries.count }
}

extension ProcessingQueue {
    /// The books of a server, closed at an instant.
    package struct Account: Hashable, Sendable {
        /// What came, and what was finished before that instant.
        package var admitted: UInt64
        package var finished: UInt64
        package var finishedWork: Gigacycles
        /// The work of what was not finished, each counted whole.
        package var heldWork: Gigacycles
        package var busy: VirtualDuration
        /// The integral of the number present over time, seconds.
        package var occupancy: Double
        /// The part of it that belongs to what was not finished, seconds.
        package var unfinishedOccupancy: Double
    }

    /// Closes the books at an instant after every arrival; what would finish then does not count.
    package mutating func close(at end: VirtualInstant) -> Account {
        advance(to: max(clock, end - VirtualDuration(nanoseconds: 1)))
        integrate(to: end)
        var held = Gigacycles.zero
        var unfinished: Int128 = 0
        for place in 0..<entries.count {
            held += entries[place].work
            unfinished += Int128((end - entries[place].queued).nanoseconds)
        }
        return Account(
            admitted: admitted, finished: finished, finishedWork: doneWork, heldWork: held,
            busy: served - wait(at: end), occupancy: Double(occupancy) * 1e-9,
            unfinishedOccupancy: Double(unfinished) * 1e-9)
    }
}
