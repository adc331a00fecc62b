package import Messaging

extension ReplayTrainer {
    /// A complete checkpoint in a file of its own, and what the next record will tell: sums, and
    /// the last batch, which the policy is looked at on.
    package mutating func remember(_ memory: inout Memory) throws {
        var file = memory.isReading ? [] : checkpoint(isComplete: true)
        try memory.pass(file: "\(entity).safetensors", &file)
        if memory.isReading { try restore(from: file) }
        try memory.pass("stretch", &stretch)
        var last = batch
        try memory.pass("features", &last.features)
        try memory.pass("mask", &last.mask)
        try memory.pass("starts", &last.starts)
        try memory.pass("next starts", &last.nextStarts)
        guard last.features.count == batch.features.count, last.mask.count == batch.mask.count
        else { throw MemoryError("its batches had another size") }
        batch = last
    }
}
