package import ZeroMQ

/// The keys of a run as one of its processes holds them: its own pair, and everybody's public key.
package struct RunKeys: Sendable {
    let own: CurveKeyPair
    /// By process index; the hub's is the last.
    let everyone: [CurvePublicKey]

    package init(own: CurveKeyPair, everyone: [CurvePublicKey]) {
        self.own = own
        self.everyone = everyone
    }
}

/// What a connection is for; who may open it follows from the plan.
enum LinkPurpose: String, CaseIterable {
    /// Processes to the hub.
    case control
    /// Processes to those that they send to.
    case direct
    /// Subscribers to those that publish.
    case published
    /// Nobody: the check at the start.
    case check
}

/// Who may connect to a process, for what, and on which frames they may put their name.
struct AccessRules: Sendable {
    private let admitted: [String: [CurvePublicKey: UInt32]]

    /// - Parameter process: the one that listens; the hub has the index after the last.
    init(plan: LivePlan, process: Int, keys: RunKeys) {
        var admitted: [String: [CurvePublicKey: UInt32]] = [:]
        for other in plan.processes.indices where other < keys.everyone.count {
            for purpose in LinkPurpose.allCases
            where plan.mayConnect(other, to: process, for: purpose) {
                admitted[purpose.rawValue, default: [:]][keys.everyone[other]] = UInt32(other)
            }
        }
        self.admitted = admitted
    }

    func holder(of key: CurvePublicKey, for purpose: String) -> UInt32? {
        admitted[purpose]?[key]
    }
}

extension LivePlan {
    func mayConnect(_ process: Int, to other: Int, for purpose: LinkPurpose) -> Bool {
        switch purpose {
        case .control: other == hub
        case .direct: other < hub && links[process].contains(other)
        case .published:
            other < hub && subscriptions[process].contains { $0.publisher == other }
        case .check: false
        }
    }
}
