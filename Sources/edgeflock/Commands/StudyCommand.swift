import ArgumentParser
import FoundationEssentials
import Launcher
import Recording
import Studies
import Topologies

/// `edgeflock study FILE`, and studies that are programs of their own.
struct StudyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "study",
        abstract: "Run a grid of topologies and seeds, and compare what came of them.",
        discussion: """
            A study file names a topology, what is varied in it, and seeds (docs/STUDIES.md). \
            Each cell of the grid is a run of its own; finished cells are kept in the study's \
            folder, so a study that was interrupted or killed goes on with --resume.

            Example:  edgeflock study studies/herding.yaml --jobs 2
            """,
        subcommands: [RunStudyCommand.self, StudyCartPoleCommand.self, StudyAblationCommand.self],
        defaultSubcommand: RunStudyCommand.self)
}

/// `edgeflock study run FILE`, or without the `run`.
struct RunStudyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the cells of a study file.",
        discussion: """
            Learned policies are trained first where the study says so, on other arrivals than \
            those that every policy is judged on. Ctrl-C keeps what is finished. At the end the \
            reports are written as edgeflock report does.

            Exit codes: 0 all cells VALID, 2 some are not, 3 the budget is spent, 65 bad study \
            or topology, 66 missing file, 69 folder in use, 73 folder has results (--resume), \
            130 interrupted.
            """)

    @Argument(help: "The study file, such as studies/herding.yaml.")
    var file: String

    @Option(help: "Cells that run at the same time.")
    var jobs = 1

    @Flag(help: "Go on with a folder that has results; finished cells are kept.")
    var resume = false

    @Option(
        help: ArgumentHelp(
            "The study's folder, instead of runs/study-NAME.", valueName: "dir"))
    var out: String?

    @Option(
        help: ArgumentHelp(
            "Where data:FILE is looked up; EDGEFLOCK_DATA if not given.", valueName: "dir"))
    var data: String?

    func validate() throws {
        guard (1...1024).contains(jobs) else {
            throw ValidationError("--jobs must be 1 to 1024 (got \(jobs))")
        }
    }

    func run() async throws {
        let plan = try load()
        let folder = out ?? "runs/study-\(plan.study.name)"
        do {
            let directory = try RunDirectory.reopen(at: folder)
            let progress = try await run(plan, in: directory)
            try StudyReportFiles.write(folder)
            if Interrupts.count > 0 { throw ExitCode(130) }
            if progress.done < progress.cells { throw ExitCode(3) }
            if progress.bad > 0 { throw ExitCode(2) }
        } catch let error as RunDirectoryError {
            Console.complain("study: error: \(error)")
            throw ExitCode(error.exitCode)
        }
    }

    private func load() throws -> StudyPlan {
        let loading = StudyFile.load(path: file)
        for diagnostic in loading.diagnostics { Console.complain("\(diagnostic)") }
        guard let study = loading.study else {
            if let remains = loading.remains {
                let more = StudyPlan.mistakes(in: remains, dataDirectory: dataDirectory)
                for line in more.lines { Console.complain(line) }
            }
            throw ExitCode(loading.exitCode)
        }
        do throws(StudyMistakes) {
            return try StudyPlan(study, dataDirectory: dataDirectory)
        } catch {
            for line in error.lines { Console.complain(line) }
            throw ExitCode(error.exitCode)
        }
    }

    private var dataDirectory: String? {
        data ?? ProcessInfo.processInfo.environment["EDGEFLOCK_DATA"]
    }

    private func run(
        _ plan: StudyPlan, in directory: RunDirectory
    ) async throws -> StudyRunner.Progress {
        let folder = directory.path
        let files = FileManager.default
        if !resume, files.fileExists(atPath: directory.file(StudyRecord.fileName)) {
            Console.complain(
                "study: error: \(folder) has results; go on with --resume, or use another --out")
            throw ExitCode(73)
        }
        try directory.makeFolder("cells")
        let record = StudyRecord(
            plan, versions: ["edgeflock": ProgramVersion.text, "swift": ProgramVersion.compiler])
        try directory.write(ResultFile.encode(record), to: StudyRecord.fileName)
        let scratch = absolute(directory.file("scratch"))
        defer { try? files.removeItem(atPath: scratch) }
        Interrupts.catch(exitAfter: 3)
        let executable = try files.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let runner = StudyRunner(
            plan.cells, store: CellStore(folder: folder),
            runner: CellRunner(
                executable: executable, scratch: scratch,
                failures: absolute(directory.file("failures")),
                optima: OptimumStore(
                    folder: absolute(directory.file("optima")),
                    solver: OptimumStore.solver(beside: executable)),
                dataDirectory: dataDirectory, limit: plan.study.cellLimit),
            jobs: jobs, totalLimit: plan.study.totalLimit)
        var line = ProgressLine()
        let progress = try await runner.run { line.show($0.text) }
        line.clear()
        Console.complain("study: \(progress.done) of \(progress.cells) cells are done")
        return progress
    }

    private func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }
}

/// Writes the reports of a study and shows the short one.
enum StudyReportFiles {
    static func write(_ folder: String) throws {
        let report = try StudyReport(folder)
        let pictures = try report.write()
        Console.show(report.markdown)
        let count = PictureConversion.writePNG(of: pictures)
        let png = count > 0 ? " and PNG" : " (PNG needs rsvg-convert, package librsvg2-bin)"
        Console.show(
            "\nreport   \(folder)/report.html, report.md, results.csv, plots/ as SVG\(png)\n")
    }
}
