# Network namespaces that stand for machines, for the parts of scripts/verify-hosts.

machines_up() { # PREFIX COUNT NET: PREFIX1 and so on at NET.1 and so on, on one bridge
    local prefix=$1 count=$2 net=$3 number
    ip netns add "$prefix-lan"
    ip -n "$prefix-lan" link add lan type bridge
    ip -n "$prefix-lan" link set lan up
    for ((number = 1; number <= count; number++)); do
        ip netns add "$prefix$number"
        ip link add "$prefix-v$number" type veth peer name eth0 netns "$prefix$number"
        ip link set "$prefix-v$number" netns "$prefix-lan"
        ip -n "$prefix-lan" link set "$prefix-v$number" master lan up
        ip -n "$prefix$number" link set lo up
        ip -n "$prefix$number" address add "$net.$number/24" dev eth0
        ip -n "$prefix$number" link set eth0 up
    done
}

machines_down() { # PREFIX
    local name
    for name in $(ip netns list | awk '{ print $1 }' | grep -E "^$1(-lan|[0-9]+)$" || true); do
        ip netns delete "$name" || true
    done
}

on() { # NAMESPACE COMMAND: with this machine's /sys, where control groups are
    nsenter --net="/run/netns/$1" -- "${@:2}"
}
