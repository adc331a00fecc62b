/// What a process has counted by the end of a run.
package struct ProcessStatistics: Hashable, Sendable, Codable {
    /// Inputs that its nodes handled, and windows that it was opened for.
    package var events: UInt64 = 0
    package var windows: UInt64 = 0
    /// Frames and bytes sent to peers, sent to peers by way of the hub (bytes that are also
    /// control bytes), published, and sent to the hub.
    package var directFrames: UInt64 = 0
    package var directBytes: UInt64 = 0
    package var relayedFrames: UInt64 = 0
    package var relayedBytes: UInt64 = 0
    package var publishedFrames: UInt64 = 0
    package var publishedBytes: UInt64 = 0
    package var controlFrames: UInt64 = 0
    package var controlBytes: UInt64 = 0
    /// Frames sent again on request, received twice, and received after a gap.
    package var resentFrames: UInt64 = 0
    package var duplicateFrames: UInt64 = 0
    package var frameGaps: UInt64 = 0
    /// Frames that made no sense or came from elsewhere.
    package var malformedFrames: UInt64 = 0
    /// Frames of a process that has been started again since.
    package var fencedFrames: UInt64 = 0
    /// Sockets that were made anew because nothing came any more.
    package var renewedSockets: UInt64 = 0
    /// Sends refused by a full queue within the credits: each is a bug.
    package var refusedSends: UInt64 = 0
    /// How far the clock drifted from the hub's between two comparisons at most, and by how much
    /// that may be wrong; nanoseconds, 0 under the virtual clock.
    package var clockDrift: UInt64 = 0
    package var clockUncertainty: UInt64 = 0
    /// How far the hub's clock is ahead, the bits of a signed number; nanoseconds.
    package var clockLead: UInt64 = 0
    /// What it refused because of who sent it.
    package var refusals = Refusals()
    /// Real time of decisions and, under the wall clock, virtual lateness of deliveries;
    /// nanoseconds, by bucket of a logarithmic histogram.
    package var decisionTimes: [BucketCount] = []
    package var lateness: [BucketCount] = []

    package init() {}

    @frozen
    package struct BucketCount: Hashable, Sendable, Codable {
        package var bucket: UInt32
        package var count: UInt64

        @inlinable package init(bucket: UInt32, count: UInt64) {
            self.bucket = bucket
            self.count = count
        }
    }

    /// The counters in the order of the wire.
    static let counters: [any WritableKeyPath<Self, UInt64> & Sendable] = [
        \.events, \.windows, \.directFrames, \.directBytes, \.relayedFrames, \.relayedBytes,
        \.publishedFrames, \.publishedBytes,
        \.controlFrames, \.controlBytes, \.resentFrames, \.duplicateFrames, \.frameGaps,
        \.malformedFrames, \.fencedFrames, \.renewedSockets, \.refusedSends,
        \.clockDrift, \.clockUncertainty, \.clockLead,
        \.refusals.keys, \.refusals.handshakes, \.refusals.forged, \.refusals.forbidden,
    ]
}
