import SimulationKernel

/// Virtual time as a straight line over the hub's steady clock, read from our own.
struct Timekeeper: Sendable {
    /// What the hub's clock reads at virtual time 0, nanoseconds.
    let origin: Int64
    /// Virtual seconds per second.
    let speed: Double
    /// How far the hub's clock is ahead of ours, nanoseconds.
    var offset: Int64 = 0
    var skew = ClockSkew()

    init(origin: Int64, speed: Double) {
        self.origin = origin
        self.speed = speed
    }

    /// What our own clock reads now.
    var reading: Int64 { skew.reading(at: MonotonicClock.now) }

    var now: VirtualInstant { instant(at: reading) }

    func instant(at reading: Int64) -> VirtualInstant {
        let elapsed = Double(reading + offset - origin)
        return VirtualInstant(nanoseconds: Int64((elapsed * speed).rounded()))
    }

    /// When our clock reads this instant; `.max` if that is out of reach.
    func reading(at instant: VirtualInstant) -> Int64 {
        let elapsed = (Double(instant.nanoseconds) / speed).rounded(.up)
        return elapsed < 4e18 ? origin - offset + Int64(elapsed) : .max
    }
}
