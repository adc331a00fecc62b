import Testing
import ZeroMQ

@Suite struct `An endpoint` {
    @Test(arguments: [
        "ipc:///tmp/run/hub", "tcp://127.0.0.1:21001", "tcp://[::1]:20000", "inproc://a",
    ])
    func `is read as it was written`(text: String) {
        #expect(Endpoint(text)?.description == text)
    }

    @Test(arguments: [
        "", "ipc://", "ipc://@abstract", "tcp://*:5000", "tcp://0.0.0.0:5000", "tcp://host",
        "tcp://host:0", "tcp://host:65536", "tcp://:5000", "http://host:80", "udp://host:1",
        "ipc://" + String(repeating: "x", count: 108), "inproc://",
    ])
    func `is nothing if it makes no sense`(text: String) {
        #expect(Endpoint(text) == nil)
    }

    @Test func `holds the longest path that a Unix socket takes`() {
        let path = "/" + String(repeating: "x", count: Endpoint.longestPath - 1)
        #expect(Endpoint.ipc(path: path)?.description == "ipc://\(path)")
        #expect(Endpoint.ipc(path: path + "x") == nil)
    }
}
