/// Who starts and restarts the parts of a run, and finds machines for them.
package enum Engine: String, Hashable, Sendable, CaseIterable {
    case slurm, compose, swarm, kubernetes

    /// The files with which the engine starts a run.
    ///
    /// - Throws: `LaunchError` when the engine cannot take them.
    package func render(_ plan: EnginePlan) throws(LaunchError) -> [RenderedFile] {
        try checkInputs(plan)
        return switch self {
        case .slurm: SlurmFiles.render(plan)
        case .compose: ComposeFiles.render(plan, for: .compose)
        case .swarm: ComposeFiles.render(plan, for: .swarm)
        case .kubernetes: KubernetesFiles.render(plan)
        }
    }

    /// At what name a part finds another; nil where that is known only when the run starts.
    package func address(ofPart number: Int, run: String) -> String? {
        let name = EngineName.fit(run)
        return switch self {
        case .slurm: nil
        case .compose, .swarm: EnginePlan.partName(number)
        case .kubernetes: "\(name)-\(number).\(name)"
        }
    }

    /// Bytes of all inputs together that the engine's store takes: of a swarm 500 kB for each
    /// config, of Kubernetes 1 MiB for a ConfigMap.
    private var inputLimit: Int? {
        switch self {
        case .slurm, .compose: nil
        case .swarm: 500_000
        case .kubernetes: 1_000_000
        }
    }

    private func checkInputs(_ plan: EnginePlan) throws(LaunchError) {
        let sizes = plan.inputs.map(\.text.utf8.count)
        let size = self == .swarm ? sizes.max() ?? 0 : sizes.reduce(0, +)
        guard let inputLimit, size > inputLimit else { return }
        throw LaunchError(
            "\(rawValue) takes \(inputLimit / 1000) kB of topology and data, and this run has "
                + "\(size / 1000) kB; put the data into an image of your own (FROM "
                + "\(plan.image)) and name it by an absolute path")
    }
}
