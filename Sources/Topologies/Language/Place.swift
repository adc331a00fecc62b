/// Where something was written, in the order in which diagnostics are shown.
package enum Place: Hashable, Comparable, Sendable {
    /// The input as a whole.
    case whole
    /// In the topology file; both count from 1, columns in Unicode scalars.
    case file(line: Int, column: Int)
    /// In a file that the topology names.
    case other(path: String, line: Int, column: Int)
    /// In the value of `--set KEY=VALUE`.
    case override(key: String)
}

/// A value and where it was written.
package struct Located<Value> {
    package var value: Value
    package var place: Place

    package init(_ value: Value, at place: Place) {
        self.value = value
        self.place = place
    }

    func map<Other>(_ transform: (Value) -> Other) -> Located<Other> {
        Located<Other>(transform(value), at: place)
    }
}

extension Located: Sendable where Value: Sendable {}
extension Located: Equatable where Value: Equatable {}
extension Located: Hashable where Value: Hashable {}
