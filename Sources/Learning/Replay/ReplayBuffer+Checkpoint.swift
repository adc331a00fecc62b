import NeuralNetwork
import Policies

/// A replay buffer in a checkpoint: each column a tensor, rows in the order of their places.
extension ReplayBuffer {
    /// Words that the mask of one row takes, a bit for each action.
    private var maskWords: Int { (actions + 63) / 64 }

    var tensors: [Checkpoint.Tensor] {
        func floats(_ name: String, _ values: [Float]) -> Checkpoint.Tensor {
            Checkpoint.Tensor(
                name: "replay.\(name)", shape: [values.count], values: .float32(values))
        }
        func words(_ name: String, _ values: [UInt64]) -> Checkpoint.Tensor {
            Checkpoint.Tensor(
                name: "replay.\(name)", shape: [values.count], values: .unsigned64(values))
        }
        let rows = choices.indices.map { row in
            UInt64(choices[row]) | UInt64(steps[row]) << 32 | (done[row] ? 1 << 40 : 0)
        }
        return [
            words("inserted", [inserted]), words("rows", rows),
            words("masks", packed(masks)), words("next_masks", packed(nextMasks)),
            floats("features", features), floats("next_features", nextFeatures),
            floats("rewards", rewards), floats("starts", starts),
            floats("next_starts", nextStarts),
            Checkpoint.Tensor(
                name: "replay.priorities", shape: [keptPriorities.count],
                values: .float64(keptPriorities)),
        ]
    }

    mutating func restore(from checkpoint: Checkpoint) throws(CheckpointError) {
        let inserted = try checkpoint.words("replay.inserted", count: 1)[0]
        let count = Int(min(inserted, UInt64(capacity)))
        let rows = try checkpoint.words("replay.rows", count: count)
        var copy = self
        func floats(_ name: String, _ width: Int) throws(CheckpointError) -> [Float] {
            try checkpoint.floats("replay.\(name)", shape: [count * width])
        }
        copy.features = try floats("features", featureCount)
        copy.nextFeatures = try floats("next_features", featureCount)
        copy.rewards = try floats("rewards", 1)
        copy.starts = try floats("starts", keepsStarts ? actions : 0)
        copy.nextStarts = try floats("next_starts", keepsStarts ? actions : 0)
        copy.masks = try unpacked("replay.masks", rows: count, checkpoint)
        copy.nextMasks = try unpacked("replay.next_masks", rows: count, checkpoint)
        copy.choices = rows.map { UInt32(truncatingIfNeeded: $0) }
        copy.steps = rows.map { UInt8(truncatingIfNeeded: $0 >> 32) }
        copy.done = rows.map { $0 >> 40 == 1 }
        for row in 0..<count {
            let places = (row * actions)..<((row + 1) * actions)
            guard selection.allows(copy.choices[row], mask: Array(copy.masks[places])),
                copy.nextMasks[places].contains(true), rows[row] >> 41 == 0, copy.steps[row] > 0
            else {
                throw .mismatch(name: "replay.rows", reason: "row \(row) makes no sense")
            }
        }
        try copy.restore(inserted: inserted, priorities: checkpoint["replay.priorities"]?.values)
        self = copy
    }

    private func packed(_ flags: [Bool]) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: count * maskWords)
        for row in 0..<count {
            for action in 0..<actions where flags[row * actions + action] {
                words[row * maskWords + action / 64] |= 1 << UInt64(action % 64)
            }
        }
        return words
    }

    private func unpacked(
        _ name: String, rows: Int, _ checkpoint: Checkpoint
    ) throws(CheckpointError) -> [Bool] {
        let words = try checkpoint.words(name, count: rows * maskWords)
        // Of the last word of a row only the bits that are actions.
        let rest = UInt64.max << UInt64(actions - 64 * (maskWords - 1))
        var flags = [Bool](repeating: false, count: rows * actions)
        for row in 0..<rows {
            guard words[(row + 1) * maskWords - 1] & rest == 0 else {
                throw .mismatch(
                    name: name, reason: "row \(row) allows more than the \(actions) actions")
            }
            for action in 0..<actions {
                let word = words[row * maskWords + action / 64]
                flags[row * actions + action] = word >> UInt64(action % 64) & 1 == 1
            }
        }
        return flags
    }
}
