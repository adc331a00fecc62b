package import Messaging
package import Topologies

/// Which processes a run has and which nodes live in each of them: a deployment, in the words of
/// the drivers.
package struct LaunchPlan: Hashable, Sendable {
    package struct Member: Hashable, Sendable {
        /// Names its log and stands in messages: a station, `stations-3`, `traffic`, `learner`.
        package var name: String
        /// Ascending.
        package var nodes: [NodeIndex]
    }

    /// In order of process indices; the hub is not among them and has the next index.
    package let members: [Member]
    package let deployment: Deployment

    package static let hubName = Deployment.hubName

    package init(_ deployment: Deployment) {
        self.deployment = deployment
        members = deployment.processes.dropLast().map { process in
            Member(name: process.name, nodes: process.nodes.map { NodeIndex($0) })
        }
    }

    /// The names of all processes, the hub's last.
    package var names: [String] { deployment.processes.map(\.name) }

    /// The same of one host, or of all for nil.
    package func names(on host: String?) -> [String] {
        guard let host else { return names }
        return deployment.processes.filter { deployment.hosts[$0.host].name == host }.map(\.name)
    }
}
