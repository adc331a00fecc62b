package import EdgeModel

/// Quantities outside a file, such as options of the program: written as in a topology.
package enum QuantityText {
    /// What is wrong with a quantity, in words.
    package struct Fault: Error, Hashable, CustomStringConvertible {
        package let description: String
    }

    /// - Throws: `Fault` unless the text is a non-negative amount of data with its unit.
    package static func megabits(_ text: String) throws(Fault) -> Megabits {
        Megabits(try value(text, .data))
    }

    /// - Throws: `Fault` unless the text is a non-negative amount of work with its unit.
    package static func gigacycles(_ text: String) throws(Fault) -> Gigacycles {
        Gigacycles(try value(text, .work))
    }

    private static func value(_ text: String, _ measure: Measure) throws(Fault) -> Double {
        let expected = "expected \(measure.name) such as \"\(measure.example)\" (got \"\(text)\")"
        guard let number = try? NumberText(text), let unit = measure.unit(number.rest),
            let value = try? number.value(in: unit), value >= 0
        else {
            throw Fault(description: "\(expected); units: \(measure.symbols)")
        }
        return value
    }
}
