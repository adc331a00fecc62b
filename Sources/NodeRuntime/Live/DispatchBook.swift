import Messaging
import SimulationKernel

/// Counts what a process has sent to each of the others, for its reports to the hub.
struct DispatchBook {
    var direct: [UInt64]
    var published: [UInt64]
    private var earliest: [VirtualInstant]
    private var touched: [Int] = []
    private var isTouched: [Bool]
    /// Whether frames went to the process, and not only what travels by way of the hub.
    private var hasFrames: [Bool]

    init(processes: Int) {
        direct = Array(repeating: 0, count: processes)
        published = Array(repeating: 0, count: processes)
        earliest = Array(repeating: .distantFuture, count: processes)
        isTouched = Array(repeating: false, count: processes)
        hasFrames = isTouched
    }

    mutating func noteDelivery(to process: Int, at instant: VirtualInstant) {
        touch(process)
        earliest[process] = min(earliest[process], instant)
    }

    mutating func noteDirectFrame(to process: Int) {
        touch(process)
        hasFrames[process] = true
        direct[process] += 1
    }

    mutating func notePublishedFrame(to process: Int) {
        touch(process)
        hasFrames[process] = true
        published[process] += 1
    }

    private mutating func touch(_ process: Int) {
        guard !isTouched[process] else { return }
        isTouched[process] = true
        touched.append(process)
    }

    /// What is new since the last time.
    mutating func take() -> [WindowReport.Dispatch] {
        let dispatches = touched.map { process in
            WindowReport.Dispatch(
                receiver: UInt32(process), direct: hasFrames[process] ? direct[process] : 0,
                published: hasFrames[process] ? published[process] : 0,
                earliest: earliest[process])
        }
        for process in touched {
            earliest[process] = .distantFuture
            isTouched[process] = false
            hasFrames[process] = false
        }
        touched.removeAll(keepingCapacity: true)
        return dispatches
    }
}
