/// `manifest.json`: what a run was made from, written before it starts.
package struct RunManifest: Hashable, Sendable, Codable {
    package var format = 1
    package var name: String
    package var seed: UInt64
    package var policy: String
    @OrNull package var training: String?
    /// SHA-256 over what the topology means, without its seed, clock and processes.
    package var topologyDigest: String
    package var topologyFile: String
    package var settings: [String]
    package var stations: [String]
    package var trafficClasses: [String]
    /// `in-process`, `per-station`, `packed: n` or `single`.
    package var processes: String
    /// `virtual`, or `wall` with its speed.
    package var clock: String
    package var recording: String
    package var flags: [String]
    /// Calendar time, UTC.
    package var started: String
    package var versions: [String: String]
    /// The folder of the run that this one continues, as it was given.
    @OrNull package var continues: String?
    package var host: HostFacts

    package init(
        run: RunDescription, topologyDigest: ContentDigest, topologyFile: String,
        settings: [String], processes: String, clock: String, recording: RecordingLevel,
        flags: [String], versions: [String: String], continues: String? = nil
    ) {
        name = run.name
        seed = run.seed
        policy = run.policy
        training = run.training
        self.topologyDigest = topologyDigest.description
        self.topologyFile = topologyFile
        self.settings = settings
        stations = run.stations
        trafficClasses = run.trafficClasses
        self.processes = processes
        self.clock = clock
        self.recording = recording.rawValue
        self.flags = flags
        started = UniversalTime.text
        self.versions = versions.merging(Self.libraryVersions) { given, _ in given }
        self.continues = continues
        host = HostFacts.current
    }

    enum CodingKeys: String, CodingKey {
        case format, name, seed, policy, training, settings, stations, processes, clock, recording
        case flags, started, versions, continues, host
        case topologyDigest = "topology_digest"
        case topologyFile = "topology_file"
        case trafficClasses = "classes"
    }
}
