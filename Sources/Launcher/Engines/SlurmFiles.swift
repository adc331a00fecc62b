/// A run as one job of Slurm: as many tasks as parts, each of which is the part of its number.
enum SlurmFiles {
    static let script = "job.sh"
    private static let firstPort = 10_000

    static func render(_ plan: EnginePlan) -> [RenderedFile] {
        let inputs = plan.inputs.map { RenderedFile("files/" + $0.name, $0.text) }
        let keys = plan.keys.enumerated().map { number, text in
            RenderedFile("keys/\(EnginePlan.partName(number)).keys", text, mode: .secret)
        }
        return [RenderedFile(script, job(plan), mode: .program)] + inputs + keys
    }

    /// Slurm gives all tasks of a job the same; the greediest part decides.
    private static func options(_ plan: EnginePlan) -> [String] {
        [
            "--job-name=\(plan.name)",
            "--ntasks=\(plan.parts.count)",
            "--cpus-per-task=\(plan.parts.map(\.cores).max() ?? 1)",
            "--requeue",
            "--open-mode=append",
            "--output=job.log",
        ]
    }

    private static func job(_ plan: EnginePlan) -> String {
        let memory = plan.parts.map(\.mebibytes).max() ?? 0
        let options = options(plan).map { "#SBATCH \($0)" }.joined(separator: "\n")
        let parts = plan.parts.enumerated().map { number, part in
            "#   \(number)  \(part.host): \(part.processes.joined(separator: " "))"
        }.joined(separator: "\n")
        let hosts = plan.parts.map { ShellWord.quoted($0.host) }.joined(separator: " ")
        // Two for each process, below the ports that systems draw for connections.
        let span = 2 + 2 * plan.parts.reduce(0) { $0 + $1.processes.count }
        let slots = max(1, (32_000 - firstPort) / span)
        return """
            #!/usr/bin/env bash
            \(options)
            # Where memory is counted, add --mem=\(memory) for each part that may share a node.
            # One run of edgeflock. From this folder, which all nodes must see: sbatch \(script)
            # Results: run/\(EnginePlan.partName(plan.hubPart))/run. A job that lost a node is put into the queue
            # again and goes on from what its processes have kept; so does one that is submitted again.
            # Tasks, by number:
            \(parts)
            set -euo pipefail
            program=${EDGEFLOCK:-edgeflock}
            parts=\(plan.parts.count)
            cd "${SLURM_SUBMIT_DIR:?start this with sbatch}"

            # Where the parts can reach each other: the addresses of the nodes that they got, and
            # ports that differ from those of other jobs.
            hosts=(\(hosts))
            port=$((\(firstPort) + SLURM_JOB_ID % \(slots) * \(span)))
            spread=$(srun --ntasks="$parts" bash -c 'echo "$SLURM_PROCID $SLURMD_NODENAME"' | sort -n)
            settings=()
            while read -r number node; do
                address=$(scontrol --oneliner show node "$node" | sed 's/.* NodeAddr=\\([^ ]*\\).*/\\1/')
                settings+=(--set "hosts.${hosts[$number]}.address=$address")
                settings+=(--set "hosts.${hosts[$number]}.port=$port")
                echo "part $number is on $node ($address)"
            done <<<"$spread"

            export EDGEFLOCK="$program" HERE="$PWD"
            code=0
            srun --ntasks="$parts" --kill-on-bad-exit=1 --output=part-%t.log --open-mode=append \\
                bash -c '\(task(plan))' part "${settings[@]}" || code=$?
            # The run itself ends with these; anything else has been done to it, such as the loss of
            # a node, and then it is put into the queue again.
            case $code in 0 | 2 | 3 | 6[4-9] | 7[137] | 12[67] | 130) exit "$code" ;; esac
            [ "${SLURM_RESTART_COUNT:-0}" -lt 5 ] || exit "$code"
            echo "parts were ended from outside (code $code); into the queue again"
            scontrol requeue "$SLURM_JOB_ID"
            # Until Slurm ends this job.
            sleep 60
            exit "$code"

            """
    }

    /// What each task does, in single quotes; its arguments are more settings.
    private static func task(_ plan: EnginePlan) -> String {
        let folder = "run/part-$SLURM_PROCID"
        let words = PartArguments.words(
            of: plan, number: "\"$SLURM_PROCID\"", inputs: "\"$HERE\"/files",
            keys: "\"$HERE/keys/part-$SLURM_PROCID.keys\"",
            quote: ShellWord.insideQuotes)
        return """
            mkdir -p \(folder) && cd \(folder) && exec "$EDGEFLOCK" \\
                    \(words.joined(separator: " ")) "$@"
            """
    }
}

/// Words of a shell.
enum ShellWord {
    /// A word as it must be written so that the shell takes it for itself.
    static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || "-_./=:,@%+".utf8.contains(byte)
        }
        if isPlain, !word.isEmpty { return word }
        return "'"
            + word.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "'\\''") + "'"
    }

    /// The same, inside a text that stands in single quotes itself.
    static func insideQuotes(_ word: String) -> String {
        quoted(word).split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "'\\''")
    }
}
