import Foundation
import Glibc
import TestSupport
import Testing

@testable import Launcher

/// Real connections, to a socket that sends everything back.
@Suite(.serialized) struct `A proxy between processes` {
    private let files = TemporaryFolder()

    private func withProxy(_ body: (LinkProxy, _ connect: () -> Int32) throws -> Void) throws {
        let echo = Echo(at: "\(files.path)/hub")
        let proxy = try LinkProxy(for: ["hub"], sockets: files.path)
        proxy.start(seed: 1)
        defer {
            proxy.stop()
            echo.end()
        }
        try body(proxy) { Self.connect(to: proxy.firstPort) }
    }

    @Test func `carries bytes both ways`() throws {
        try withProxy { _, connect in
            let client = connect()
            defer { close(client) }
            let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            #expect(exchange(bytes, over: client, within: 5_000) == bytes)
        }
    }

    @Test func `holds back what is sent while it is cut, and carries it then`() throws {
        try withProxy { proxy, connect in
            let client = connect()
            defer { close(client) }
            #expect(exchange([1], over: client, within: 2_000) == [1])
            proxy.harm("hub", .cut(.milliseconds(400), isLost: false))
            poll(nil, 0, 100)
            #expect(exchange([2], over: client, within: 100) == [])
            #expect(receive(1, from: client, within: 2_000) == [2])
        }
    }

    @Test func `ends connections that are lost, and takes new ones that nobody answers`() throws {
        try withProxy { proxy, connect in
            let client = connect()
            #expect(exchange([1], over: client, within: 2_000) == [1])
            proxy.harm("hub", .cut(.milliseconds(400), isLost: true))
            #expect(receive(1, from: client, within: 300) == nil, "it should be closed")
            close(client)
            let second = connect()
            #expect(exchange([2], over: second, within: 100) == [])
            #expect(receive(1, from: second, within: 2_000) == nil, "it should be closed")
            close(second)
            let third = connect()
            defer { close(third) }
            #expect(exchange([3], over: third, within: 2_000) == [3])
        }
    }

    @Test func `changes one bit of a piece`() throws {
        try withProxy { proxy, connect in
            let client = connect()
            defer { close(client) }
            #expect(exchange([1], over: client, within: 2_000) == [1])
            proxy.harm("hub", .garble(pieces: 1))
            poll(nil, 0, 100)
            let zeros = [UInt8](repeating: 0, count: 100)
            let answer = exchange(zeros, over: client, within: 2_000) ?? []
            #expect(answer.reduce(0) { $0 + $1.nonzeroBitCount } == 1)
            #expect(exchange(zeros, over: client, within: 2_000) == zeros)
        }
    }

    // MARK: Sockets

    private static func connect(to port: UInt16) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, size)
            }
        }
        return descriptor
    }

    /// What comes back within some milliseconds; nil when the connection ends first.
    private func exchange(
        _ bytes: [UInt8], over client: Int32, within limit: Int32
    ) -> [UInt8]? {
        _ = send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        return receive(bytes.count, from: client, within: limit)
    }

    private func receive(_ count: Int, from client: Int32, within limit: Int32) -> [UInt8]? {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < count {
            var request = pollfd(fd: client, events: Int16(POLLIN), revents: 0)
            guard poll(&request, 1, limit) > 0 else { return bytes }
            let size = recv(client, &piece, piece.count, 0)
            guard size > 0 else { return nil }
            bytes += piece.prefix(size)
        }
        return bytes
    }
}

/// Listens at a Unix socket and sends back whatever comes.
private struct Echo {
    private let listener: Int32

    init(at path: String) {
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, size) }
        }
        precondition(isBound == 0 && listen(listener, 8) == 0, "no echo at \(path)")
        Thread {
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                Thread { Self.answer(client) }.start()
            }
        }.start()
    }

    private static func answer(_ client: Int32) {
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(client, &piece, piece.count, 0)
            guard count > 0 else { break }
            var sent = 0
            while sent < count {
                let size = send(
                    client, Array(piece[sent..<count]), count - sent, Int32(MSG_NOSIGNAL))
                guard size > 0 else { break }
                sent += size
            }
        }
        close(client)
    }

    func end() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }
}
