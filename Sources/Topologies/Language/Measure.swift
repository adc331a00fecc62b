/// What a number in a topology measures, and the units it may be written in.
struct Measure: Hashable, Sendable {
    struct Unit: Hashable, Sendable {
        var symbol: String
        /// In base units: factor x 10^exponent. Kept apart so that decimals stay exact.
        var exponent: Int
        var factor: Double

        init(_ symbol: String, exponent: Int = 0, factor: Double = 1) {
            self.symbol = symbol
            self.exponent = exponent
            self.factor = factor
        }
    }

    /// As a message calls it, such as "a duration".
    var name: String
    /// An example of how it is written.
    var example: String
    /// The unit that the program computes in.
    var base: String
    /// Ascending.
    var units: [Unit]

    func unit(_ symbol: String) -> Unit? { units.first { $0.symbol == symbol } }

    /// The symbols, for a message.
    var symbols: String { units.map(\.symbol).joined(separator: ", ") }

    static let duration = Measure(
        name: "a duration", example: "20 ms", base: "s",
        units: [
            Unit("ns", exponent: -9), Unit("us", exponent: -6), Unit("ms", exponent: -3),
            Unit("s"), Unit("min", factor: 60), Unit("h", factor: 3600),
        ])
    static let rate = Measure(
        name: "a data rate", example: "450 Mbit/s", base: "Mbit/s",
        units: [
            Unit("bit/s", exponent: -6), Unit("kbit/s", exponent: -3), Unit("Mbit/s"),
            Unit("Gbit/s", exponent: 3), Unit("Tbit/s", exponent: 6),
        ])
    static let data = Measure(
        name: "an amount of data", example: "3.5 Mbit", base: "Mbit",
        units: [
            Unit("bit", exponent: -6), Unit("B", exponent: -6, factor: 8),
            Unit("kbit", exponent: -3), Unit("kB", exponent: -3, factor: 8), Unit("Mbit"),
            Unit("MB", factor: 8), Unit("Gbit", exponent: 3), Unit("GB", exponent: 3, factor: 8),
        ])
    static let work = Measure(
        name: "an amount of work", example: "3 Gcycles", base: "Gcycles",
        units: [
            Unit("cycles", exponent: -9), Unit("kcycles", exponent: -6),
            Unit("Mcycles", exponent: -3), Unit("Gcycles"), Unit("Tcycles", exponent: 3),
        ])
    static let capacity = Measure(
        name: "a capacity", example: "10 GHz", base: "GHz",
        units: [
            Unit("MHz", exponent: -3), Unit("GHz"), Unit("THz", exponent: 3),
        ])
    static let density = Measure(
        name: "a density", example: "200 cycles/bit", base: "Gcycles/Mbit",
        units: [
            Unit("cycles/bit", exponent: -3), Unit("Mcycles/Mbit", exponent: -3),
            Unit("kcycles/bit"), Unit("Gcycles/Mbit"),
        ])
    static let frequency = Measure(
        name: "a number of tasks per time", example: "12 /s", base: "/s",
        units: [Unit("/h", factor: 1.0 / 3600), Unit("/min", factor: 1.0 / 60), Unit("/s")])
    static let length = Measure(
        name: "a length", example: "500 m", base: "m",
        units: [Unit("m"), Unit("km", exponent: 3)])
    /// A plain number.
    static let number = Measure(name: "a number", example: "0.5", base: "", units: [])
}
