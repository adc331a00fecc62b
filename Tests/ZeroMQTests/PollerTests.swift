import Glibc
import Testing
import ZeroMQ

@Suite(.serialized) struct `A poller` {
    @Test func `finds the socket that has a message`() throws {
        let context = try Context()
        let left = try Socket(.pair, in: context)
        let right = try Socket(.pair, in: context)
        try left.bind(.inproc("poll"))
        try right.connect(.inproc("poll"))
        var poller = try Poller()
        let leftKey = poller.add(left), rightKey = poller.add(right)
        #expect(try poller.wait(nanoseconds: 0) == 0)
        #expect(try left.send([1]) == .queued)
        #expect(try poller.wait(upTo: .seconds(1)) == 1)
        #expect(poller.readiness(of: leftKey) == [])
        #expect(poller.readiness(of: rightKey) == .reading)
        poller.setInterest([.reading, .writing], in: leftKey)
        #expect(try poller.wait(nanoseconds: 0) == 2)
        #expect(poller.readiness(of: leftKey) == .writing)
    }

    @Test func `watches file descriptors beside sockets`() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        var poller = try Poller()
        let key = poller.add(descriptor: ends[0])
        #expect(try poller.wait(nanoseconds: 100_000) == 0)
        #expect(write(ends[1], "x", 1) == 1)
        #expect(try poller.wait(nanoseconds: 100_000) == 1)
        #expect(poller.readiness(of: key) == .reading)
    }

    @Test(arguments: [50_000, 300_000, 1_000_000, 1_700_000, 12_345_678] as [Int64])
    func `waits as long as it is told`(nanoseconds: Int64) throws {
        var poller = try Poller()
        var shortest = Int64.max
        for _ in 0..<5 {
            let start = ContinuousClock.now
            #expect(try poller.wait(nanoseconds: nanoseconds) == 0)
            let (seconds, attoseconds) = (ContinuousClock.now - start).components
            shortest = min(shortest, seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
        }
        #expect(shortest >= nanoseconds - 1_000)
        #expect(shortest < nanoseconds + 2_000_000)
    }

    @Test func `comes back when a signal interrupts the wait`() throws {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in }
        var former = sigaction()
        sigaction(SIGUSR2, &action, &former)
        defer { sigaction(SIGUSR2, &former, nil) }
        // Threads of the pool that runs tests hold signals back.
        var mask = sigset_t(), formerMask = sigset_t()
        sigaddset(&mask, SIGUSR2)
        pthread_sigmask(SIG_UNBLOCK, &mask, &formerMask)
        defer { pthread_sigmask(SIG_SETMASK, &formerMask, nil) }
        let waiter = pthread_self()
        let context = try Context()
        let socket = try Socket(.pull, in: context)
        var poller = try Poller()
        _ = poller.add(socket)
        let thread = InterruptingThread(target: waiter)
        let start = ContinuousClock.now
        #expect(try poller.wait(upTo: .seconds(5)) == 0)
        #expect(ContinuousClock.now - start < .seconds(4))
        thread.join()
    }
}

/// Sends one signal to a thread that waits.
private struct InterruptingThread {
    private var thread = pthread_t()

    init(target: pthread_t) {
        let argument = UnsafeMutableRawPointer(bitPattern: UInt(target))
        pthread_create(
            &thread, nil,
            { target in
                usleep(50_000)
                pthread_kill(pthread_t(UInt(bitPattern: target)), SIGUSR2)
                return nil
            }, argument)
    }

    func join() { pthread_join(thread, nil) }
}
