import SimulationKernel
import Testing

@Suite struct `A virtual duration` {
    @Test(arguments: [
        (0.0, 0), (1.0, 1_000_000_000), (1e-9, 1), (0.4e-9, 0), (0.6e-9, 1),
        (-3.0, 0), (0.1, 100_000_000), (1.0 / 3, 333_333_333), (2.0 / 3, 666_666_667),
    ])
    func `is the nearest nanosecond`(seconds: Double, nanoseconds: Int64) {
        #expect(VirtualDuration.seconds(seconds).nanoseconds == nanoseconds)
    }

    /// Halves that survive the multiplication exactly: 2^-10 s is 976,562.5 ns.
    @Test(arguments: [(1, 976_562), (3, 2_929_688), (5, 4_882_812), (7, 6_835_938)])
    func `rounds ties to even`(halves: Int, nanoseconds: Int64) {
        #expect(VirtualDuration.seconds(Double(halves) * 0x1p-10).nanoseconds == nanoseconds)
    }

    @Test func `refuses what no clock can show`() async {
        await #expect(processExitsWith: .failure) { _ = VirtualDuration.seconds(1e10) }
        await #expect(processExitsWith: .failure) { _ = VirtualDuration.seconds(.nan) }
    }

    @Test func `adds up in whole nanoseconds`() {
        let step = VirtualDuration.seconds(0.1)
        let end = (0..<10).reduce(VirtualInstant.zero) { instant, _ in instant + step }
        #expect(end == .zero + .seconds(1))
        #expect(end - VirtualInstant.zero == .milliseconds(1000))
    }
}
