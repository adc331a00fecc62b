import FoundationEssentials

/// How far a run has come: what the hub prints, one line of JSON at a time.
package struct RunProgress: Hashable, Sendable, Codable {
    /// Seconds.
    package var virtual: Double
    package var wall: Double
    /// Virtual seconds of the whole run.
    package var end: Double
    package var tasks: UInt64
    package var episode: Int
    package var episodes: Int
    /// Seconds; in the newest episode that has one.
    package var meanDelay: Double?
    package var policyVersion: UInt64

    package init(
        virtual: Double, wall: Double, end: Double, tasks: UInt64, episode: Int, episodes: Int,
        meanDelay: Double?, policyVersion: UInt64
    ) {
        self.virtual = virtual
        self.wall = wall
        self.end = end
        self.tasks = tasks
        self.episode = episode
        self.episodes = episodes
        self.meanDelay = meanDelay
        self.policyVersion = policyVersion
    }

    package init?(line: String) {
        guard let value = try? JSONDecoder().decode(Self.self, from: Data(line.utf8)) else {
            return nil
        }
        self = value
    }

    /// Without a line feed.
    package var line: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    /// For a person; `speed` is over the whole run.
    package var text: String {
        let share = end > 0 ? Int((100 * virtual / end).rounded(.down)) : 0
        var parts = [
            "\(min(100, share)) %", "episode \(min(episode + 1, episodes)) of \(episodes)",
            "\(Self.short(virtual)) s virtual",
            "\(wall > 0 ? Self.short(virtual / wall) : "-")x real time", "\(tasks) tasks",
        ]
        if let meanDelay { parts.append("mean delay \(Self.short(meanDelay * 1e3)) ms") }
        if policyVersion > 0 { parts.append("policy version \(policyVersion)") }
        return parts.joined(separator: ", ")
    }

    /// Three digits that count, or whole numbers above that.
    private static func short(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
        let places = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3
        let factor = [1.0, 10, 100, 1000][places]
        let scaled = Int((value * factor).rounded())
        guard places > 0 else { return "\(scaled)" }
        let figures = String(scaled)
        let padded = String(repeating: "0", count: max(0, places + 1 - figures.count)) + figures
        let point = padded.index(padded.endIndex, offsetBy: -places)
        return padded[..<point] + "." + padded[point...]
    }
}
