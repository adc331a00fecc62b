import ArgumentParser
import Recording
import Studies

/// `edgeflock report RUN`, or of a study
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Show the results of a run, or write the reports of a study.",
        discussion: """
            Of a run: tables from manifest.json and summary.json; run.sqlite has every row. Of a \
            study: report.html (one file, works offline), report.md, results.csv and plots/ as \
            SVG, and as PNG where rsvg-convert is installed.
            """)

    @Argument(help: "The folder of a run or a study, such as runs/latest.")
    var folder: String

    func run() throws {
        do {
            if StudyReport.isStudy(folder) {
                try StudyReportFiles.write(folder)
            } else {
                Console.show(try RunReport(folder).text)
            }
        } catch let error as ResultFileError {
            Console.complain("report: error: \(error)")
            throw ExitCode(error.exitCode)
        } catch let error as RunDirectoryError {
            Console.complain("report: error: \(error)")
            throw ExitCode(error.exitCode)
        }
    }
}
