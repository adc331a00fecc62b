package import Messaging
package import Topologies

/// Which processes a run has and which nodes live in each of them.
///
/// Every process of a run works this out for itself from the same topology.
package struct LaunchPlan: Hashable, Sendable {
    package struct Member: Hashable, Sendable {
        /// Names its log and stands in messages: a station, `stations-3`, `traffic`, `learner`.
        package var name: String
        /// Ascending.
        package var nodes: [NodeIndex]

        package init(name: String, nodes: [NodeIndex]) {
            self.name = name
            self.nodes = nodes
        }
    }

    /// In order of process indices; the hub is not among them and has the next index.
    package let members: [Member]

    package static let hubName = "hub"

    /// - Parameters:
    ///   - stations: names in file order.
    ///   - hasLearner: whether there is a learner's node after the traffic source's.
    package init(stations: [String], hasLearner: Bool, processes: ProcessPlan) {
        let traffic = NodeIndex(stations.count)
        switch processes {
        case .single:
            let last = hasLearner ? traffic + 1 : traffic
            members = [Member(name: "nodes", nodes: Array(0...last))]
            return
        case .packed(let count):
            members = Self.packed(stations.count, into: count) + Self.others(traffic, hasLearner)
        case .perStation:
            let own = stations.enumerated().map { index, name in
                Member(name: Self.unreserved(name), nodes: [NodeIndex(index)])
            }
            members = own + Self.others(traffic, hasLearner)
        }
    }

    /// The names of all processes, the hub's last.
    package var names: [String] { members.map(\.name) + [Self.hubName] }

    /// Neighbours in the file are often neighbours in the network, so blocks are contiguous.
    private static func packed(_ stations: Int, into processes: Int) -> [Member] {
        let count = min(max(1, processes), stations)
        return (0..<count).map { index in
            let first = stations * index / count
            let end = stations * (index + 1) / count
            return Member(
                name: "stations-\(index + 1)", nodes: (first..<end).map { NodeIndex($0) })
        }
    }

    private static func others(_ traffic: NodeIndex, _ hasLearner: Bool) -> [Member] {
        let source = Member(name: "traffic", nodes: [traffic])
        return hasLearner ? [source, Member(name: "learner", nodes: [traffic + 1])] : [source]
    }

    /// A station may be called like another process.
    private static func unreserved(_ name: String) -> String {
        ["hub", "traffic", "learner", "launcher"].contains(name) ? "station-\(name)" : name
    }
}
