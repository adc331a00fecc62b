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

    /// A number as it stands on an axis, such as `0.9` or `100 ms`, in the base unit of what it
    /// measures; nil when it is none.
    package static func magnitude(_ text: String) -> (value: Double, unit: String)? {
        guard let number = try? NumberText(text) else { return nil }
        if number.rest.isEmpty { return Double(number.digits).map { ($0, "") } }
        let measures: [Measure] = [
            .duration, .rate, .data, .work, .capacity, .density, .frequency, .length,
        ]
        for measure in measures {
            guard let unit = measure.unit(number.rest) else { continue }
            return (try? number.value(in: unit)).map { ($0, measure.base) }
        }
        return nil
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
