import EdgeModel
import Messaging
import SimulationKernel
import TestSupport
import Testing

@testable import Recording

private func time(_ nanoseconds: Int64) -> VirtualDuration {
    VirtualDuration(nanoseconds: nanoseconds)
}

/// Rows with every kind of value, in the order of the ledger.
private let rows: [TaskRecord] = [
    TaskRecord(
        id: TaskID(origin: 0, number: 0), episode: 0, trafficClass: 0, status: .completed,
        arrival: time(1000), completion: time(2000), deadline: .unbounded,
        workload: Gigacycles(1), policyVersion: 0,
        first: SubtaskRecord(
            server: 0, fraction: 1, queued: time(1000), start: time(1000), finish: time(2000))),
    TaskRecord(
        id: TaskID(origin: 0, number: 1), episode: 0, trafficClass: 3, status: .late,
        arrival: time(1500), completion: time(18_446_744_073_709), deadline: time(5),
        workload: Gigacycles(2), policyVersion: 7,
        first: SubtaskRecord(
            server: 1, fraction: 0.25, queued: time(1600), start: time(2000), finish: time(2500)),
        others: [
            SubtaskRecord(
                server: 0, fraction: 0.75, queued: time(1500), start: time(1500),
                finish: time(18_446_744_073_709))
        ]),
    TaskRecord(
        id: TaskID(origin: 1, number: 0), episode: 0, trafficClass: 0, status: .inFlight,
        arrival: time(0), completion: .unbounded, deadline: .unbounded,
        workload: Gigacycles(1), policyVersion: 12,
        first: SubtaskRecord(server: 1, fraction: 1.0 / 3, queued: time(5))),
    TaskRecord(
        id: TaskID(origin: 1, number: 10), episode: 0, trafficClass: .max, status: .lost,
        arrival: time(.max - 1), completion: .unbounded, deadline: .unbounded,
        workload: Gigacycles(1), policyVersion: .max, first: nil),
    TaskRecord(
        id: TaskID(origin: 0, number: 0), episode: 1, trafficClass: 0, status: .inFlight,
        arrival: time(10), completion: .unbounded, deadline: .unbounded,
        workload: Gigacycles(1), policyVersion: 0, first: nil),
]

/// SHA-256 of the five lines, computed by another program.
private let digest = "1b0fcf25cb070edf838bdb4fbde806005a0bf9588872c49b6860fdecafeeeba2"

@Suite struct `A task ledger` {
    @Test func `has the digest that the architecture defines`() {
        var ledger = TaskLedger(stations: 2)
        for row in rows { ledger.add(row) }
        #expect(ledger.finish().description == digest)
    }

    @Test(arguments: [
        (0, "0,0,0,1000,completed,2000,0,0,0,3ff0000000000000,1000,1000,2000\n"),
        (
            1,
            "0,0,1,1500,late,18446744073709,3,7,1,3fd0000000000000,1600,2000,2500,"
                + "0,3fe8000000000000,1500,1500,18446744073709\n"
        ),
        (2, "0,1,0,0,in_flight,-,0,12,1,3fd5555555555555,5,-,-\n"),
        (3, "0,1,10,9223372036854775806,lost,-,65535,18446744073709551615\n"),
    ])
    func `writes a row as a line`(index: Int, line: String) {
        #expect(LedgerLine.text(of: rows[index]) == line)
    }

    @Test(arguments: LossReason.allCases) func `says why a task was lost`(reason: LossReason) {
        var row = rows[3]
        row.loss = reason
        #expect(LedgerLine.text(of: row).contains(",lost:\(reason.name),-,"))
    }

    @Test(arguments: Seed.first(20))
    func `has the same digest in whatever order rows come`(seed: Seed) {
        var stream = seed.stream
        var order = rows
        for index in order.indices.reversed() {
            order.swapAt(index, stream.integer(below: index + 1))
        }
        var ledger = TaskLedger(stations: 2)
        for row in order { ledger.add(row) }
        #expect(ledger.finish().description == digest)
    }

    @Test func `has the same digest when episodes are closed on the way`() {
        var ledger = TaskLedger(stations: 2)
        // A station may be in the next episode while another still closes the last.
        ledger.add(rows[4])
        ledger.close(1)
        for row in rows[..<4].reversed() { ledger.add(row) }
        ledger.close(0)
        ledger.close(0)
        ledger.close(1)
        #expect(ledger.finish().description == digest)
    }

    @Test func `has room for a task in many parts`() {
        var row = rows[1]
        let part = SubtaskRecord(
            server: .max, fraction: 0.1, queued: time(.max - 1), start: time(.max - 1),
            finish: time(.max - 1))
        row.others = Array(repeating: part, count: 300)
        let line = LedgerLine.text(of: row)
        #expect(line.split(separator: ",").count == 8 + 301 * 5)
    }

    @Test func `tells numbers of any length`() {
        var power: UInt64 = 1
        for digits in 1...20 {
            for version in [power, power - 1, digits == 20 ? .max : power * 10 - 1] {
                var row = rows[3]
                row.policyVersion = version
                #expect(LedgerLine.text(of: row).hasSuffix(",65535,\(version)\n"))
            }
            if digits < 20 { power *= 10 }
        }
    }
}

@Suite struct `A content digest` {
    @Test func `is SHA-256`() {
        #expect(
            ContentDigest(of: [UInt8]()).description
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test func `takes parameters as little-endian floats`() {
        #expect(
            ContentDigest(of: [Float(1), -2.5, 0.1]).description
                == "2f9cc761bc2594fa578868daeedc59b0fc115513fae3e5dc09c4e86e50b8aaf6")
    }
}
