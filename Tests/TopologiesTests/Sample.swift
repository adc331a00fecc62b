import Topologies

/// A small valid topology, line by line, that tests bend.
enum Sample {
    static let lines = [
        "version: 1",  // 1
        "name: sample",
        "duration: 10 s",
        "stations:",
        "  - name: bs1",  // 5
        "    capacity: 10 GHz",
        "  - name: bs2",
        "    capacity: 20 GHz",
        "links:",
        "  rate: 450 Mbit/s",  // 10
        "  delay: 2 ms",
        "traffic:",
        "  - name: image",
        "    arrivals:",
        "      poisson: {rate: 2 /s}",  // 15
        "    size: 3 Mbit",
        "    workload: 2 Gcycles",
        "scheduler:",
        "  policy: random",
    ]

    static let text = text(replacing: [:])

    /// The sample with other text for some of its lines, counted from 1; the text may have lines
    /// of its own, or be nothing to leave the line out.
    static func text(replacing replacements: [Int: String?]) -> String {
        var result: [String] = []
        for (index, line) in lines.enumerated() {
            if let replacement = replacements[index + 1] {
                if let replacement { result.append(replacement) }
            } else {
                result.append(line)
            }
        }
        return result.joined(separator: "\n") + "\n"
    }
}

/// Loads text as if it were a file of that name, without any file beside it.
func load(_ text: String, overrides: [String] = []) -> TopologyLoading {
    load(Array(text.utf8), overrides: overrides)
}

func load(_ bytes: [UInt8], overrides: [String] = []) -> TopologyLoading {
    Topology.load(
        bytes: bytes, name: "sample.yaml", folder: "/nowhere", overrides: overrides)
}

/// Such as `9:14 E021`, one for each diagnostic.
func summary(_ loading: TopologyLoading) -> [String] {
    loading.diagnostics.map { diagnostic in
        switch diagnostic.place {
        case .whole: diagnostic.label
        case .file(let line, let column): "\(line):\(column) \(diagnostic.label)"
        case .other(_, let line, let column): "csv \(line):\(column) \(diagnostic.label)"
        case .override(let key): "\(key) \(diagnostic.label)"
        }
    }
}
