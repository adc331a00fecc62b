import EdgeModel
import Testing

@testable import Topologies

@Suite struct `The text of a quantity` {
    @Test(arguments: [("4 Mbit", 4.0), ("500kB", 4), ("0 Mbit", 0), ("1.5 Gbit", 1500)])
    func `is data with its unit`(text: String, megabits: Double) throws {
        #expect(try QuantityText.megabits(text) == Megabits(megabits))
    }

    @Test(arguments: ["", "4", "4 mbit", "-1 Mbit", "4 Gcycles", "nan Mbit", "1e400 Mbit", "0x1 B"])
    func `needs a number and a unit that fit`(text: String) {
        #expect(throws: QuantityText.Fault.self) { try QuantityText.megabits(text) }
    }

    @Test func `is work with its unit`() throws {
        #expect(try QuantityText.gigacycles("250 Mcycles") == Gigacycles(0.25))
    }
}
