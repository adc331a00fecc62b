/// A message is remembered in its wire form, after its kind.
extension Message: Codable {
    package func encode(to encoder: any Encoder) throws {
        let buffer = WireBuffer()
        buffer.append(kind.rawValue)
        buffer.append(body: self)
        try buffer.bytes.encode(to: encoder)
    }

    package init(from decoder: any Decoder) throws {
        let bytes = try [UInt8](from: decoder)
        var reader = WireReader(bytes.span.bytes)
        let number: UInt8 = try reader.integer(bytes.span.bytes)
        guard let kind = MessageKind(rawValue: number) else { throw WireError.unknownKind(number) }
        self = try reader.message(kind, bytes.span.bytes)
    }
}
