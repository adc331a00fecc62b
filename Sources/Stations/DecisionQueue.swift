/// What waits for the scheduler, first come first served: tasks, and parts that were refused.
struct DecisionQueue: Codable {
    struct Request: Hashable, Codable {
        /// The station's own number of the task.
        var task: UInt32
        /// The part to be placed anew; nil for a task that was never placed.
        var part: UInt32?
    }

    private var requests: [Request] = []
    /// Those before it are gone.
    private var head = 0

    /// What is decided about, or comes next.
    var first: Request? { head < requests.count ? requests[head] : nil }

    mutating func append(_ request: Request) { requests.append(request) }

    mutating func removeFirst() {
        head += 1
        if head == requests.count {
            removeAll()
        } else if head >= 64, 2 * head >= requests.count {
            requests.removeFirst(head)
            head = 0
        }
    }

    mutating func removeAll() {
        requests.removeAll(keepingCapacity: true)
        head = 0
    }
}
