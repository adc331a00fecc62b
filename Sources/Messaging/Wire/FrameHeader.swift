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

/// The first 28 bytes of a frame (of a publication: the first after the topic).
///
///     magic 2 | version 1 | kind 1 | epoch 2 | peer epoch 2 | process 2 | sequence 5
///     acknowledged 5 | checksum 8
///
/// The checksum begins with the number of the run, so that a frame of another one is none of ours.
/// A frame is as long as the message that brings it. Short, since every byte of it is copied and
/// encrypted several times.
package struct FrameHeader: Hashable, Sendable {
    package var kind: FrameKind
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

    package static let size = 28
    package static let version: UInt8 = 5
    /// "EF"
    private static let magic: UInt16 = 0x4645
    private static let epochOffset = 4
    private static let acknowledgedOffset = 15
    private static let checksumOffset = 20

    package init(
        kind: FrameKind, process: UInt32, epoch: UInt16 = 1, peerEpoch: UInt16 = 0,
        sequence: UInt64, acknowledged: UInt64 = 0
    ) {
        self.kind = kind
        self.process = process
        self.epoch = epoch
        self.peerEpoch = peerEpoch
        self.sequence = sequence
        self.acknowledged = acknowledged
    }

    /// Appends the header; its checksum is filled in by ``seal(_:at:run:acknowledging:)``.
    package func append(to buffer: WireBuffer) {
        buffer.append(Self.magic)
        buffer.append(Self.version)
        buffer.append(kind.rawValue)
        buffer.append(epoch)
        buffer.append(peerEpoch)
        buffer.append(UInt16(process))
        buffer.append(UInt32(truncatingIfNeeded: sequence))
        buffer.append(Self.high(of: sequence))
        buffer.append(UInt32(truncatingIfNeeded: acknowledged))
        buffer.append(Self.high(of: acknowledged))
        buffer.append(UInt64(0))
    }

    /// The fifth byte of a number: a link has less than 2^40 frames.
    private static func high(of number: UInt64) -> UInt8 { UInt8(number >> 32) }

    /// Completes a frame whose header stands at `offset` and whose body follows to the end.
    ///
    /// - Parameter run: drawn for every launch.
    package static func seal(
        _ buffer: WireBuffer, at offset: Int = 0, run: UInt64, acknowledging: UInt64? = nil
    ) {
        precondition(buffer.count <= WireLimits.largestFrame, "a frame of \(buffer.count) bytes")
        if let acknowledging {
            let place = offset + acknowledgedOffset
            buffer.overwrite(UInt32(truncatingIfNeeded: acknowledging), at: place)
            buffer.overwrite(high(of: acknowledging), at: place + 4)
        }
        let checksum = Self.checksum(of: buffer.span, headerAt: offset, run)
        buffer.overwrite(checksum, at: offset + checksumOffset)
    }

    /// Gives a complete frame of an earlier life of its sender the present epoch.
    package static func renew(
        _ buffer: WireBuffer, at offset: Int = 0, run: UInt64, epoch: UInt16
    ) {
        buffer.overwrite(epoch, at: offset + epochOffset)
        seal(buffer, at: offset, run: run)
    }

    /// Checks a whole frame and reads its header; the body begins `size` bytes after `offset`.
    package init(checking bytes: RawSpan, at offset: Int = 0, run: UInt64) throws(WireError) {
        guard bytes.byteCount <= WireLimits.largestFrame else { throw .tooLong }
        var reader = WireReader(bytes, from: offset)
        guard try reader.integer(bytes) == Self.magic else { throw .wrongMagic }
        let version: UInt8 = try reader.integer(bytes)
        guard version == Self.version else { throw .wrongVersion(version) }
        let number: UInt8 = try reader.integer(bytes)
        guard let kind = FrameKind(rawValue: number) else { throw .unknownKind(number) }
        epoch = try reader.integer(bytes)
        peerEpoch = try reader.integer(bytes)
        process = UInt32(try reader.integer(bytes) as UInt16)
        sequence = UInt64(try reader.integer(bytes) as UInt32)
        sequence |= UInt64(try reader.integer(bytes) as UInt8) << 32
        acknowledged = UInt64(try reader.integer(bytes) as UInt32)
        acknowledged |= UInt64(try reader.integer(bytes) as UInt8) << 32
        let checksum: UInt64 = try reader.integer(bytes)
        self.kind = kind
        guard checksum == Self.checksum(of: bytes, headerAt: offset, run) else {
            throw .wrongChecksum
        }
    }

    /// The checksum of everything but itself: what is before it, then what is after it.
    private static func checksum(
        of bytes: RawSpan, headerAt offset: Int, _ run: UInt64
    ) -> UInt64 {
        let place = offset + checksumOffset
        var checksum = Checksum(beginningWith: run)
        checksum.add(bytes.extracting(first: place))
        checksum.add(bytes.extracting(droppingFirst: place + 8))
        return checksum.value
    }
}
