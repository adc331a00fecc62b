/// The format of files with recorded slotted runs: a list of cases, each with its parameters and
/// its slots in order. Names carry the units.
struct SlottedFileCase: Decodable {
    var model: String
    /// CWA, HECWA or WATERFILL; divisible cases only.
    var allocation: String?
    var slot_s: Double
    var deadline_s: Double?
    var carry_egress: Bool?
    var capacity_ghz: [Double]
    /// Towards each server.
    var rate_mbit_per_s: [Double]
    var slots: [Slot]

    struct Slot: Decodable {
        var queue_gcycles_at_start: [Double]
        var tasks: [Task]
        var queue_gcycles_after: [Double]
    }

    /// A divisible task has a density, servers and fractions; an indivisible one a workload, a
    /// result, one server and a delay.
    struct Task: Decodable {
        var station: Int
        var size_mbit: Double
        var density_gcycles_per_mbit: Double?
        var workload_gcycles: Double?
        var result_mbit: Double?
        var servers: [Int]?
        var server: Int?
        var fractions: [Double]?
        var makespan_s: Double?
        var failed: Bool?
        var reward: Double?
        var delay_s: Double?
    }
}
