/// Something that outlives its process: what it remembers can be written down between two inputs
/// and put in the place of a fresh one's memory, which then goes on exactly like the first.
package protocol Remembering {
    /// Passes every field that an input can change, and nothing that the topology says.
    mutating func remember(_ memory: inout Memory) throws
}

/// What a node or decision maker remembers, on its way into a snapshot or out of it.
///
/// One list of fields serves both ways, so writing and reading cannot drift apart.
package struct Memory {
    private enum Way {
        case writing
        case reading([String: MemoryTree])
    }

    private let way: Way
    private var written: [(name: String, value: MemoryTree)] = []
    private var files: [String: [UInt8]]

    private init(_ way: Way, files: [String: [UInt8]] = [:]) {
        self.way = way
        self.files = files
    }

    /// What something remembers.
    package struct Snapshot: Hashable, Sendable, Codable {
        package var bytes: [UInt8]
        /// What has a form of its own, such as weights, by file name.
        package var files: [String: [UInt8]]

        package init(bytes: [UInt8], files: [String: [UInt8]] = [:]) {
            self.bytes = bytes
            self.files = files
        }
    }

    /// Whether fields are given their values here.
    package var isReading: Bool {
        if case .reading = way { true } else { false }
    }

    /// Writes a field, or replaces it by what the snapshot holds.
    package mutating func pass<Value: Codable>(_ name: String, _ value: inout Value) throws {
        switch way {
        case .writing: written.append((name, try MemoryTree(writing: value)))
        case .reading(let fields):
            guard let field = fields[name] else { throw MemoryError("'\(name)' is missing") }
            do { value = try field.value(as: Value.self) } catch {
                throw MemoryError("'\(name)': \(error)")
            }
        }
    }

    /// Passes something that is a file of its own, with that name.
    package mutating func pass(file name: String, _ bytes: inout [UInt8]) throws {
        switch way {
        case .writing: files[name] = bytes
        case .reading:
            guard let file = files[name] else { throw MemoryError("the file \(name) is missing") }
            bytes = file
        }
    }

    /// Everything that something remembers.
    package static func snapshot(of something: any Remembering) throws -> Snapshot {
        var something = something
        var memory = Memory(.writing)
        try something.remember(&memory)
        var bytes: [UInt8] = []
        MemoryTree(.fields(memory.written)).write(to: &bytes)
        return Snapshot(bytes: bytes, files: memory.files)
    }

    /// The bytes of a value.
    package static func bytes(of value: some Encodable) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try MemoryTree(writing: value).write(to: &bytes)
        return bytes
    }

    /// A value from its bytes; believes none of them.
    package static func value<Value: Decodable>(
        _ type: Value.Type, from bytes: ArraySlice<UInt8>
    ) throws -> Value {
        var rest = bytes
        let tree = try MemoryTree(reading: &rest)
        guard rest.isEmpty else { throw MemoryError("something follows its end") }
        return try tree.value(as: type)
    }

    /// Gives something the memory that another one of its kind had.
    package static func restore(
        _ something: inout any Remembering, from snapshot: Snapshot
    ) throws {
        var rest = snapshot.bytes[...]
        let tree = try MemoryTree(reading: &rest)
        guard case .fields(let fields) = tree.content, rest.isEmpty else {
            throw MemoryError("it is not a memory")
        }
        let known = Dictionary(fields.map { ($0.name, $0.value) }) { first, _ in first }
        var memory = Memory(.reading(known), files: snapshot.files)
        try something.remember(&memory)
    }
}
