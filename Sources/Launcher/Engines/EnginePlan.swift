/// What an engine is asked to start: the parts of one run, and the files that they need.
///
/// A part is one launcher with its processes: a task of Slurm, a container, a pod. Which machine it
/// gets is the engine's business. Renderers turn this value into files and look at nothing else,
/// so the same value gives the same files, byte for byte.
package struct EnginePlan: Hashable, Sendable {
    package struct Part: Hashable, Sendable {
        /// The host of the topology that this part is.
        package var host: String
        /// Its processes' names, the hub's included.
        package var processes: [String]
        /// What it is given of a machine.
        package var cores: Int
        package var mebibytes: Int
        /// Whether the hub lives here, and with it the results of the run.
        package var hasHub: Bool

        package init(
            host: String, processes: [String], cores: Int, mebibytes: Int, hasHub: Bool
        ) {
            self.host = host
            self.processes = processes
            self.cores = cores
            self.mebibytes = mebibytes
            self.hasHub = hasHub
        }
    }

    /// A file that every part reads: the topology, or recorded data that it names.
    package struct Input: Hashable, Sendable {
        /// Without a folder.
        package var name: String
        package var text: String

        package init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }

    /// Of the topology, made fit for all engines.
    package var name: String
    /// In the order of the topology's hosts; a part's place here is its number everywhere.
    package var parts: [Part]
    /// The topology's first.
    package var inputs: [Input]
    /// What was changed in the topology, as given to `--set`.
    package var settings: [String]
    /// By part, the keys of its own processes and everybody's public ones; empty without keys.
    package var keys: [String]
    package var image: String
    /// Whether the topology names its hosts, so that each part belongs to a machine of that name.
    package var isPinned: Bool
    /// Whether what parts keep is to outlive a power cut of their machine.
    package var isDurable: Bool

    package init(
        name: String, parts: [Part], inputs: [Input], settings: [String], keys: [String],
        image: String, isPinned: Bool, isDurable: Bool = false
    ) {
        precondition(!parts.isEmpty && !inputs.isEmpty, "a run without parts or topology")
        precondition(keys.isEmpty || keys.count == parts.count, "keys for other parts")
        self.name = EngineName.fit(name)
        self.parts = parts
        self.inputs = inputs
        self.settings = settings
        self.keys = keys
        self.image = image
        self.isPinned = isPinned
        self.isDurable = isDurable
    }

    /// What part N is called by engines, and found at by the other parts.
    package static func partName(_ number: Int) -> String { "part-\(number)" }

    /// The number of the part with the hub.
    var hubPart: Int { parts.firstIndex(where: \.hasHub) ?? 0 }
}

/// A file that a renderer has made, relative to the folder of its output.
package struct RenderedFile: Hashable, Sendable {
    package var path: String
    package var text: String
    package var mode: Mode

    package enum Mode: UInt16, Hashable, Sendable {
        case readable = 0o644
        case program = 0o755
        case secret = 0o600
        /// A secret that another user must read inside a container; its folder keeps others out.
        case mounted = 0o444
    }

    package init(_ path: String, _ text: String, mode: Mode = .readable) {
        self.path = path
        self.text = text
        self.mode = mode
    }
}
