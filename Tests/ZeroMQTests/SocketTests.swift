import Glibc
import Testing
import ZeroMQ

@Suite(.serialized) struct `A socket` {
    @Test(arguments: TestNetwork.Transport.allCases)
    func `carries bytes from push to pull`(transport: TestNetwork.Transport) throws {
        let context = try Context()
        let endpoint = try TestNetwork.endpoint(transport, "push")
        let pull = try Socket(.pull, in: context)
        try pull.bind(endpoint)
        let push = try Socket(.push, in: context)
        try push.connect(endpoint)
        var frame = Frame()
        for count in [0, 1, 29, 30, 33, 34, 255, 256, 8_192, 100_000] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            try eventually("room") { try push.send(bytes) == .queued }
            try pull.receiveEventually(into: &frame)
            #expect(frame.copy == bytes)
        }
    }

    @Test(arguments: TestNetwork.Transport.allCases)
    func `answers the peer that a router heard`(transport: TestNetwork.Transport) throws {
        let context = try Context()
        let endpoint = try TestNetwork.endpoint(transport, "router")
        let router = try Socket(.router, in: context, options: [.routerMandatory(true)])
        try router.bind(endpoint)
        let first = try Socket(.dealer, in: context)
        let second = try Socket(.dealer, in: context)
        try first.connect(endpoint)
        try second.connect(endpoint)
        var frame = Frame()
        #expect(try first.send([1]) == .queued)
        let one = try router.receiveRoutedEventually(into: &frame)
        #expect(frame.copy == [1])
        #expect(try second.send([2]) == .queued)
        let two = try router.receiveRoutedEventually(into: &frame)
        #expect(one != two)
        #expect(try router.send([20], to: two) == .queued)
        #expect(try router.send([10], to: one) == .queued)
        try first.receiveEventually(into: &frame)
        #expect(frame.copy == [10])
        try second.receiveEventually(into: &frame)
        #expect(frame.copy == [20])
    }

    @Test(arguments: TestNetwork.Transport.allCases)
    func `shows a publisher its subscribers and filters by topic`(
        transport: TestNetwork.Transport
    ) throws {
        let context = try Context()
        let endpoint = try TestNetwork.endpoint(transport, "xpub")
        let publisher = try Socket(.xpub, in: context, options: [.everySubscription(true)])
        try publisher.bind(endpoint)
        let subscriber = try Socket(.sub, in: context)
        try subscriber.subscribe([7, 0])
        try subscriber.connect(endpoint)
        var frame = Frame()
        try publisher.receiveEventually(into: &frame)
        #expect(frame.copy == [1, 7, 0])
        #expect(try publisher.send([8, 0, 1]) == .queued)
        #expect(try publisher.send([7, 0, 2]) == .queued)
        try subscriber.receiveEventually(into: &frame)
        #expect(frame.copy == [7, 0, 2])
    }

    @Test func `passes a frame on without copying it`() throws {
        let context = try Context()
        let left = try Socket(.pair, in: context)
        let right = try Socket(.pair, in: context)
        try left.bind(.inproc("pass"))
        try right.connect(.inproc("pass"))
        var frame = Frame(byteCount: 1_000)
        frame.withMutableBytes { bytes in
            for index in 0..<bytes.byteCount {
                bytes.storeBytes(
                    of: UInt8(truncatingIfNeeded: index), toByteOffset: index,
                    as: UInt8.self)
            }
        }
        #expect(try left.send(&frame) == .queued)
        #expect(frame.byteCount == 0)
        try right.receiveEventually(into: &frame)
        #expect(frame.copy == (0..<1_000).map { UInt8(truncatingIfNeeded: $0) })
    }

    @Test func `says that its queue is full`() throws {
        let context = try Context()
        let push = try Socket(.push, in: context, options: [.sendHighWater(3)])
        #expect(try push.send([0]) == .full)
        let pull = try Socket(.pull, in: context, options: [.receiveHighWater(2)])
        try pull.bind(.inproc("full"))
        try push.connect(.inproc("full"))
        var queued = 0
        while try push.send([1]) == .queued { queued += 1 }
        #expect(queued == 5)
        var frame = Frame(copying: [9])
        #expect(try push.send(&frame) == .full)
        #expect(frame.copy == [9])
    }

    @Test func `says that a peer is unknown or has gone`() throws {
        let context = try Context()
        let router = try Socket(.router, in: context, options: [.routerMandatory(true)])
        try router.bind(.inproc("gone"))
        var frame = Frame()
        let peer: RoutingID
        do {
            let dealer = try Socket(.dealer, in: context)
            try dealer.connect(.inproc("gone"))
            #expect(try dealer.send([1]) == .queued)
            peer = try router.receiveRoutedEventually(into: &frame)
        }
        try eventually("the peer to be gone") { try router.send([2], to: peer) == .unreachable }
    }

    @Test func `drops foreign messages of several frames or with a chosen name`() throws {
        let context = try Context()
        let endpoint = try TestNetwork.endpoint(.ipc, "foreign")
        let router = try Socket(.router, in: context)
        try router.bind(endpoint)
        let named = ForeignDealer(endpoint, name: "bs1")
        let unnamed = ForeignDealer(endpoint, name: nil)
        named.send([[1]])
        unnamed.send([[2], [3], [4]])
        unnamed.send([[5]])
        var frame = Frame()
        var delivered: [[UInt8]] = []
        var malformed = 0
        try eventually("three messages") {
            switch try router.receiveRouted(into: &frame) {
            case .nothing: break
            case .message: delivered.append(frame.copy)
            case .malformed: malformed += 1
            }
            return delivered.count + malformed == 3
        }
        #expect(delivered == [[5]])
    }

    @Test func `refuses a message over its limit and drops only the connection`() throws {
        let context = try Context()
        let endpoint = try TestNetwork.endpoint(.ipc, "large")
        let pull = try Socket(.pull, in: context, options: [.largestMessage(100)])
        try pull.bind(endpoint)
        let push = try Socket(.push, in: context, options: [.reconnect(after: 10, atMost: 10)])
        try push.connect(endpoint)
        var frame = Frame()
        #expect(try push.send([UInt8](repeating: 1, count: 100)) == .queued)
        try pull.receiveEventually(into: &frame)
        #expect(frame.byteCount == 100)
        #expect(try push.send([UInt8](repeating: 2, count: 101)) == .queued)
        try eventually("a small message after the reconnection") {
            _ = try push.send([3])
            return try pull.receive(into: &frame) == .message && frame.byteCount == 1
        }
    }

    @Test func `keeps its linger when the context ends`() throws {
        let waits: [(Duration, ClosedRange<Double>)] = [
            (.zero, 0...0.05), (.milliseconds(100), 0.09...0.5),
        ]
        for (linger, expected) in waits {
            let start = ContinuousClock.now
            do {
                let context = try Context()
                let push = try Socket(.push, in: context, linger: linger)
                try push.connect(TestNetwork.endpoint(.ipc, "nobody"))
                #expect(try push.send([1]) == .queued)
            }
            #expect(expected.contains((ContinuousClock.now - start) / .seconds(1)))
        }
    }

    @Test func `reports an address in use as an error that names it`() throws {
        let context = try Context()
        let endpoint = try TestNetwork.endpoint(.tcp, "")
        let first = try Socket(.pull, in: context)
        try first.bind(endpoint)
        #expect(try first.lastEndpoint() == endpoint.description)
        let second = try Socket(.pull, in: context)
        let error = #expect(throws: ZeroMQError.self) { try second.bind(endpoint) }
        #expect(error?.code == EADDRINUSE)
        #expect(error?.description == "bind \(endpoint): Address already in use")
    }
}
