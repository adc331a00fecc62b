# Slurm on this machine, for scripts/verify-hosts: a controller and three nodes, each in a network
# namespace of its own. Sourced; needs root.

slurm_up() { # FOLDER: returns when all nodes are idle
    local folder=$1 number host
    host=$(hostname -s)
    prepare slurm-wlm slurmctld slurmd slurm-client munge iproute2
    machines_up slurm 3 10.79.0
    mkdir -p "$folder/spool" "$folder/state" "$folder/log"
    chmod 755 "$folder"
    mkdir -p "$folder/munge"
    # Keys of munge are its own user's, and every folder above must be nobody else's to write.
    install -m 600 /dev/null "$folder/munge/key"
    head -c 1024 /dev/urandom >"$folder/munge/key"
    chown -R munge:munge "$folder/munge"
    runuser -u munge -- munged --force --key-file="$folder/munge/key" \
        --socket="$folder/munge/socket" --pid-file="$folder/munge/pid" \
        --log-file="$folder/munge/log" --seed-file="$folder/munge/seed"
    cat >"$folder/slurm.conf" <<CONF
ClusterName=verify
SlurmctldHost=$host(10.79.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge/socket
CredType=cred/munge
StateSaveLocation=$folder/state
SlurmctldPidFile=$folder/slurmctld.pid
SlurmctldLogFile=$folder/log/slurmctld
SlurmdSpoolDir=$folder/spool/%n
SlurmdPidFile=$folder/slurmd-%n.pid
SlurmdLogFile=$folder/log/slurmd-%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=bf_interval=1,sched_interval=2,batch_sched_delay=0
ReturnToService=2
SlurmdTimeout=5
KillWait=10
SlurmdParameters=config_overrides
PropagateResourceLimits=NONE
JobRequeue=1
CONF
    for number in 1 2 3; do
        mkdir -p "$folder/spool/node$number"
        echo "NodeName=node$number NodeHostname=$host NodeAddr=10.79.0.$number Port=17001" \
            "CPUs=2 RealMemory=2000" >>"$folder/slurm.conf"
    done
    echo "PartitionName=verify Nodes=ALL Default=YES MaxTime=INFINITE State=UP" \
        >>"$folder/slurm.conf"
    export SLURM_CONF=$folder/slurm.conf
    on slurm1 slurmctld -f "$SLURM_CONF"
    for number in 1 2 3; do slurm_node_up "$number"; done
    for ((attempt = 0; attempt < 100; attempt++)); do
        [ "$(on slurm1 sinfo --noheader --format '%D %t')" = "3 idle" ] && return
        sleep 0.2
    done
    tail -n 5 "$folder"/log/* >&2
    return 1
}

slurm_node_up() { # NUMBER
    on "slurm$1" slurmd -f "$SLURM_CONF" -N "node$1"
}

# Kills a node as a power cut would: its daemon, and everything that it had started.
slurm_node_kill() { # FOLDER NUMBER
    ip netns pids "slurm$2" | grep -vx "$(cat "$1/slurmctld.pid")" | xargs -r kill -KILL || true
}

slurm_down() { # FOLDER
    local number pid
    for number in 3 2 1; do
        pid=$(ip netns pids "slurm$number" 2>/dev/null || true)
        # shellcheck disable=SC2086
        [ -z "$pid" ] || kill -KILL $pid || true
    done
    [ ! -f "$1/munge/pid" ] || kill "$(cat "$1/munge/pid")" || true
    machines_down slurm
}

# A job over three nodes, and one that loses a node.
verify_slurm() { # FOLDER
    local folder=$1 topology=topologies/amcoedge-5.yaml launch
    slurm_up "$folder"
    on slurm1 sinfo
    one_box "$folder/one" "$topology" --episodes 3

    say "a job over three nodes, two cores for each part"
    on slurm1 "$edgeflock" launch --engine slurm "$topology" --episodes 3 --parts 3 --cores 2 \
        --out "$folder/job" >"$folder/job.out"
    cat "$folder/job/engine/job.log"
    same "slurm" "$folder/one" "$folder/job"

    say "a node that dies in the middle of the run"
    one_box "$folder/long-one" "$topology"
    on slurm1 "$edgeflock" launch --engine slurm "$topology" --parts 3 --cores 2 \
        --out "$folder/long" >"$folder/long.out" &
    launch=$!
    until [ -d "$folder/long/engine/run/part-2/run/recovery" ]; do sleep 0.1; done
    sleep 3
    slurm_node_kill "$folder" 3
    say "node3 is dead; it comes back after 20 s"
    sleep 20
    slurm_node_up 3
    wait "$launch"
    same "slurm, after the loss of a node" "$folder/long-one" "$folder/long"
    cat "$folder/long/engine/job.log"

    say "Ctrl-C takes a job back"
    nsenter --net=/run/netns/slurm1 -- "$edgeflock" launch --engine slurm "$topology" --parts 3 --cores 2 \
        --out "$folder/back" >"$folder/back.out" &
    launch=$!
    until [ -d "$folder/back/engine/run/part-2/run/recovery" ]; do sleep 0.1; done
    kill -INT "$launch"
    wait "$launch" && die 1 "error: it ended with 0" || echo "exit code $?"
    sleep 3
    say "jobs left: $(on slurm1 squeue --noheader | wc -l)"
}
