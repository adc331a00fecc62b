package import SimulationKernel

/// How long what one process does takes to reach another, at least, over whatever processes.
package struct LeastDelays: Sendable {
    package let count: Int
    /// Nanoseconds, by receiver and then sender.
    private let values: [Int64]

    /// - Parameters:
    ///   - lookaheads: by process, the least delay of everything that it sends.
    ///   - receivers: by process, those that it sends anything to.
    ///   - longest: larger delays are taken for this one.
    /// - Precondition: every lookahead is positive.
    package init(
        lookaheads: [VirtualDuration], receivers: [[Int]], atMost longest: VirtualDuration
    ) {
        precondition(
            lookaheads.allSatisfy { $0 > .zero }, "a lookahead that is not positive: \(lookaheads)")
        let count = lookaheads.count
        var senders = [[Int]](repeating: [], count: count)
        for (sender, receivers) in receivers.enumerated() {
            for receiver in receivers where receiver != sender { senders[receiver].append(sender) }
        }
        self.count = count
        values = senders.indices.flatMap { receiver in
            Self.delays(to: receiver, senders, lookaheads.map(\.nanoseconds), longest.nanoseconds)
        }
    }

    /// From something at `sender` to what follows from it at `receiver`; a process and itself:
    /// to what comes back.
    package func from(_ sender: Int, to receiver: Int) -> VirtualDuration {
        VirtualDuration(nanoseconds: values[receiver * count + sender])
    }

    /// The earliest instant that anything still to come can have at a process, and who is the
    /// reason for that, if nothing happens at any process before its instant in `floors`.
    func bound(of receiver: Int, _ floors: [Int64]) -> (instant: Int64, reason: Int) {
        precondition(floors.count == count && receiver < count)
        var best = Int64.max
        var reason = 0
        values.withUnsafeBufferPointer { values in
            floors.withUnsafeBufferPointer { floors in
                let row = receiver * count
                for sender in 0..<count where floors[sender] < best {
                    let (sum, isTooLarge) = floors[sender]
                        .addingReportingOverflow(values[row + sender])
                    guard !isTooLarge, sum < best else { continue }
                    best = sum
                    reason = sender
                }
            }
        }
        return (best, reason)
    }

    /// The shortest ways to one process (Dijkstra's algorithm), its own way back included.
    private static func delays(
        to receiver: Int, _ senders: [[Int]], _ lookaheads: [Int64], _ longest: Int64
    ) -> [Int64] {
        var delays = [Int64](repeating: longest, count: senders.count)
        var queue = EventQueue()
        func extend(to process: Int, after delay: Int64) {
            for sender in senders[process] {
                let sum = delay + lookaheads[sender]
                guard sum < delays[sender] else { continue }
                delays[sender] = sum
                // The receiver's own way back leads no further.
                guard sender != receiver else { continue }
                _ = queue.insert(
                    at: EventKey(
                        time: VirtualInstant(nanoseconds: sum), sender: UInt32(sender),
                        sequence: 0))
            }
        }
        extend(to: receiver, after: 0)
        while let (key, _) = queue.popFirst() {
            let process = Int(key.sender)
            // Not if a shorter way was found since.
            guard key.time.nanoseconds == delays[process] else { continue }
            extend(to: process, after: key.time.nanoseconds)
        }
        return delays
    }
}
