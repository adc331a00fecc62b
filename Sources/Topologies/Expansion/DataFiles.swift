/// A file that a topology names.
package struct InputFile: Hashable, Sendable {
    /// As the topology says it.
    package var name: String
    package var path: String

    package init(name: String, path: String) {
        self.name = name
        self.path = path
    }
}

/// Finds and reads the files that a topology names.
struct DataFiles {
    /// Bytes; a trace of a million rows has about 50 MB.
    static let sizeLimit = 256 << 20
    static let prefix = "data:"

    /// The folder of the topology file; relative paths start there.
    var folder: String
    /// Where `data:FILE` is, nil when nobody said.
    var dataDirectory: String?
    /// What was read.
    let inputs = InputList()

    /// Filled while a topology is expanded.
    final class InputList {
        var files: [InputFile] = []
    }

    /// The path that a name in the file stands for; nil for `data:` without a folder.
    func path(_ name: String, at place: Place) -> String? {
        if name.hasPrefix(Self.prefix) {
            return dataDirectory.map { Self.join($0, String(name.dropFirst(Self.prefix.count))) }
        }
        if case .override = place { return name }
        return Self.join(folder, name)
    }

    static func join(_ folder: String, _ name: String) -> String {
        if name.hasPrefix("/") || folder.isEmpty { return name }
        return folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
    }

    static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }

    /// The table in a file; nil after reporting why not.
    func table(_ name: String, at place: Place, _ log: DiagnosticLog) -> CSVTable? {
        guard let path = path(name, at: place) else {
            reportNoData(name, at: place, "the data folder is not known", log)
            return nil
        }
        do {
            let bytes = try FileBytes.read(path, limit: Self.sizeLimit)
            let input = InputFile(name: name, path: path)
            if !inputs.files.contains(input) { inputs.files.append(input) }
            return CSVTable(bytes: bytes, path: path, log: log)
        } catch {
            switch error {
            case .missing where name.hasPrefix(Self.prefix):
                reportNoData(name, at: place, "no such file: \(path)", log)
            case .missing, .notRegular:
                log.error(
                    .missingFile, at: place, "no such file: \(path)", kind: .missingInput)
            case .denied:
                log.error(
                    .permissionDenied, at: place, "permission denied: \(path)", kind: .permission)
            case .tooLarge(let size, let limit):
                log.error(.fileTooLarge, at: place, "\(path) is \(size) bytes, limit \(limit)")
            case .unreadable(let number):
                log.error(
                    .missingFile, at: place, "cannot read \(path) (error \(number))",
                    kind: .missingInput)
            }
            return nil
        }
    }

    private func reportNoData(
        _ name: String, at place: Place, _ why: String, _ log: DiagnosticLog
    ) {
        log.warning(
            .missingFile, at: place,
            "'\(name)' is not here (\(why)); the topology cannot be launched",
            hint: "docs/DATA.md says where to get it; name its folder with --data DIR or "
                + "EDGEFLOCK_DATA",
            kind: .missingData)
    }
}
