/// What a frame is for.
package enum FrameKind: UInt8, Hashable, Sendable, CaseIterable {
    /// Messages between nodes, numbered on their link.
    case messages = 1
    /// Published messages, after their topic, numbered within it.
    case publication = 2
    /// Control messages between the hub and a process, numbered on their link; without zeros.
    case control = 3
    /// Not numbered: the numbers last sent and last received. Also the heartbeat.
    case status = 4
    /// Not numbered: asks for everything from a number on.
    case resend = 5
    /// Not numbered: the first frame of a link, to be answered by a status.
    case greeting = 6
}

/// The first 48 bytes of a frame (of a publication: the first after the topic).
///
///     magic 4 | version 1 | kind 1 | epoch 2 | run 8 | process 2 | peer epoch 2 | body length 4
///     sequence 8 | acknowledged 8 | checksum 8
package struct FrameHeader: Hashable, Sendable {
    package var kind: FrameKind
    /// Drawn for every launch, so that a process of an earlier run is ignored.
    package var run: UInt64
    /// The sender's process index; the hub has the number after the last.
    package var process: UInt32
    /// How often the sender has been started: what a lower one still says is out of date.
    package var epoch: UInt16
    /// The receiver's epoch as far as the sender knows it, on a control link; 0: not yet.
    package var peerEpoch: UInt16
    /// The frame's number on its link or topic, from 1; in a status the last number sent.
    package var sequence: UInt64
    /// All frames up to this number have been received on the opposite way of this link.
    package var acknowledged: UInt64

    package static let size = 48
    package static let version: UInt8 = 4
    /// "EFLK"
    private static let magic: UInt32 = 0x4B4C_4645
    private static let epochOffset = 6
    private static let lengthOffset = 20
    private static let acknowledgedOffset = 32
    private static let checksumOffset = 40

    package init(
        kind: FrameKind, run: UInt64, process: UInt32, epoch: UInt16 = 1, peerEpoch: UInt16 = 0,
        sequence: UInt64, acknowledged: UInt64 = 0
    ) {
        self.kind = kind
        self.run = run
        self.process = process
        self.epoch = epoch
        self.peerEpoch = peerEpoch
        self.sequence = sequence
        self.acknowledged = acknowledged
    }

    /// Appends the header; its length and checksum are filled in by ``seal(_:at:)``.
    package func append(to buffer: WireBuffer) {
        buffer.append(Self.magic)
        buffer.append(Self.version)
        buffer.append(kind.rawValue)
        buffer.append(epoch)
        buffer.append(run)
        buffer.append(UInt16(process))
        buffer.append(peerEpoch)
        buffer.append(UInt32(0))
        buffer.append(sequence)
        buffer.append(acknowledged)
        buffer.append(UInt64(0))
    }

    /// Completes a frame whose header stands at `offset` and whose body follows to the end.
    package static func seal(
        _ buffer: WireBuffer, at offset: Int = 0, acknowledging: UInt64? = nil
    ) {
        let length = buffer.count - offset - size
        precondition(buffer.count <= WireLimits.largestFrame, "a frame of \(length) bytes")
        buffer.overwrite(UInt32(length), at: offset + lengthOffset)
        if let acknowledging {
            buffer.overwrite(acknowledging, at: offset + acknowledgedOffset)
        }
        let checksum = Self.checksum(of: buffer.span, headerAt: offset)
        buffer.overwrite(checksum, at: offset + checksumOffset)
    }

    /// Gives a complete frame of an earlier life of its sender the present epoch.
    package static func renew(_ buffer: WireBuffer, at offset: Int = 0, epoch: UInt16) {
        buffer.overwrite(epoch, at: offset + epochOffset)
        seal(buffer, at: offset)
    }

    /// Checks a whole frame and reads its header; the body begins `size` bytes after `offset`.
    package init(checking bytes: RawSpan, at offset: Int = 0) throws(WireError) {
        guard bytes.byteCount <= WireLimits.largestFrame else { throw .tooLong }
        var reader = WireReader(bytes, from: offset)
        guard try reader.integer(bytes) == Self.magic else { throw .wrongMagic }
        let version: UInt8 = try reader.integer(bytes)
        guard version == Self.version else { throw .wrongVersion(version) }
        let number: UInt8 = try reader.integer(bytes)
        guard let kind = FrameKind(rawValue: number) else { throw .unknownKind(number) }
        epoch = try reader.integer(bytes)
        run = try reader.integer(bytes)
        process = UInt32(try reader.integer(bytes) as UInt16)
        peerEpoch = try reader.integer(bytes)
        let length: UInt32 = try reader.integer(bytes)
        sequence = try reader.integer(bytes)
        acknowledged = try reader.integer(bytes)
        let checksum: UInt64 = try reader.integer(bytes)
        guard reader.remaining >= Int(length) else { throw .truncated }
        guard reader.remaining == Int(length) else { throw .surplus }
        self.kind = kind
        guard checksum == Self.checksum(of: bytes, headerAt: offset) else { throw .wrongChecksum }
    }

    /// The checksum of everything but itself: what is before it, then what is after it.
    private static func checksum(of bytes: RawSpan, headerAt offset: Int) -> UInt64 {
        let place = offset + checksumOffset
        var checksum = Checksum()
        checksum.add(bytes.extracting(first: place))
        checksum.add(bytes.extracting(droppingFirst: place + 8))
        return checksum.value
    }
}
