import Testing
import ZeroMQ

/// Some compilers never ran the `deinit` of such structs, in one build mode only (Swift issue
/// 89686): these tests run in debug and in release.
@Suite struct `Lifetime` {
    private struct Pair: ~Copyable {
        let left: Socket
        let right: Socket
    }

    private final class Link {
        let socket: Socket
        init(_ socket: consuming Socket) { self.socket = socket }
    }

    @Test func `closes a socket at the end of its scope`() throws {
        let context = try Context()
        do {
            let socket = try Socket(.pull, in: context)
            #expect(context.openSockets == 1)
            _ = socket.kind
        }
        #expect(context.openSockets == 0)
    }

    @Test func `closes sockets inside structs, classes and optionals`() throws {
        let context = try Context()
        do {
            let pair = Pair(
                left: try Socket(.pair, in: context), right: try Socket(.pair, in: context))
            var link: Link? = Link(try Socket(.dealer, in: context))
            var spare: Socket? = try Socket(.push, in: context)
            #expect(context.openSockets == 4)
            link = nil
            #expect(context.openSockets == 3)
            spare = nil
            #expect(context.openSockets == 2)
            _ = (pair.left.kind, link?.socket.kind, spare?.kind)
        }
        #expect(context.openSockets == 0)
    }

    @Test func `closes a socket whose options were refused`() throws {
        let context = try Context()
        #expect(throws: ZeroMQError.self) {
            _ = try Socket(.pull, in: context, options: [.sendHighWater(-1)])
        }
        #expect(context.openSockets == 0)
    }

    @Test func `keeps the context until the last socket has ended`() throws {
        weak var seen: Context?
        do {
            let socket = try Socket(.pull, in: try Context())
            let number = socket.kind
            _ = number
        }
        do {
            var context: Context? = try Context()
            seen = context
            let socket = try Socket(.pull, in: try #require(context))
            context = nil
            #expect(seen != nil)
            #expect(throws: ZeroMQError.self) { try socket.bind(.inproc("")) }
        }
        #expect(seen == nil)
    }

    @Test func `refuses more sockets than the context may hold`() throws {
        let context = try Context(maximumSockets: 2)
        let first = try Socket(.pull, in: context)
        let second = try Socket(.pull, in: context)
        #expect(throws: ZeroMQError.self) { _ = try Socket(.pull, in: context) }
        #expect(context.openSockets == 2)
        _ = (first.kind, second.kind)
    }

    @Test func `gives back what frames hold`() throws {
        let before = residentBytes()
        for _ in 0..<50_000 {
            var frame = Frame(byteCount: 4_096)
            frame.withMutableBytes { $0.storeBytes(of: 1, toByteOffset: 2_048, as: UInt8.self) }
        }
        #expect(residentBytes() - before < 64 << 20)
    }

    @Test func `traps when a closed socket is polled`() async {
        await #expect(processExitsWith: .failure) {
            let context = try Context()
            var poller = try Poller()
            do {
                let socket = try Socket(.pull, in: context)
                _ = poller.add(socket)
            }
            _ = try poller.wait(nanoseconds: 0)
        }
    }
}
