import Messaging
import SimulationKernel
import TestSupport
import Testing
import ZeroMQ

@testable import NodeRuntime

@Suite struct `A numbered link` {
    /// One end of a link, and what it has received.
    private struct End {
        var link: NumberedLink
        var pool = BufferPool()
        var received: [UInt64] = []
        var said: UInt64 = 0

        init(process: Int) {
            link = NumberedLink(kind: .messages, run: 1, process: process, epoch: 1, credits: 16)
        }

        mutating func say() {
            said += 1
            let number = said
            link.fill(&pool) { $0.append(number) }
            _ = link.close(&pool)
        }
    }

    /// Frames on their way; some are lost, some repeated.
    private struct Wire {
        var frames: [[UInt8]] = []
        var faults: LinkFaults

        mutating func carry(_ frame: WireBuffer) {
            for _ in 0..<faults.copies() { frames.append(frame.bytes) }
        }
    }

    private func flush(_ end: inout End, _ wire: inout Wire) throws {
        var none = LinkFaults()
        _ = try end.link.flush(at: 0, &none) { frame in
            wire.carry(frame)
            return .queued
        }
    }

    private func receive(_ bytes: [UInt8], at end: inout End, _ back: inout Wire, _ now: Int64) {
        let span = bytes.span.bytes
        guard let header = try? FrameHeader(checking: span, run: end.link.run) else {
            Issue.record("a frame that makes no sense")
            return
        }
        switch end.link.take(header, &end.pool) {
        case .deliver:
            var reader = WireReader(span, from: FrameHeader.size)
            while reader.remaining > 0, let number: UInt64 = try? reader.integer(span) {
                end.received.append(number)
            }
        case .gap:
            if end.link.shouldAsk(now: now, interval: 10) { back.carry(end.link.resendRequest()) }
        case .duplicate, .nothing, .resend, .greeting: break
        case .nonsense: Issue.record("nonsense")
        }
    }

    @Test(arguments: Seed.first(30))
    func `delivers everything once and in order over a wire that loses and repeats`(
        seed: Seed
    ) throws {
        var chance = seed.stream
        var faults = LinkFaults()
        faults.loss = 0.2
        faults.repetition = 0.2
        faults.chance = seed.stream
        var ends = [End(process: 0), End(process: 1)]
        var wires = [Wire(faults: faults), Wire(faults: faults)]
        var now: Int64 = 0
        while ends[0].received.count < 200 || ends[1].received.count < 200 {
            now += 1
            try #require(now < 20_000, "still \(ends.map(\.received.count))")
            for side in 0..<2 {
                if ends[side].said < 200, chance.bernoulli(0.5) { ends[side].say() }
                if chance.bernoulli(0.1) { wires[side].carry(ends[side].link.status(at: now)) }
                try flush(&ends[side], &wires[side])
                let frames = wires[side].frames
                wires[side].frames = []
                for frame in frames {
                    receive(frame, at: &ends[1 - side], &wires[1 - side], now)
                }
                #expect(ends[side].link.outbox.underway <= 16)
            }
        }
        for end in ends { #expect(end.received == Array(1...200)) }
    }

    @Test func `keeps what is not acknowledged and refuses news of what was never sent`() {
        var pool = BufferPool()
        var outbox = Outbox(credits: 100)
        for number in 1...40 {
            let frame = WireBuffer()
            frame.append(UInt64(number))
            outbox.stage(frame)
            outbox.markSent(UInt64(number))
        }
        let taken = [17, 3, 41].map { outbox.acknowledge(upTo: $0, into: &pool) }
        #expect(taken == [true, true, false])
        #expect(outbox.underway == 23)
        for number in 18...40 {
            let frame = outbox.frame(UInt64(number))
            #expect(frame.bytes.first == UInt8(number))
        }
        let again = [10, 30].map { outbox.rewind(to: $0) }
        #expect(again == [0, 11])
        #expect(outbox.next == 30)
    }

    @Test func `asks for a gap at once and again only after a while`() {
        var inbox = Inbox()
        let verdicts = [1, 3].map { inbox.accept($0) }
        #expect(verdicts == [.next, .gap])
        let asked = [100, 149, 150].map { inbox.shouldAsk(now: $0, interval: 50) }
        #expect(asked == [true, false, true])
        let later = [2, 2].map { inbox.accept($0) }
        #expect(later == [.next, .duplicate])
        let next = inbox.shouldAsk(now: 151, interval: 50)
        #expect(next)
    }

    @Test func `waits with an acknowledgement for a frame the other way`() {
        var inbox = Inbox()
        let idle = inbox.isConfirmationDue(cares: 2)
        _ = inbox.accept(1)
        let waiting = (0..<2).map { _ in inbox.isConfirmationDue(cares: 2) }
        inbox.confirm()
        let after = inbox.isConfirmationDue(cares: 2)
        #expect(!idle && !after)
        #expect(waiting == [false, true])
    }
}
