#!/bin/bash
# go-ipmi's goipmi-server in a separate network namespace (unshare -n bash goipmi-lab.sh PROGRAM), since it listens on all
# addresses. Prints the address it is at, then what the server prints. Each line on standard input restarts the server;
# the end of it ends all. The namespace, with the link into it, goes with its last process.
set -eu
program=$1
PATH=$PATH:/usr/sbin:/sbin
outside() { nsenter --net="/proc/$PPID/ns/net" "$@"; }

# Unique by this process's number; in the range that is kept for benchmarks of networks (RFC 2544).
number=$(($$ % 32768))
network=198.$((18 + number / 16384)).$((number / 64 % 256))
host=$((number % 64 * 4 + 1))
ip link set lo up
ip link add bmc type veth peer name "goipmi$number" netns "$PPID"
outside ip addr add "$network.$host/30" dev "goipmi$number"
outside ip link set "goipmi$number" up
ip addr add "$network.$((host + 1))/30" dev bmc
ip link set bmc up
echo "$network.$((host + 1))"

"$program" </dev/null &
server=$!
trap 'kill "$server"; wait "$server" || true' EXIT
while read -r _; do
    kill "$server"
    wait "$server" || true
    "$program" </dev/null &
    server=$!
done
