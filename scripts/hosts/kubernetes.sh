# The manifests for Kubernetes, for scripts/verify-hosts: held against the schemas of three versions,
# and their pods run by podman. There is no API server here. Sourced; needs root.

KUBERNETES_VERSIONS=(1.28 1.32 1.37)

podman_up() { # FOLDER
    prepare podman runc catatonit netavark aardvark-dns iptables iproute2
    machines_up podman 1 10.80.0
    cat >"$1/containers.conf" <<CONF
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_backend = "netavark"
network_config_dir = "$1/networks"
CONF
    cat >"$1/storage.conf" <<CONF
[storage]
driver = "overlay"
graphroot = "$1/graph"
runroot = "$1/run"
CONF
    export CONTAINERS_CONF=$1/containers.conf CONTAINERS_STORAGE_CONF=$1/storage.conf
    # As docker/build calls it.
    cat >"$1/podman" <<'SH'
#!/bin/sh
[ "$1" = build ] && shift && set -- build --isolation chroot --format docker "$@"
exec podman "$@"
SH
    chmod +x "$1/podman"
    on podman1 podman network create edge >/dev/null
}

kubernetes_down() { # FOLDER
    [ ! -d "$1/graph" ] || {
        on podman1 podman pod rm --all --force --time 0 >/dev/null 2>&1 || true
        on podman1 podman volume rm --all --force >/dev/null 2>&1 || true
        on podman1 podman network rm --force edge >/dev/null 2>&1 || true
        umount "$1/graph/overlay" 2>/dev/null || true
    }
    machines_down podman
}

verify_kubernetes() { # FOLDER
    local folder=$1 image=localhost/edgeflock:verify topology=topologies/amcoedge-5.yaml
    local files=$folder/files version index name=amcoedge-5
    python3 -m venv "$folder/venv"
    "$folder/venv/bin/pip" install --quiet kubernetes-validate==1.37.0 pyyaml
    "$edgeflock" render kubernetes "$topology" --set episodes=3 --parts 3 --image "$image" \
        --out "$files"
    for version in "${KUBERNETES_VERSIONS[@]}"; do
        (cd "$files" && "$folder/venv/bin/kubernetes-validate" -k "$version" --strict ./*.yaml)
    done
    # The check sees what an API server would refuse.
    sed 's/livenessProbe/livenessPrope/' "$files/job.yaml" >"$folder/misspelt.yaml"
    ! (cd "$folder" && venv/bin/kubernetes-validate -k 1.32 --strict misspelt.yaml) \
        || die 1 "error: a misspelt key passed"

    one_box "$folder/one" "$topology" --episodes 3
    podman_up "$folder"
    say "image $(EDGEFLOCK=$edgeflock DOCKER=$folder/podman docker/build "$image" 2>/dev/null)"
    "$folder/venv/bin/python" scripts/hosts/pods.py "$files" "$folder/pods"
    for index in 0 1 2; do
        # Errors speak of health checks, which podman has systemd do.
        on podman1 podman kube play --network "edge:alias=$name-$index.$name" \
            "$folder/pods/$index.yaml" >"$folder/play-$index.log" 2>&1 \
            || { cat "$folder/play-$index.log" >&2; die 1 "error: podman does not play pod $index"; }
    done
    on podman1 podman ps --format '{{.Names}} {{.Status}}' | grep part
    timeout 120 nsenter --net=/run/netns/podman1 podman wait --interval 500ms "$name-0-part" \
        | sed 's/^/-- part 0 ended with code /'
    cp -r "$(on podman1 podman volume inspect --format '{{.Mountpoint}}' "$name-part-0")/run" \
        "$folder/pods-run"
    same "pods" "$folder/one" "$folder/pods-run"
}
