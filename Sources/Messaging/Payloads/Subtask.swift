package import EdgeModel
package import SimulationKernel

/// The share of a task that is placed on one server.
@frozen
package struct Subtask: Hashable, Sendable {
    /// The station that placed it, and its own count of the task. For a task of its own users that
    /// is the task's number; tasks that it took over are counted along.
    package var task: TaskID
    package var episode: UInt32
    /// Its place among the parts of the task, in candidate order, from 0.
    package var part: UInt32
    /// This part's input, result and work: the task's, times the fraction.
    package var size: Megabits
    package var result: Megabits
    package var workload: Gigacycles

    @inlinable package init(
        task: TaskID, episode: UInt32, part: UInt32, size: Megabits, result: Megabits,
        workload: Gigacycles
    ) {
        self.task = task
        self.episode = episode
        self.part = part
        self.size = size
        self.result = result
        self.workload = workload
    }
}

/// Says when a part was queued, started and finished.
@frozen
package struct SubtaskNotice: Hashable, Sendable {
    package var task: TaskID
    package var episode: UInt32
    package var part: UInt32
    /// When it entered the server's queue, when service began and when it ended.
    package var queued: VirtualInstant
    package var start: VirtualInstant
    package var finish: VirtualInstant

    @inlinable package init(
        task: TaskID, episode: UInt32, part: UInt32, queued: VirtualInstant, start: VirtualInstant,
        finish: VirtualInstant
    ) {
        self.task = task
        self.episode = episode
        self.part = part
        self.queued = queued
        self.start = start
        self.finish = finish
    }
}

/// Says that a part is not computed where it was placed.
@frozen
package struct SubtaskRefusal: Hashable, Sendable {
    package var task: TaskID
    package var episode: UInt32
    package var part: UInt32
    /// Since when the server knows that it will not.
    package var instant: VirtualInstant

    @inlinable package init(
        task: TaskID, episode: UInt32, part: UInt32, instant: VirtualInstant
    ) {
        self.task = task
        self.episode = episode
        self.part = part
        self.instant = instant
    }
}
