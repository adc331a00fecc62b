#if canImport(Glibc)
    import Glibc
#endif
import Testing
import Topologies

/// A folder of its own for one test, removed afterwards.
func withFolder<Result>(_ body: (String) throws -> Result) rethrows -> Result {
    var template = Array("/tmp/edgeflock-test-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { preconditionFailure("no temporary folder") }
    let folder = String(cString: made)
    defer { removeFolder(folder) }
    return try body(folder)
}

private func removeFolder(_ folder: String) {
    guard let directory = opendir(folder) else { return }
    while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name != ".", name != ".." { unlink("\(folder)/\(name)") }
    }
    closedir(directory)
    rmdir(folder)
}

func write(_ text: String, to path: String) {
    let file = fopen(path, "w")
    fputs(text, file)
    fclose(file)
}

@Suite struct `A topology file` {
    @Test func `that is not there is missing input`() {
        let loading = Topology.load(path: "/nowhere/x.yaml")
        #expect(
            loading.diagnostics.map(\.description) == [
                "/nowhere/x.yaml: error[E001]: no such file"
            ])
        #expect(loading.exitCode == 66 && loading.validationExitCode == 66)
    }

    @Test func `that is a folder or a pipe is refused without waiting`() {
        withFolder { folder in
            mkfifo("\(folder)/pipe", 0o600)
            for path in [folder, "\(folder)/pipe", "/dev/zero"] {
                let loading = Topology.load(path: path)
                #expect(summary(loading) == ["E002"])
                #expect(loading.exitCode == 66)
            }
        }
    }

    @Test(.enabled(if: geteuid() != 0, "root may read everything"))
    func `that may not be read is a matter of permission`() {
        withFolder { folder in
            write(Sample.text, to: "\(folder)/a.yaml")
            chmod("\(folder)/a.yaml", 0)
            let loading = Topology.load(path: "\(folder)/a.yaml")
            #expect(summary(loading) == ["E003"])
            #expect(loading.exitCode == 77)
        }
    }

    @Test func `is at most a mebibyte`() {
        withFolder { folder in
            let line = String(repeating: "#", count: 1023) + "\n"
            let padding = String(repeating: line, count: 1024)
            write(padding, to: "\(folder)/a.yaml")
            #expect(summary(Topology.load(path: "\(folder)/a.yaml")) == ["1:1 E005"])
            write(padding + "\n", to: "\(folder)/a.yaml")
            let loading = Topology.load(path: "\(folder)/a.yaml")
            #expect(summary(loading) == ["E004"])
            #expect(loading.diagnostics[0].message == "file is 1048577 bytes, limit 1048576")
        }
    }

    @Test func `may have a byte order mark and lines that end like on Windows`() {
        let windows = "\u{FEFF}" + Sample.lines.joined(separator: "\r\n")
        #expect(summary(load(windows)) == [])
        #expect(load(windows).topology?.name == "sample")
    }

    @Test func `that names data which is not here can be validated but not launched`() {
        let text = Sample.text(replacing: [15: "      trace: {file: \"data:nothing.csv\"}"])
        let loading = load(text)
        #expect(summary(loading) == ["15:21 W066"])
        #expect(loading.topology == nil)
        #expect(loading.exitCode == 66 && loading.validationExitCode == 0)
        #expect(loading.diagnostics[0].hint?.contains("EDGEFLOCK_DATA") == true)
    }

    @Test func `that names a trace beside it which is not there is in error`() {
        let loading = load(Sample.text(replacing: [15: "      trace: {file: nothing.csv}"]))
        #expect(summary(loading) == ["15:21 E066"])
        #expect(loading.exitCode == 66 && loading.validationExitCode == 66)
    }

    @Test func `names a checkpoint that may come later`() {
        let frozen = "  policy: dsac\ntraining: {mode: frozen, checkpoint: w.safetensors}"
        let loading = load(Sample.text(replacing: [19: frozen]))
        #expect(summary(loading) == ["20:38 W066"])
        #expect(loading.exitCode == 66 && loading.validationExitCode == 0)
    }
}
