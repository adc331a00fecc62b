package import Messaging
package import SimulationKernel

#if canImport(Glibc)
    import Glibc
#endif

/// Writes an input log while a process runs.
///
/// A disk that fails does not stop the run: writing ends, and `failure` says why.
package final class InputLogWriter: InputTape {
    private let descriptor: Int32
    private let buffer = WireBuffer()
    private var prints = Fingerprinter()
    /// Which weights the last input entry with weights held.
    private var lastWeights: (generation: UInt32, version: UInt64)?
    package private(set) var failure: String?

    /// Bytes that are written at once.
    private static let chunk = 256 << 10

    /// - Throws: when the file cannot be made.
    package init(path: String) throws(InputLogError) {
        descriptor = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw InputLogError("cannot write \(path): \(String(cString: strerror(errno)))")
        }
        for byte in InputLogEntry.magic { buffer.append(byte) }
    }

    deinit {
        flush()
        close(descriptor)
    }

    package func note(_ message: Message, key: EventKey, to: NodeIndex) {
        // A node's messages to itself come again when it runs again.
        guard key.sender != to else { return }
        if case .weights(let weights) = message {
            if let lastWeights, lastWeights == (weights.generation, weights.version) {
                return entry(.again) { buffer in
                    Self.append(key, to, buffer)
                }
            }
            lastWeights = (weights.generation, weights.version)
        }
        entry(.input) { buffer in
            Self.append(key, to, buffer)
            buffer.append(message.kind.rawValue)
            buffer.append(body: message)
        }
    }

    package func note(_ message: Message, sentAs key: EventKey, to: NodeIndex) {
        let print = prints.fingerprint(of: message)
        entry(.output) { buffer in
            Self.append(key, to, buffer)
            buffer.append(message.kind.rawValue)
            buffer.append(print.length)
            buffer.append(print.checksum)
        }
    }

    package func note(_ record: Record, by node: NodeIndex) {
        let print = prints.fingerprint(of: record)
        entry(.record) { buffer in
            buffer.append(node)
            buffer.append(print.length)
            buffer.append(print.checksum)
        }
    }

    /// Says that the run went to its end; a log without this word ends early.
    package func finish() {
        entry(.end) { _ in }
        flush()
    }

    private static func append(_ key: EventKey, _ to: NodeIndex, _ buffer: WireBuffer) {
        buffer.append(key.time.nanoseconds)
        buffer.append(key.sender)
        buffer.append(key.sequence)
        buffer.append(to)
    }

    private func entry(_ kind: InputLogEntry.Kind, _ write: (WireBuffer) -> Void) {
        guard failure == nil else { return }
        let start = buffer.count
        buffer.append(UInt32(0))
        buffer.append(UInt32(0))
        buffer.append(kind.rawValue)
        write(buffer)
        let length = buffer.count - start - 8
        let written = buffer
        let checksum = Checksum.lowHalf(of: written.span.extracting(droppingFirst: start + 8))
        buffer.overwrite(UInt32(length), at: start)
        buffer.overwrite(checksum, at: start + 4)
        if buffer.count >= Self.chunk { flush() }
    }

    private func flush() {
        let written = buffer
        written.span.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty, failure == nil {
                let part = UnsafeRawBufferPointer(rebasing: rest)
                let count = write(descriptor, part.baseAddress, part.count)
                if count > 0 {
                    rest = rest.dropFirst(count)
                } else if errno != EINTR {
                    failure = "the input log ends here: \(String(cString: strerror(errno)))"
                }
            }
        }
        buffer.removeAll()
    }
}

/// Why an input log cannot be written or read.
package struct InputLogError: Error, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
