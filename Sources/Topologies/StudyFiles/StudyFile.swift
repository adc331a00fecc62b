/// A study as its file says it, checked: which topologies are run, with what changed, and what of
/// their results is looked at (docs/STUDIES.md).
package struct StudyFile: Hashable, Sendable {
    package var name: String
    /// As a path that can be opened.
    package var topology: String
    /// Distinct, in the file's order.
    package var seeds: [UInt64]
    /// In the file's order; the last varies fastest.
    package var axes: [Axis]
    /// `KEY=VALUE` for every cell.
    package var settings: [String]
    package var training: Training?
    package var episodes: Int
    /// Names, in the file's order; whoever runs the study knows them.
    package var metrics: [Located<String>]
    /// Those that published figures are about, other than the headline.
    package var publishedMetrics: [Located<String>]
    /// What the mean delay is drawn against, episode by episode.
    package var curves: [Curve]
    /// Places in `axes`.
    package var compared: Int
    package var along: Int?
    /// Names of values of the compared axis.
    package var against: [String]
    /// Combinations that are left out.
    package var exceptions: [Exception]
    package var published: [Published]
    /// Nil when no gap to an optimum is measured.
    package var optimum: Optimum?
    /// Seconds of real time; nil for no limit.
    package var cellLimit: Double?
    package var totalLimit: Double?
    /// Where mistakes in its settings are shown.
    package var origins: SettingOrigins

    package struct Axis: Hashable, Sendable {
        /// As the file says it.
        package var name: String
        package var values: [Variant]
    }

    /// One value of an axis.
    package struct Variant: Hashable, Sendable {
        package var name: String
        /// Instead of the study's; nil to keep it.
        package var topology: String?
        /// `KEY=VALUE`.
        package var settings: [String]
        /// Whether stations are processes of their own.
        package var isLive: Bool?
        package var place: Place
    }

    package struct Training: Hashable, Sendable {
        package var episodes: Int
        package var settings: [String]
    }

    /// What is along the x of a picture that has a point for each episode.
    package enum Curve: String, Hashable, Sendable, Codable, CaseIterable {
        case episodes
        /// Emulated bytes of experience and weights that were sent until an episode's end.
        case learningBytes = "learning-bytes"
    }

    /// By the place of an axis, the places of values; a combination that has one of them on every
    /// axis named here is not run.
    package typealias Exception = [Int: Set<Int>]

    /// What others have published about two values of the compared axis.
    package struct Published: Hashable, Sendable, Codable {
        /// Names of values.
        package var row: String
        package var against: String
        /// Of `against`; negative for less.
        package var percent: Double
        /// Of what; nil for the headline.
        package var metric: String?
        package var source: String

        package init(
            row: String, against: String, percent: Double, metric: String? = nil, source: String
        ) {
            self.row = row
            self.against = against
            self.percent = percent
            self.metric = metric
            self.source = source
        }
    }

    /// Small slots whose exact optimum every policy is held against.
    package struct Optimum: Hashable, Sendable {
        /// How many are drawn for each seed.
        package var slots: Int
        /// Those with more tasks, or none, are left out.
        package var tasks: Int
    }

    /// Whether a combination is left out.
    package func excepts(_ place: [Int]) -> Bool {
        exceptions.contains { exception in
            exception.allSatisfy { axis, values in values.contains(place[axis]) }
        }
    }

    /// Cells of the largest study.
    package static let gridLimit = 100_000
}

/// What came of reading a study.
package struct StudyLoading: Sendable {
    /// Nil when there are errors.
    package let study: StudyFile?
    /// With errors, what could be read all the same: enough to look for more of them.
    package let remains: StudyFile?
    package let diagnostics: [Diagnostic]

    /// 0, 65 (bad data), 66 (missing input) or 77 (permission).
    package var exitCode: Int32 {
        if study != nil { return 0 }
        return TopologyLoading(topology: nil, diagnostics: diagnostics).validationExitCode
    }
}

extension StudyFile {
    /// Reads and checks a study file, by the rules of topologies.
    package static func load(path: String) -> StudyLoading {
        do {
            return load(
                bytes: try FileBytes.read(path, limit: Topology.sizeLimit), name: path,
                folder: DataFiles.folder(of: path))
        } catch {
            let log = DiagnosticLog(file: path)
            Topology.report(error, log)
            return StudyLoading(study: nil, remains: nil, diagnostics: log.finish())
        }
    }

    /// - Parameter folder: where relative paths in the file start.
    package static func load(bytes: [UInt8], name: String, folder: String) -> StudyLoading {
        var source: SourceText?
        let log = DiagnosticLog(file: name) { source?.line($0) }
        source = SourceText(bytes: bytes, log: log)
        let root = source.flatMap { Topology.tree(of: $0, log) }
        var study: StudyFile?
        if let root, let place = root.place(of: "stations"), root.place(of: "axes") == nil {
            log.error(
                .wrongKind, at: place, "this is a topology, not a study",
                hint: "run it with 'edgeflock launch \(name)', or name it as the 'topology' of a "
                    + "study")
        } else {
            study = root.flatMap { StudyDraft($0, folder: folder, log: log)?.study() }
        }
        let metrics = study.map { ($0.metrics + $0.publishedMetrics).map(\.place) } ?? []
        study?.origins.file = name
        study?.origins.keepLines(with: metrics) { source?.line($0) }
        return StudyLoading(
            study: log.hasErrors ? nil : study, remains: log.hasErrors ? study : nil,
            diagnostics: log.finish())
    }
}
