/// What came of reading a topology.
package struct TopologyLoading: Sendable {
    /// Nil when there are errors, or when data that it names is not here.
    package let topology: Topology?
    /// Sorted by place; at most 20 errors and 20 warnings.
    package let diagnostics: [Diagnostic]
    /// Recorded data that was read, each once.
    package var inputs: [InputFile] = []

    package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// For `launch`: 0, 65 (bad data), 66 (missing input) or 77 (permission).
    package var exitCode: Int32 {
        if topology != nil { return 0 }
        return hasErrors ? validationExitCode : 66
    }

    /// For `validate`, which can do without data: as `exitCode`, but 0 where only that is missing.
    package var validationExitCode: Int32 {
        let errors = diagnostics.filter { $0.severity == .error }
        if errors.isEmpty { return 0 }
        if errors.contains(where: { $0.kind == .data }) { return 65 }
        return errors.contains { $0.kind == .permission } ? 77 : 66
    }
}

extension Topology {
    /// Bytes of a topology file.
    static let sizeLimit = 1 << 20

    /// Reads and checks a topology file.
    ///
    /// - Parameters:
    ///   - path: the file; its folder is where relative paths in it start.
    ///   - overrides: `KEY=VALUE`, in order, as given to `--set`.
    ///   - dataDirectory: where `data:FILE` is; nil when nobody said.
    ///   - forReplay: whether the run is to be kept for replay, which not every topology allows.
    package static func load(
        path: String, overrides: [String] = [], dataDirectory: String? = nil,
        forReplay: Bool = false
    ) -> TopologyLoading {
        let bytes: [UInt8]
        do {
            bytes = try FileBytes.read(path, limit: sizeLimit)
        } catch {
            let log = DiagnosticLog(file: path)
            report(error, log)
            return TopologyLoading(topology: nil, diagnostics: log.finish())
        }
        return load(
            bytes: bytes, name: path, folder: DataFiles.folder(of: path), overrides: overrides,
            dataDirectory: dataDirectory, forReplay: forReplay)
    }

    /// As `load(path:)`, of bytes that are already read.
    ///
    /// - Parameter folder: where relative paths in the file start.
    package static func load(
        bytes: [UInt8], name: String, folder: String, overrides: [String] = [],
        dataDirectory: String? = nil, forReplay: Bool = false
    ) -> TopologyLoading {
        let files = DataFiles(folder: folder, dataDirectory: dataDirectory)
        var source: SourceText?
        let log = DiagnosticLog(file: name) { source?.line($0) }
        source = SourceText(bytes: bytes, log: log)
        let topology = source.flatMap { read($0, overrides, files, forReplay, log) }
        let diagnostics = log.finish()
        let isComplete = diagnostics.allSatisfy {
            $0.severity == .warning && $0.kind != .missingData
        }
        return TopologyLoading(
            topology: isComplete ? topology : nil, diagnostics: diagnostics,
            inputs: files.inputs.files)
    }

    private static func read(
        _ text: SourceText, _ overrides: [String], _ files: DataFiles, _ forReplay: Bool,
        _ log: DiagnosticLog
    ) -> Topology? {
        guard var root = tree(of: text, log) else { return nil }
        if let place = root.place(of: "axes"), root.place(of: "stations") == nil {
            log.error(
                .wrongKind, at: place, "this is a study, not a topology",
                hint: "run it with 'edgeflock study \(log.file)'; the topology is the file that it "
                    + "names")
            return nil
        }
        for argument in overrides {
            Override(argument, log: log)?.apply(to: &root, log: log)
        }
        guard let draft = TopologyDraft(root, forReplay: forReplay, log: log) else { return nil }
        return TopologyExpansion(draft: draft, files: files, log: log).topology()
    }

    /// The tree of a topology or study; nil after an error.
    static func tree(of text: SourceText, _ log: DiagnosticLog) -> SourceNode? {
        var pass = LexicalPass(text, log: log)
        guard pass.run() else { return nil }
        var composer = Composer(text, log: log)
        if let root = composer.compose(), !root.isAbsent { return root }
        if !log.hasErrors {
            log.error(
                .empty, at: .file(line: 1, column: 1),
                "empty file (expected a mapping with 'version', 'name', …)")
        }
        return nil
    }

    static func report(_ fault: FileBytes.Fault, _ log: DiagnosticLog) {
        switch fault {
        case .missing:
            log.error(.noSuchFile, at: .whole, "no such file", kind: .missingInput)
        case .notRegular:
            log.error(.notARegularFile, at: .whole, "not a regular file", kind: .missingInput)
        case .denied:
            log.error(.permissionDenied, at: .whole, "permission denied", kind: .permission)
        case .tooLarge(let size, let limit):
            log.error(.fileTooLarge, at: .whole, "file is \(size) bytes, limit \(limit)")
        case .unreadable(let number):
            log.error(
                .noSuchFile, at: .whole, "cannot be read (error \(number))", kind: .missingInput)
        }
    }
}
