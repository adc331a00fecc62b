import FoundationEssentials
import Glibc
import Messaging
import NeuralNetwork
import NodeRuntime
import SimulationKernel

import enum Emulation.RunState
import struct Emulation.ReferenceVerification
import struct Topologies.StudyFile
import struct Topologies.Topology

/// What comes from files.
extension FuzzTarget {
    /// The first byte says whether the rest is a whole file or payloads that are to get the
    /// lengths and checksums that would let them in.
    static let inputLog = FuzzTarget(name: "input-log") { input in
        guard let form = input.first else { return }
        let rest = input.dropFirst()
        let file = MemoryFile(form & 1 == 0 ? Array(rest) : framed(rest))
        guard let reader = try? InputLogReader(path: file.path) else { return }
        while (try? reader.next()) != nil {}
    } seeds: {
        exampleMessages.map { message in
            let file = MemoryFile([])
            guard let log = try? InputLogWriter(path: file.path) else { return [] }
            let key = EventKey(time: .zero, sender: 1, sequence: 2)
            log.note(message, key: key, to: 3)
            log.note(message, key: key, to: 4)
            log.note(message, sentAs: key, to: 5)
            log.finish()
            return [0] + file.bytes
        }
    }

    /// Entries of an input log: each takes a length of one byte and so many bytes of the input.
    private static func framed(_ input: ArraySlice<UInt8>) -> [UInt8] {
        var rest = input
        let log = WireBuffer()
        log.append(Array("EFLOG\0\0\u{1}".utf8).span.bytes)
        while let count = rest.popFirst() {
            let payload = Array(rest.prefix(Int(count)))
            rest = rest.dropFirst(Int(count))
            log.append(UInt32(payload.count))
            log.append(Checksum.lowHalf(of: payload.span.bytes))
            log.append(payload.span.bytes)
        }
        return bytes(log)
    }

    static let checkpoint = FuzzTarget(name: "checkpoint") { input in
        guard let checkpoint = try? Checkpoint(decoding: input) else { return }
        let bytes = checkpoint.encoded()
        let again = try? Checkpoint(decoding: bytes)
        require(again?.encoded() == bytes, "a checkpoint is read as it was written")
    } seeds: {
        let tensors = [
            Checkpoint.Tensor(name: "a.weight", shape: [2, 2], values: .float32([1, 2, 3, 4])),
            Checkpoint.Tensor(name: "b", shape: [1], values: .float64([5])),
            Checkpoint.Tensor(name: "\"c\\ü", shape: [], values: .unsigned64([6])),
        ]
        return [
            Checkpoint(metadata: ["step": "3"], tensors: tensors).encoded(),
            Checkpoint().encoded(),
        ]
    }

    /// What nodes remember at the end of an episode, without the checksum of its file.
    static let snapshot = FuzzTarget(name: "snapshot") { input in
        let type = [NodeSnapshot].self
        guard let snapshots = try? Memory.value(type, from: input[...]) else { return }
        guard let bytes = try? Memory.bytes(of: snapshots) else { return }
        let again = try? Memory.value(type, from: bytes[...])
        require(again != nil, "a snapshot is read as it was written")
    } seeds: {
        let pending = exampleMessages.map { message in
            ExampleSnapshot.Pending(
                key: EventKey(time: .zero, sender: 1, sequence: 2), to: 3, message: message)
        }
        let memory = Memory.Snapshot(bytes: [1, 2, 3])
        let snapshot = ExampleSnapshot(memory: memory, messages: pending, departed: pending)
        return [(try? Memory.bytes(of: [snapshot])) ?? []]
    }

    /// The fields of a `NodeSnapshot`, which only a group of nodes can make.
    private struct ExampleSnapshot: Encodable {
        var time = VirtualInstant.zero
        var node: NodeIndex = 1
        var sequence: UInt64 = 2
        var memory: Memory.Snapshot
        var timers: [Pending] = []
        var messages: [Pending]
        var departed: [Pending]

        struct Pending: Encodable {
            var key: EventKey
            var to: NodeIndex
            var message: Message
        }
    }

    static let topology = FuzzTarget(name: "topology") { input in
        let loading = Topology.load(bytes: input, name: "x.yaml", folder: "/nowhere")
        for diagnostic in loading.diagnostics {
            require(!"\(diagnostic)".isEmpty, "says something")
        }
        _ = loading.topology?.canonicalText
    }

    static let study = FuzzTarget(name: "study") { input in
        _ = StudyFile.load(bytes: input, name: "x.yaml", folder: "/nowhere")
    }

    /// The first byte says of which format the rest is.
    static let trace = FuzzTarget(name: "trace") { input in
        guard let format = input.first else { return }
        let file = MemoryFile(Array(input.dropFirst()))
        let text = traceTopology(file.path, format: Int(format) % 3)
        _ = Topology.load(bytes: Array(text.utf8), name: "x.yaml", folder: "/")
    } seeds: {
        [
            "0seconds,station,size_mbit,workload_gcycles,result_mbit\n0.5,a1,1.5,2,0\n1e1,a2,9,9,1\n",
            "1TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6805900,374,44\n",
            "2LATITUDE,LONGITUDE\n-37.8,144.9\n-37.7,144.8\n",
        ].map { Array($0.utf8) }
    }

    private static func traceTopology(_ path: String, format: Int) -> String {
        let azure =
            ", format: azure-llm, context_work: 1 Mcycles, generated_work: 1 Mcycles, "
            + "context_data: 1 kbit"
        let trace = "trace: {file: \(path)\(format == 1 ? azure : "")}"
        let poisson = "poisson: {load: 0.5}\n    size: 1 Mbit\n    workload: 1 Gcycles"
        let sites = format == 2 ? "\n    placement: {sites: \(path)}" : ""
        return """
            version: 1
            name: x
            duration: 60 s
            stations:
              - name: a
                count: 2
                capacity: 10 GHz\(sites)
            links: {rate: 1 Gbit/s, delay: 1 ms}
            traffic:
              - name: t
                arrivals:
                  \(format == 2 ? poisson : trace)
            scheduler: {policy: local}
            """
    }

    static let keys = FuzzTarget(name: "keys") { input in
        _ = try? PublicKeyList(input, file: "public.keys")
    } seeds: {
        let key = String(repeating: "a", count: 40)
        return [Array("# x\nbs1 \(key)\n\nhub \(key.dropLast())b\n".utf8)]
    }

    static let verify = FuzzTarget(name: "verify") { input in
        _ = try? ReferenceVerification(Data(input), file: "x.json")
    }
}

/// A file that is nowhere but in memory.
final class MemoryFile {
    private let descriptor: Int32
    let path: String

    init(_ bytes: [UInt8]) {
        var name = Array("/dev/shm/edgeflock-fuzz-XXXXXX".utf8CString)
        descriptor = mkstemp(&name)
        unlink(name)
        path = "/proc/self/fd/\(descriptor)"
        write(descriptor, bytes, bytes.count)
    }

    deinit { close(descriptor) }

    var bytes: [UInt8] {
        var content = [UInt8](repeating: 0, count: 1 << 16)
        let count = pread(descriptor, &content, content.count, 0)
        return Array(content.prefix(count))
    }
}
