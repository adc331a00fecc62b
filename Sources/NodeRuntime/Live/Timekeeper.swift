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
    private let steady: SteadyClock

    init(origin: Int64, speed: Double, by steady: SteadyClock) {
        self.origin = origin
        self.speed = speed
        self.steady = steady
    }

    /// What our own clock reads now.
    var reading: Int64 { skew.reading(at: steady.now) }

    var now: VirtualInstant { instant(at: reading) }

    func instant(at reading: Int64) -> VirtualInstant {
        let elapsed = Double(reading + offset - origin)
        return VirtualInstant(nanoseconds: Int64((elapsed * speed).rounded()))
    }

    /// What the hub's clock must read at virtual time 0 so that it is this instant now.
    static func origin(for instant: VirtualInstant, speed: Double, now: Int64) -> Int64 {
        now - Int64(Double(instant.nanoseconds) / speed)
    }

    /// When our clock reads this instant; `.max` if that is out of reach.
    func reading(at instant: VirtualInstant) -> Int64 {
        let elapsed = (Double(instant.nanoseconds) / speed).rounded(.up)
        return elapsed < 4e18 ? origin - offset + Int64(elapsed) : .max
    }
}
