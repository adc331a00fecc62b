package import Learning
import Policies
import Recording

/// Several agents at CartPole-v1, each from the same seeds for the same number of steps.
package struct CartPoleStudy: Sendable {
    /// One agent of the study.
    package struct Row: Hashable, Sendable {
        /// In tables and plots, and the name of its folder.
        package var name: String
        package var experiment: CartPoleExperiment
        /// What is different about it, for a reader of the table.
        package var note: String

        package init(_ name: String, _ experiment: CartPoleExperiment, note: String) {
            self.name = name
            self.experiment = experiment
            self.note = note
        }
    }

    package let title: String
    package let rows: [Row]
    package let seeds: [UInt64]
    package let folder: String

    package func runs(of row: Row) -> CartPoleRuns {
        CartPoleRuns(row.experiment, seeds: seeds, folder: "\(folder)/\(row.name)")
    }

    /// The seed paper's Fig. 2: DSAC against DQN and SAC, with what it leaves out: a softmax actor
    /// of as many parameters as the diffusion actor has, and the recipe as published.
    package static func seedPaper(
        seeds: [UInt64], folder: String, steps: Int
    ) -> CartPoleStudy {
        func row(
            _ name: String, _ agent: CartPoleExperiment.AgentName, _ note: String,
            _ change: (inout CartPoleExperiment) -> Void = { _ in }
        ) -> Row {
            var experiment = CartPoleExperiment(agent)
            experiment.training.steps = steps
            change(&experiment)
            return Row(name, experiment, note: note)
        }
        return CartPoleStudy(
            title: "CartPole-v1: DQN, SAC and DSAC",
            rows: [
                row("dqn", .dqn, "double DQN, common published settings"),
                row("sac", .sac, "softmax actor"),
                row("sac-matched", .sac, "softmax actor as large as the diffusion actor") {
                    $0.hidden = [79, 79]
                },
                row("dsac", .dsac, "diffusion actor, the default recipe x0-closed, T = 5"),
                row("dsac-published", .dsac, "diffusion actor, recipe published, T = 5") {
                    $0.recipe = .published
                },
            ], seeds: seeds, folder: folder)
    }

    /// One factor at a time around the default of `dsac`, and around the published recipe where a
    /// factor has no meaning in the default.
    package static func ablation(seeds: [UInt64], folder: String, steps: Int) -> CartPoleStudy {
        func row(
            _ name: String, _ note: String, _ change: (inout CartPoleExperiment) -> Void
        ) -> Row {
            var experiment = CartPoleExperiment(.dsac)
            experiment.training.steps = steps
            change(&experiment)
            return Row(name, experiment, note: note)
        }
        var rows = [
            row("default", "x0-closed, T = 5, starts from noise") { _ in },
            row("x0-chain", "recipe x0-chain") { $0.recipe = .x0Chain },
            row("published", "recipe published") { $0.recipe = .published },
        ]
        for steps in [1, 2, 10] {
            rows.append(row("t-\(steps)", "T = \(steps)") { $0.denoisingSteps = steps })
        }
        rows += [
            row("zeros", "chains start from zeros") { $0.start = .zeros },
            row("clip", "clean values within 1 instead of 4") { $0.cleanLimit = 1 },
            row("published-clip", "recipe published, clean values within 1") {
                $0.recipe = .published
                $0.cleanLimit = 1
            },
            row("published-zeros", "recipe published, chains start from zeros") {
                $0.recipe = .published
                $0.start = .zeros
            },
            row("published-draws", "recipe published, averaged over 4 noise draws") {
                $0.recipe = .published
                $0.draws = 4
            },
            row("x0-chain-draws", "recipe x0-chain, averaged over 4 noise draws") {
                $0.recipe = .x0Chain
                $0.draws = 4
            },
        ]
        return CartPoleStudy(
            title: "CartPole-v1: what matters in dsac", rows: rows, seeds: seeds, folder: folder)
    }
}
