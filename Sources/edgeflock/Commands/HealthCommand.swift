import ArgumentParser
import Recording

#if canImport(Glibc)
    import Glibc
#endif

/// `edgeflock health RUN`
struct HealthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Tell whether the launcher of a run is alive.",
        discussion: """
            For the health checks of engines: the launcher must have moved in the last 15 s, or \
            hold the run's folder and not have come that far. It looks after its processes itself.

            Exit codes: 0 alive, 1 not.
            """)

    @Argument(help: ArgumentHelp("The folder of a run on this machine.", valueName: "run"))
    var folder: String

    func run() throws {
        guard let fault = RunPulse.fault(of: folder, now: Int64(time(nil))) else { return }
        Console.complain("health: \(fault)")
        throw ExitCode(1)
    }
}
