extension MemoryTree {
    func value<Value: Decodable>(as type: Value.Type) throws -> Value {
        guard let leaf = type as? any MemoryLeaf.Type else {
            return try Value(from: Reader(node: self))
        }
        guard case .leaf(let bytes) = content, let value = leaf.init(memoryBytes: bytes) as? Value
        else { throw MemoryError("it is no \(type)") }
        return value
    }

    fileprivate var isNothing: Bool {
        if case .nothing = content { true } else { false }
    }
}

/// What the compiler's own decoding reads from.
private struct Reader: Decoder, SingleValueDecodingContainer {
    let node: MemoryTree
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .fields(let fields) = node.content else { throw MemoryError("it has no fields") }
        return KeyedDecodingContainer(FieldReader<Key>(fields: fields))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .list(let nodes) = node.content else { throw MemoryError("it is no list") }
        return ListReader(nodes: nodes)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    func decodeNil() -> Bool { node.isNothing }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try node.value(as: type) }
}

private struct FieldReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let fields: [(name: String, value: MemoryTree)]
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { fields.compactMap { Key(stringValue: $0.name) } }

    func contains(_ key: Key) -> Bool { fields.contains { $0.name == key.stringValue } }

    private func node(_ key: Key) throws -> MemoryTree {
        guard let field = fields.first(where: { $0.name == key.stringValue }) else {
            throw MemoryError("'\(key.stringValue)' is missing")
        }
        return field.value
    }

    func decodeNil(forKey key: Key) throws -> Bool { try node(key).isNothing }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try node(key).value(as: type)
    }

    func decode(_ type: Int128.Type, forKey key: Key) throws -> Int128 {
        try node(key).value(as: type)
    }

    func nestedContainer<Inner: CodingKey>(
        keyedBy type: Inner.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Inner> {
        try Reader(node: node(key)).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try Reader(node: node(key)).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { Reader(node: MemoryTree(.fields(fields))) }
    func superDecoder(forKey key: Key) throws -> any Decoder { Reader(node: try node(key)) }
}

private struct ListReader: UnkeyedDecodingContainer {
    let nodes: [MemoryTree]
    private(set) var currentIndex = 0
    var codingPath: [any CodingKey] { [] }
    var count: Int? { nodes.count }
    var isAtEnd: Bool { currentIndex >= nodes.count }

    init(nodes: [MemoryTree]) { self.nodes = nodes }

    private mutating func next() throws -> MemoryTree {
        guard !isAtEnd else { throw MemoryError("a list is too short") }
        defer { currentIndex += 1 }
        return nodes[currentIndex]
    }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, nodes[currentIndex].isNothing else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try next().value(as: type)
    }

    mutating func nestedContainer<Inner: CodingKey>(
        keyedBy type: Inner.Type
    ) throws -> KeyedDecodingContainer<Inner> {
        try Reader(node: next()).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try Reader(node: next()).unkeyedContainer()
    }

    mutating func superDecoder() throws -> any Decoder { Reader(node: try next()) }
}
