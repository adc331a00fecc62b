# Three machines with an ssh server each, a fourth where a person sits, and the errors that people
# meet.

ssh_net=10.88.0

verify_ssh() { # FOLDER
    local f=$1
    prepare openssh-server openssh-client procps python3
    mkdir -p "$f/bin" /run/sshd
    machines_up eh 4 "$ssh_net"
    ssh_keys "$f"
    local number
    for number in 1 2 3; do ssh_server "$f" "$number"; done
    export PATH="$f/bin:$PATH"

    local step
    for step in ${SSH_STEPS:-digests faults errors overhead}; do "ssh_$step" "$f"; done
}

ssh_down() { # FOLDER
    local number
    for number in 1 2 3 4; do ssh_stop "$number" 2>/dev/null || true; done
    mountpoint -q "$1/small" 2>/dev/null && umount "$1/small"
    machines_down eh
}

# -- machines

ssh_keys() { # FOLDER: of the servers and of the person, and a client that uses only these
    local f=$1
    ssh-keygen -q -t ed25519 -N '' -f "$f/server"
    ssh-keygen -q -t ed25519 -N '' -f "$f/person"
    ssh-keygen -q -t ed25519 -N '' -f "$f/stranger"
    cp "$f/person.pub" "$f/authorized"
    local number
    for number in 1 2 3; do
        printf '%s.%s %s\n' "$ssh_net" "$number" "$(cut -d' ' -f1,2 "$f/server.pub")"
    done >"$f/known"
    printf '%s\n' "IdentityFile $f/person" "IdentitiesOnly yes" \
        "UserKnownHostsFile $f/known" "StrictHostKeyChecking yes" >"$f/client"
    # For the second machine the key of somebody whom it does not know.
    { printf '%s\n' "Match host $ssh_net.2" "IdentityFile $f/stranger" \
        "Match host $ssh_net.1,$ssh_net.3" "IdentityFile $f/person" "Match all"
        grep -v IdentityFile "$f/client"; } >"$f/client-stranger"
    # The programs that are found first, as a person's configuration would be.
    local program
    for program in ssh scp; do
        printf '#!/bin/sh\nexec /usr/bin/%s -F "${CLIENT:-%s}" "$@"\n' "$program" "$f/client" \
            >"$f/bin/$program"
    done
    chmod 755 "$f/bin/ssh" "$f/bin/scp"
}

ssh_server() { # FOLDER NUMBER
    printf '%s\n' "ListenAddress $ssh_net.$2" "HostKey $1/server" "PidFile $1/sshd-$2.pid" \
        "AuthorizedKeysFile $1/authorized" "StrictModes no" "UsePAM no" \
        "PasswordAuthentication no" "PermitRootLogin yes" "Subsystem sftp internal-sftp" \
        >"$1/sshd-$2.conf"
    on "eh$2" /usr/sbin/sshd -f "$1/sshd-$2.conf" -E "$1/sshd-$2.log"
}

ssh_stop() { # NUMBER: ends everything on a machine, as a power cut would
    local processes
    processes=$(ip netns pids "eh$1")
    # shellcheck disable=SC2086
    [ -z "$processes" ] || kill -9 $processes
}

# -- runs

# The hosts of a run, as --set takes them; with other words for some keys of the second.
ssh_hosts() { # FOLDER [KEY VALUE]...
    local address="$ssh_net.2" ssh="folder: $1/2" more=""
    set -- "$@"
    local f=$1
    shift
    while [ $# -gt 0 ]; do
        case $1 in
            address) address=$2 ;;
            ssh) ssh=$2 ;;
            *) more+=", $1: $2" ;;
        esac
        shift 2
    done
    printf 'hosts=[{name: h1, address: %s.1, cores: 2, ssh: {folder: %s/1}}, ' "$ssh_net" "$f"
    printf '{name: h2, address: %s, cores: 2, ssh: {%s}%s}, ' "$address" "$ssh" "$more"
    printf '{name: h3, address: %s.3, cores: 2, ssh: {folder: %s/3}}]' "$ssh_net" "$f"
}

# Launches from the person's machine; the rest of the command line follows the name.
over_hosts() { # FOLDER NAME ARGUMENTS...
    local f=$1 name=$2
    shift 2
    on eh4 "$edgeflock" launch "$@" --set "security={keys: $f/keys-$name}" --out "$f/$name" \
        >"$f/$name.log" 2>&1
}

nothing_left() { # WHAT: no process of a run on any machine
    local number second left=""
    for ((second = 0; second < 10; second++)); do
        left=$(for number in 1 2 3; do ip netns pids "eh$number" \
            | xargs -r ps -o args= -p 2>/dev/null; done | grep -E 'launch|role' || true)
        [ -n "$left" ] || return 0
        sleep 1
    done
    die 1 "error: $1 left behind: $left"
}

pace() { # RUN: virtual seconds per second
    jq -r '.virtual_s / .wall_s * 100 | round / 100' "$1/summary.json"
}

metro=(topologies/metro-100.yaml --set stations.bs.count=30)
amcoedge=(topologies/amcoedge-5.yaml --policy dsac --episodes)

ssh_digests() { # FOLDER
    local f=$1 hosts
    hosts=$(ssh_hosts "$f")
    one_box "$f/metro-one" "${metro[@]}"
    over_hosts "$f" metro "${metro[@]}" --set "$hosts" || ssh_lost "$f/metro.log"
    same "metro-100 cut to 30 stations, on three hosts" "$f/metro-one" "$f/metro"
    one_box "$f/amcoedge-one" "${amcoedge[@]}" 4
    over_hosts "$f" amcoedge "${amcoedge[@]}" 4 --set "$hosts" || ssh_lost "$f/amcoedge.log"
    same "amcoedge-5 with dsac, on three hosts" "$f/amcoedge-one" "$f/amcoedge"
    nothing_left "two runs"
}

ssh_lost() { # LOG
    tail -n 20 "$1" >&2
    die 1 "error: a run on three hosts did not end VALID"
}

ssh_begun() { # FOLDER NAME: waits until a run is in its middle
    local second
    for ((second = 0; second < 300; second++)); do
        ! grep -q ' %, ' "$1/$2.log" 2>/dev/null || return 0
        sleep 0.2
    done
    ssh_lost "$1/$2.log"
}

ssh_fault() { # FOLDER WHAT
    case $2 in
        "one host cut off for 10 s")
            ip -n eh-lan link set eh-v2 down
            sleep 10
            ip -n eh-lan link set eh-v2 up
            ;;
        "one host rebooted") ssh_reboot "$1" 3 ;;
        "the host of the hub rebooted") ssh_reboot "$1" 1 ;;
    esac
}

ssh_reboot() { # FOLDER NUMBER
    ssh_stop "$2"
    sleep 3
    ssh_server "$1" "$2"
}

ssh_faults() { # FOLDER
    local f=$1 hosts run name fault number=0
    hosts=$(ssh_hosts "$f")
    one_box "$f/long-one" "${amcoedge[@]}" "${SSH_EPISODES:-6}"
    for fault in "one host cut off for 10 s" "one host rebooted" "the host of the hub rebooted"; do
        name=fault-$((number += 1))
        over_hosts "$f" "$name" "${amcoedge[@]}" "${SSH_EPISODES:-6}" --set "$hosts" &
        run=$!
        ssh_begun "$f" "$name"
        ssh_fault "$f" "$fault"
        kill -0 "$run" 2>/dev/null || die 1 "error: the run was over before the fault was"
        wait "$run" || ssh_lost "$f/$name.log"
        same "$fault" "$f/long-one" "$f/$name"
        grep -E '^launch: host' "$f/$name.log" | sed 's/^/   /' || true
    done
    nothing_left "runs with faults"
    over_hosts "$f" orphan "${amcoedge[@]}" 1000 --set "$hosts" &
    run=$!
    ssh_begun "$f" orphan
    ssh_stop 4
    wait "$run" || true
    nothing_left "the person's machine without power"
    say "the person's machine without power: nothing left on the hosts"
}

# -- errors

ssh_error() { # FOLDER WHAT EXPECTED ARGUMENTS...: must end soon, name the host, and leave nothing
    local f=$1 what=$2 expected=$3 began=$SECONDS code=0
    shift 3
    rm -rf "$f/error"
    over_hosts "$f" error "${amcoedge[@]}" 1000 "$@" || code=$?
    local took=$((SECONDS - began))
    [ "$code" != 0 ] || die 1 "error: $what: the run went on"
    grep -E "$expected" "$f/error.log" | tail -n 1 >"$f/said" || true
    [ -s "$f/said" ] || { cat "$f/error.log" >&2; die 1 "error: $what: not said"; }
    [ "$took" -le 15 ] || die 1 "error: $what: told after $took s"
    nothing_left "$what"
    say "$what: told after $took s, code $code, nothing left"
    sed 's/^/   /' "$f/said"
}

ssh_errors() { # FOLDER
    local f=$1
    ssh_error "$f" "unreachable host" 'host h2 .*cannot log in' \
        --set "$(ssh_hosts "$f" address "$ssh_net.9")"
    CLIENT="$f/client-stranger" ssh_error "$f" "wrong key of the person" \
        'host h2 .*cannot log in: .*Permission denied' --set "$(ssh_hosts "$f")"
    ssh_error "$f" "missing program" 'host h2 .*no program' \
        --set "$(ssh_hosts "$f" ssh "folder: $f/2, program: /nowhere/edgeflock")"
    cp "$edgeflock" "$f/other" && printf x >>"$f/other"
    ssh_error "$f" "other version on a host" 'host h2 .*another version' \
        --set "$(ssh_hosts "$f" ssh "folder: $f/2, program: $f/other")"
    mkdir -p "$f/small" && mount -t tmpfs -o size=64m none "$f/small"
    ssh_error "$f" "host out of disk" 'host h2 .*out of disk' \
        --set "$(ssh_hosts "$f" ssh "folder: $f/small/2")"
    umount "$f/small"
    on eh2 python3 -c 'import socket, time
sockets = [socket.create_server(("0.0.0.0", port)) for port in range(23000, 23040)]
time.sleep(60)' &
    ssh_error "$f" "port taken" 'host h2: .*is taken' \
        --set "$(ssh_hosts "$f" port 23000)"
    kill $!
}

# -- what it costs

ssh_overhead() { # FOLDER
    local f=$1 hosts local_hosts run
    hosts=$(ssh_hosts "$f")
    local_hosts='hosts=[{name: a, address: 127.0.0.1}, {name: b, address: 127.0.0.1}, {name: c, '
    local_hosts+='address: 127.0.0.1}]'
    say "virtual seconds per second, metro-100 cut to 30 stations, twice each:"
    for run in 1 2; do
        "$edgeflock" launch "${metro[@]}" --out "$f/ipc-$run" >/dev/null 2>&1
        rm -rf "$f/keys-all"
        "$edgeflock" keys topologies/metro-100.yaml --set stations.bs.count=30 \
            --out "$f/keys-all" >/dev/null
        "$edgeflock" launch "${metro[@]}" --set "security={keys: $f/keys-all}" \
            --out "$f/keys-$run" >/dev/null 2>&1
        "$edgeflock" launch "${metro[@]}" --set "$local_hosts" --out "$f/tcp-$run" >/dev/null 2>&1
        over_hosts "$f" "ssh-$run" "${metro[@]}" --set "$hosts"
    done
    printf '   %-52s %8s %8s\n' \
        "ipc on one machine" "$(pace "$f/ipc-1")" "$(pace "$f/ipc-2")" \
        "ipc on one machine, keys" "$(pace "$f/keys-1")" "$(pace "$f/keys-2")" \
        "tcp on one machine" "$(pace "$f/tcp-1")" "$(pace "$f/tcp-2")" \
        "tcp between three namespaces, keys" "$(pace "$f/ssh-1")" "$(pace "$f/ssh-2")"
}
