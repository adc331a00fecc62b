/// Numbers and words that are leaves.
protocol MemoryLeaf {
    var memoryBytes: [UInt8] { get }
    /// Nil when there are too few or too many bytes.
    init?(memoryBytes: [UInt8])
}

/// Numbers whose bytes can be written as they are.
protocol MemoryNumber: MemoryLeaf, BitwiseCopyable {}

extension MemoryNumber {
    // Snapshots stay on machines of one kind: bytes are as in memory.
    var memoryBytes: [UInt8] { withUnsafeBytes(of: self) { Array($0) } }

    init?(memoryBytes bytes: [UInt8]) {
        guard bytes.count == MemoryLayout<Self>.size else { return nil }
        self = bytes.withUnsafeBytes { $0.loadUnaligned(as: Self.self) }
    }
}

extension Int: MemoryNumber {}
extension Int8: MemoryNumber {}
extension Int16: MemoryNumber {}
extension Int32: MemoryNumber {}
extension Int64: MemoryNumber {}
extension Int128: MemoryNumber {}
extension UInt: MemoryNumber {}
extension UInt8: MemoryNumber {}
extension UInt16: MemoryNumber {}
extension UInt32: MemoryNumber {}
extension UInt64: MemoryNumber {}
extension Float: MemoryNumber {}
extension Double: MemoryNumber {}

extension Bool: MemoryNumber {
    var memoryBytes: [UInt8] { [self ? 1 : 0] }

    init?(memoryBytes bytes: [UInt8]) {
        guard bytes == [0] || bytes == [1] else { return nil }
        self = bytes == [1]
    }
}

extension String: MemoryLeaf {
    var memoryBytes: [UInt8] { Array(utf8) }

    init?(memoryBytes bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        self = text
    }
}

/// Long arrays of numbers are one leaf.
extension Array: MemoryLeaf where Element: MemoryNumber {
    var memoryBytes: [UInt8] { withUnsafeBytes { Array<UInt8>($0) } }

    init?(memoryBytes bytes: [UInt8]) {
        let size = MemoryLayout<Element>.size
        guard bytes.count.isMultiple(of: size) else { return nil }
        if Element.self == Bool.self, bytes.contains(where: { $0 > 1 }) { return nil }
        // All at once: one by one, unspecialised, takes seconds for a learner's memory.
        self = Array(unsafeUninitializedCapacity: bytes.count / size) { target, count in
            bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(target).copyMemory(from: $0) }
            count = bytes.count / size
        }
    }
}

extension MemoryTree {
    convenience init(writing value: some Encodable) throws {
        self.init()
        if let leaf = value as? any MemoryLeaf {
            content = .leaf(leaf.memoryBytes)
        } else {
            try value.encode(to: Writer(node: self))
        }
    }

    fileprivate func addField(_ key: some CodingKey, _ value: MemoryTree) {
        guard case .fields(var fields) = content else { return }
        content = .nothing
        fields.append((key.stringValue, value))
        content = .fields(fields)
    }

    fileprivate func addItem(_ value: MemoryTree) {
        guard case .list(var nodes) = content else { return }
        content = .nothing
        nodes.append(value)
        content = .list(nodes)
    }
}

/// What the compiler's own encoding writes to.
private struct Writer: Encoder, SingleValueEncodingContainer {
    let node: MemoryTree
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if case .fields = node.content {} else { node.content = .fields([]) }
        return KeyedEncodingContainer(FieldWriter<Key>(node: node))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        node.content = .list([])
        return ListWriter(node: node)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    mutating func encodeNil() { node.content = .nothing }

    mutating func encode(_ value: some Encodable) throws {
        node.content = try MemoryTree(writing: value).content
    }
}

private struct FieldWriter<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: MemoryTree
    var codingPath: [any CodingKey] { [] }

    mutating func encodeNil(forKey key: Key) { node.addField(key, MemoryTree()) }

    mutating func encode(_ value: some Encodable, forKey key: Key) throws {
        node.addField(key, try MemoryTree(writing: value))
    }

    mutating func encode(_ value: Int128, forKey key: Key) throws {
        node.addField(key, try MemoryTree(writing: value))
    }

    mutating func nestedContainer<Inner: CodingKey>(
        keyedBy type: Inner.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Inner> {
        Writer(node: nested(key)).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        Writer(node: nested(key)).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder { Writer(node: node) }
    mutating func superEncoder(forKey key: Key) -> any Encoder { Writer(node: nested(key)) }

    private func nested(_ key: Key) -> MemoryTree {
        let inner = MemoryTree()
        node.addField(key, inner)
        return inner
    }
}

private struct ListWriter: UnkeyedEncodingContainer {
    let node: MemoryTree
    var codingPath: [any CodingKey] { [] }

    var count: Int {
        if case .list(let nodes) = node.content { nodes.count } else { 0 }
    }

    mutating func encodeNil() { node.addItem(MemoryTree()) }

    mutating func encode(_ value: some Encodable) throws {
        node.addItem(try MemoryTree(writing: value))
    }

    mutating func nestedContainer<Inner: CodingKey>(
        keyedBy type: Inner.Type
    ) -> KeyedEncodingContainer<Inner> {
        Writer(node: nested()).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        Writer(node: nested()).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder { Writer(node: nested()) }

    private func nested() -> MemoryTree {
        let inner = MemoryTree()
        node.addItem(inner)
        return inner
    }
}
