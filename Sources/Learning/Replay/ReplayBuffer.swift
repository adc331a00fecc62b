package import Messaging
import NeuralNetwork
package import Policies
package import SimulationKernel

/// The transitions that are trained on: a ring, one array per column.
///
/// It grows to its capacity, then the oldest transition gives way to the newest. An episode that
/// was cut off goes on in its value (`truncated` is not kept); one that is `done` does not.
package struct ReplayBuffer: Sendable {
    package let capacity: Int
    package let featureCount: Int
    package let actions: Int
    package let selection: Selection
    /// Whether the starts of chains are kept.
    package let keepsStarts: Bool
    /// Transitions held, and all that were ever inserted.
    package private(set) var count = 0
    package private(set) var inserted: UInt64 = 0
    /// Where the rows of the last batch stand.
    private var places: [Int] = []
    /// `[count, featureCount]`
    var features: [Float] = []
    var nextFeatures: [Float] = []
    /// `[count, actions]`
    var masks: [Bool] = []
    var nextMasks: [Bool] = []
    var starts: [Float] = []
    var nextStarts: [Float] = []
    /// `[count]`
    var choices: [UInt32] = []
    var rewards: [Float] = []
    var done: [Bool] = []
    var steps: [UInt8] = []

    private let priorities: PrioritySettings?
    private var tree: PriorityTree
    private var greatestPriority = 1.0

    /// - Parameter priorities: nil draws uniformly.
    package init(
        capacity: Int, features: Int, actions: Int, selection: Selection = .one,
        keepsStarts: Bool = false, priorities: PrioritySettings? = nil
    ) {
        precondition(capacity > 0 && features > 0 && actions > 0)
        self.capacity = capacity
        self.selection = selection
        self.keepsStarts = keepsStarts
        self.priorities = priorities
        featureCount = features
        self.actions = actions
        tree = PriorityTree(count: priorities == nil ? 1 : capacity)
    }

    /// Whether a transition has the shape that is kept here, a choice that its mask allows, and
    /// numbers only.
    package func fits(_ transition: Transition) -> Bool {
        let starts = keepsStarts ? actions : 0
        return transition.features.count == featureCount
            && transition.nextFeatures.count == featureCount
            && transition.mask.count == actions && transition.nextMask.count == actions
            && transition.chainStart.count == starts && transition.nextChainStart.count == starts
            && selection.allows(transition.choice, mask: transition.mask)
            && transition.nextMask.contains(true) && transition.steps > 0
            && transition.reward.isFinite && transition.features.allSatisfy(\.isFinite)
            && transition.nextFeatures.allSatisfy(\.isFinite)
            && transition.chainStart.allSatisfy(\.isFinite)
            && transition.nextChainStart.allSatisfy(\.isFinite)
    }

    /// - Precondition: the transition `fits`.
    package mutating func insert(_ transition: Transition) {
        precondition(fits(transition), "a transition of another shape: \(transition)")
        let place = Int(inserted % UInt64(capacity))
        if count < capacity {
            append(transition)
            count += 1
        } else {
            replace(place, by: transition)
        }
        if priorities != nil { tree[place] = greatestPriority }
        inserted += 1
    }

    private mutating func append(_ transition: Transition) {
        features += transition.features
        nextFeatures += transition.nextFeatures
        masks += transition.mask
        nextMasks += transition.nextMask
        starts += transition.chainStart
        nextStarts += transition.nextChainStart
        choices.append(transition.choice)
        rewards.append(transition.reward)
        done.append(transition.done)
        steps.append(transition.steps)
    }

    private mutating func replace(_ place: Int, by transition: Transition) {
        for index in 0..<featureCount {
            features[place * featureCount + index] = transition.features[index]
            nextFeatures[place * featureCount + index] = transition.nextFeatures[index]
        }
        for index in 0..<actions {
            masks[place * actions + index] = transition.mask[index]
            nextMasks[place * actions + index] = transition.nextMask[index]
        }
        for index in transition.chainStart.indices {
            starts[place * actions + index] = transition.chainStart[index]
            nextStarts[place * actions + index] = transition.nextChainStart[index]
        }
        choices[place] = transition.choice
        rewards[place] = transition.reward
        done[place] = transition.done
        steps[place] = transition.steps
    }
}

extension ReplayBuffer {
    /// Fills a batch with transitions drawn with replacement: uniformly, or one from each of as
    /// many equal shares of all priority as there are rows.
    ///
    /// - Parameters:
    ///   - discount: gamma; the value after n steps counts gamma^(n - 1) in `continues`.
    ///   - update: how many updates were done, for the correction of priorities.
    /// - Precondition: there is a transition.
    package mutating func sample(
        into batch: inout TrainingBatch<Float>, discount: Double = 1, update: UInt64 = 0,
        from stream: inout RandomStream
    ) {
        precondition(count > 0, "nothing to sample from")
        if places.count != batch.rows { places = Array(repeating: 0, count: batch.rows) }
        if let priorities {
            drawByPriority(priorities, &batch, update: update, from: &stream)
        } else {
            for row in 0..<batch.rows { places[row] = stream.integer(below: count) }
        }
        if keepsStarts, batch.starts.isEmpty {
            batch.starts = Array(repeating: 0, count: batch.rows * actions)
            batch.nextStarts = batch.starts
        }
        for row in 0..<batch.rows { copy(places[row], to: &batch, row: row, discount: discount) }
    }

    private mutating func drawByPriority(
        _ priorities: PrioritySettings, _ batch: inout TrainingBatch<Float>, update: UInt64,
        from stream: inout RandomStream
    ) {
        let share = tree.total / Double(batch.rows)
        let power = priorities.correction(at: update)
        var greatest = 0.0
        for row in 0..<batch.rows {
            places[row] = tree.place(at: share * (Double(row) + stream.uniform()))
            let probability = tree[places[row]] / tree.total
            let weight = Mathematics.exp(-power * Mathematics.log(Double(count) * probability))
            greatest = max(greatest, weight)
            batch.weights[row] = Float(weight)
        }
        for row in 0..<batch.rows { batch.weights[row] /= Float(greatest) }
    }

    private func copy(
        _ place: Int, to batch: inout TrainingBatch<Float>, row: Int, discount: Double
    ) {
        for index in 0..<featureCount {
            batch.features[row * featureCount + index] = features[place * featureCount + index]
            batch.nextFeatures[row * featureCount + index] =
                nextFeatures[place * featureCount + index]
        }
        for index in 0..<actions {
            batch.mask[row * actions + index] = masks[place * actions + index]
            batch.nextMask[row * actions + index] = nextMasks[place * actions + index]
        }
        if keepsStarts {
            for index in 0..<actions {
                batch.starts[row * actions + index] = starts[place * actions + index]
                batch.nextStarts[row * actions + index] = nextStarts[place * actions + index]
            }
        }
        batch.choices[row] = Int(choices[place])
        batch.rewards[row] = rewards[place]
        var continues = done[place] ? 0.0 : 1
        for _ in 1..<max(1, Int(steps[place])) { continues *= discount }
        batch.continues[row] = Float(continues)
    }

    /// What the rows of a checkpoint are drawn by, at their places; empty without priorities.
    var keptPriorities: [Double] {
        priorities == nil ? [] : (0..<count).map { tree[$0] } + [greatestPriority]
    }

    /// The rest of what a checkpoint holds, once the columns are there.
    mutating func restore(
        inserted: UInt64, priorities values: Checkpoint.Values?
    ) throws(CheckpointError) {
        count = choices.count
        self.inserted = inserted
        guard priorities != nil else { return }
        guard case .float64(let kept)? = values, kept.count == count + 1,
            kept.allSatisfy({ $0.isFinite && $0 > 0 })
        else {
            throw .mismatch(
                name: "replay.priorities", reason: "it is not \(count + 1) F64 above 0")
        }
        for place in 0..<count { tree[place] = kept[place] }
        greatestPriority = kept[count]
    }

    /// Notes how far off the rows of the last batch were.
    ///
    /// - Parameter errors: `[rows]`, not negative.
    package mutating func note(errors: [Float]) {
        guard let priorities else { return }
        for (row, place) in places.enumerated() {
            let priority = priorities.priority(ofError: Double(errors[row]))
            tree[place] = priority
            greatestPriority = max(greatestPriority, priority)
        }
    }
}
