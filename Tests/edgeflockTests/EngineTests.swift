import Foundation
import Recording
import Subprocess
import SystemPackage
import Testing

/// Runs handed to engines, with programs in the place of an engine that do what it would do.
@Suite(.serialized, .timeLimit(.minutes(1))) struct `A run for an engine` {
    private let bench: Workbench
    private var folder: String { bench.folder }

    init() throws { bench = try Workbench(duration: "2 s") }

    private func summary(_ name: String) throws -> RunSummary {
        try ResultFile.read(RunSummary.self, "summary.json", of: folder + "/" + name)
    }

    /// Programs of Slurm for one machine: the tasks of a job are processes here.
    private func writeSlurm() throws {
        try bench.write(
            """
            #!/bin/bash
            # Runs the job as often as it is put into the queue again.
            script=${@: -1}
            export SLURM_JOB_ID=7 SLURM_SUBMIT_DIR=$PWD
            echo RUNNING >"\(folder)/state"
            ( while true; do
                rm -f "\(folder)/requeue"
                bash "$script" >>job.log 2>&1
                code=$?
                [ -f "\(folder)/requeue" ] || break
                export SLURM_RESTART_COUNT=1
              done
              if [ $code = 0 ]; then echo COMPLETED; else echo FAILED; fi >"\(folder)/state"
            ) >/dev/null 2>&1 &
            echo 7
            """, to: "bin/sbatch")
        try bench.write(
            """
            #!/bin/bash
            while [[ $1 == --* ]]; do
                case $1 in --ntasks=*) tasks=${1#*=} ;; --output=*) out=${1#*=} ;; esac
                shift
            done
            for ((task = 0; task < tasks; task++)); do
                export SLURM_PROCID=$task SLURMD_NODENAME=node$task
                if [ -n "$out" ]; then "$@" >>"${out/\\%t/$task}" 2>&1 & else "$@" & fi
                pids+=($!)
            done
            echo "${pids[@]}" >"\(folder)/tasks"
            code=0
            for pid in "${pids[@]}"; do wait "$pid" || code=$?; done
            exit $code
            """, to: "bin/srun")
        try bench.write(
            """
            #!/bin/bash
            [ "$1" != requeue ] || { touch "\(folder)/requeue"; kill "$PPID"; }
            case $3 in
                node) echo "NodeName=$4 NodeAddr=127.0.0.$((1 + ${SLURM_RESTART_COUNT:-0})) X=x" ;;
                job) echo "JobId=7 JobState=$(cat "\(folder)/state") Reason=None NodeList=node[0-1]" ;;
            esac
            """, to: "bin/scontrol")
        try bench.write("#!/bin/bash\nkill $(cat \"\(folder)/tasks\")\n", to: "bin/scancel")
    }

    private func launch(_ arguments: [String], path: String) async throws -> TerminationStatus {
        try await Subprocess.run(
            .path(FilePath(Workbench.program)), arguments: Arguments(arguments),
            environment: .inherit.updating(["PATH": path]), input: .none,
            output: .discarded, error: .discarded
        ).terminationStatus
    }

    private func run(_ program: String) async throws -> TerminationStatus {
        try await Subprocess.run(
            .path(FilePath("\(folder)/\(program)")), input: .none, output: .discarded,
            error: .discarded
        ).terminationStatus
    }

    private func onSlurm(_ name: String) async throws -> TerminationStatus {
        try await launch(
            [
                "launch", bench.topology, "--engine", "slurm", "--parts", "2", "--out",
                "\(folder)/\(name)",
            ], path: "\(folder)/bin:/usr/bin:/bin")
    }

    @Test func `gives the ledger of a run on one machine`() async throws {
        try writeSlurm()
        #expect(
            try await bench.run(
                ["launch", bench.topology, "--in-process", "--out", folder + "/one"]) == .exited(0))
        #expect(try await onSlurm("job") == .exited(0))
        let (one, job) = try (summary("one"), summary("job"))
        #expect(one.ledgerDigest == job.ledgerDigest && job.verdict == .valid)
        #expect(job.processes == 4)
        // Keys are of no use any more, but are nobody else's either.
        let keys = try FileManager.default.attributesOfItem(atPath: folder + "/job/engine/keys")
        #expect((keys[.posixPermissions] as? NSNumber)?.intValue == 0o700)
    }

    @Test func `goes on from what its parts have kept when all of them were ended`() async throws {
        let long = try Workbench(duration: "300 s")
        try FileManager.default.copyItem(atPath: long.topology, toPath: folder + "/long.yaml")
        try writeSlurm()
        #expect(
            try await bench.run(
                ["launch", folder + "/long.yaml", "--in-process", "--out", folder + "/one"])
                == .exited(0))
        async let ending = launch(
            [
                "launch", folder + "/long.yaml", "--engine", "slurm", "--parts", "2", "--out",
                folder + "/job",
            ], path: "\(folder)/bin:/usr/bin:/bin")
        // As Slurm does it when a node is lost: all tasks get SIGTERM, then the job starts anew.
        let log = folder + "/job/engine/run/part-0/run/recovery"
        for _ in 0..<200 where !FileManager.default.fileExists(atPath: log) {
            try await Task.sleep(for: .milliseconds(50))
        }
        try await Task.sleep(for: .milliseconds(700))
        #expect(try await run("bin/scancel") == .exited(0))
        #expect(try await ending == .exited(0))
        let (one, job) = try (summary("one"), summary("job"))
        #expect(one.ledgerDigest == job.ledgerDigest && job.verdict == .valid)
        let text = try bench.text("job/engine/job.log")
        // It got another node, at another address.
        #expect(text.contains("part 0 is on node0 (127.0.0.1)"))
        #expect(text.contains("part 0 is on node0 (127.0.0.2)"))
        #expect(try bench.text("job/launch.json").contains("address=127.0.0.2"))
    }

    @Test(arguments: ["slurm", "compose", "swarm", "kubernetes"])
    func `starts nothing where there is no such engine`(engine: String) async throws {
        let status = try await launch(
            ["launch", bench.topology, "--engine", engine, "--out", folder + "/none"],
            path: folder)
        #expect(status == .exited(69))
        #expect(!FileManager.default.fileExists(atPath: folder + "/none"))
    }

    @Test func `is not rendered into a folder that holds something`() async throws {
        let render = ["render", "slurm", bench.topology, "--out", folder + "/files"]
        #expect(try await bench.run(render) == .exited(0))
        #expect(try await bench.run(render) == .exited(73))
    }

    @Test func `is as many parts as the topology has hosts, or as were asked for`() async throws {
        func tasks(_ name: String, _ arguments: [String]) async throws -> String {
            let status = try await bench.run(
                ["render", "slurm", bench.topology, "--out", "\(folder)/\(name)"] + arguments)
            #expect(status == .exited(0))
            let lines = try bench.text("\(name)/job.sh").split(separator: "\n")
            return lines.first { $0.contains("--ntasks=") }.map(String.init) ?? ""
        }
        #expect(try await tasks("usual", []) == "#SBATCH --ntasks=2")
        #expect(try await tasks("one", ["--parts", "1"]) == "#SBATCH --ntasks=1")
        #expect(try await tasks("many", ["--parts", "9"]) == "#SBATCH --ntasks=2")
        let hosts = "hosts=[{name: a, address: 127.0.0.1}, {name: b, address: 127.0.0.2}]"
        #expect(try await tasks("named", ["--set", hosts]) == "#SBATCH --ntasks=2")
        #expect(try bench.text("named/job.sh").contains("hosts=(a b)"))
    }
}
