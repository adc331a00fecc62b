/// Remembered values on their way to bytes or from them: nested fields by name, lists, and leaves.
///
/// In bytes each node is its kind 1, then a count 4, then a leaf's bytes, a list's nodes, or for
/// each field the length 1 of its name, the name, and its node.
final class MemoryTree {
    enum Content {
        /// Nothing: the value of an empty optional.
        case nothing
        case leaf([UInt8])
        case list([MemoryTree])
        case fields([(name: String, value: MemoryTree)])
    }

    var content: Content

    init(_ content: Content = .nothing) { self.content = content }

    private enum Kind: UInt8 {
        case nothing, leaf, list, fields
    }

    /// Nodes in nodes beyond this many are not what we write.
    private static let deepest = 64

    func write(to bytes: inout [UInt8]) {
        func head(_ kind: Kind, _ count: Int) {
            bytes.append(kind.rawValue)
            withUnsafeBytes(of: UInt32(count).littleEndian) { bytes += $0 }
        }
        switch content {
        case .nothing: head(.nothing, 0)
        case .leaf(let leaf):
            head(.leaf, leaf.count)
            bytes += leaf
        case .list(let nodes):
            head(.list, nodes.count)
            for node in nodes { node.write(to: &bytes) }
        case .fields(let fields):
            head(.fields, fields.count)
            for field in fields {
                bytes.append(UInt8(field.name.utf8.count))
                bytes += field.name.utf8
                field.value.write(to: &bytes)
            }
        }
    }

    /// Reads one node; believes none of the bytes.
    init(reading rest: inout ArraySlice<UInt8>, depth: Int = 0) throws {
        guard depth < Self.deepest else { throw MemoryError("it is nested too deeply") }
        guard rest.count >= 5, let byte = rest.popFirst(), let kind = Kind(rawValue: byte) else {
            throw MemoryError("it is cut off or foreign")
        }
        let count = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        rest = rest.dropFirst(4)
        // Everything that is counted takes at least a byte.
        guard count <= rest.count else { throw MemoryError("it is cut off") }
        switch kind {
        case .nothing: content = .nothing
        case .leaf:
            content = .leaf(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        case .list:
            var nodes: [MemoryTree] = []
            for _ in 0..<count { nodes.append(try Self(reading: &rest, depth: depth + 1)) }
            content = .list(nodes)
        case .fields:
            var fields: [(String, MemoryTree)] = []
            for _ in 0..<count {
                let length = Int(rest.popFirst() ?? 0)
                guard length <= rest.count,
                    let name = String(validating: rest.prefix(length), as: UTF8.self)
                else { throw MemoryError("it is cut off") }
                rest = rest.dropFirst(length)
                fields.append((name, try Self(reading: &rest, depth: depth + 1)))
            }
            content = .fields(fields)
        }
    }
}

/// Why something cannot be remembered.
package struct MemoryError: Error, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
