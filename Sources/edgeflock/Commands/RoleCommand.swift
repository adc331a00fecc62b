import ArgumentParser
import CPlatform
import Emulation
import Launcher
import NodeRuntime
import Topologies

#if canImport(Glibc)
    import Glibc
#endif

/// `edgeflock role NAME --order FILE`: what `launch` starts.
struct RoleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "role",
        abstract: "Be one process of a run; launch starts these.",
        shouldDisplay: false)

    @Argument(help: "The process, such as hub, traffic or a station.")
    var name: String

    @Option(help: "The file that says what the run is.")
    var order: String

    @Option(help: "How often it has been started, this time included.")
    var epoch: UInt16?

    func run() throws {
        edgeflock_ignore_file_limit()
        // Whatever a process writes is for its owner only.
        umask(0o077)
        do {
            let order = try LaunchOrder.read(from: order)
            let code = try Role(name: name, order: order, epoch: epoch ?? order.epoch).run()
            guard code == 0 else { throw ExitCode(code) }
        } catch let error as ExitCode {
            throw error
        } catch {
            Console.complain("\(name): error: \(error)")
            throw ExitCode(error is LiveError ? 69 : 70)
        }
    }
}
