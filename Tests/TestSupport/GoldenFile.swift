import Foundation

/// A file of reference values in `Tests/Golden`, as nested dictionaries and arrays.
package struct GoldenFile {
    package let value: Any

    package init(_ name: String) throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent()
        let data = try Data(contentsOf: tests.appending(path: "Golden/\(name).json"))
        value = try JSONSerialization.jsonObject(with: data)
    }

    private init(value: Any) { self.value = value }

    /// The value of a key; stops the test when there is none.
    package subscript(key: String) -> GoldenFile {
        guard let object = value as? [String: Any], let found = object[key] else {
            preconditionFailure("no \(key) in the golden file")
        }
        return GoldenFile(value: found)
    }

    package var items: [GoldenFile] { (value as? [Any] ?? []).map(GoldenFile.init(value:)) }

    package var number: Double { (value as? NSNumber)?.doubleValue ?? .nan }

    package var integer: Int { Int(number) }

    package var isTrue: Bool { (value as? NSNumber)?.boolValue ?? false }

    package var text: String { value as? String ?? "" }

    /// All numbers of nested arrays, outermost index slowest.
    package var numbers: [Double] {
        if let list = value as? [Any] { return list.flatMap { GoldenFile(value: $0).numbers } }
        return [number]
    }

    /// The numbers of a `[outputs, inputs]` matrix as `[inputs, outputs]`.
    package var transposed: [Double] {
        let rows = items.map(\.numbers)
        guard let first = rows.first else { return [] }
        return first.indices.flatMap { column in rows.map { $0[column] } }
    }

    /// The weights and biases of layers one after another, as our networks hold them.
    package var layers: [Double] {
        items.flatMap { $0["weight"].transposed + $0["bias"].numbers }
    }
}
