#!/bin/bash
# Two machines and a server's interface on one wire, in a separate network namespace: unshare -n bash dhcp-lab.sh FOLDER MAC1 MAC2
# Prints the id of the process that holds the namespace, then reads commands, one a line; each is answered by one line:
#   ask N [UDHCPC-OPTION…]   machine N asks by DHCP and keeps its lease: ip=… hostname=… bootfile=… lease=…, or "no answer"
#   dnsmasq CONF             runs dnsmasq with that configuration: "started" or its error message
#   kill                     ends that dnsmasq: "ended"
set -u
folder=$1
PATH=$PATH:/usr/sbin:/sbin
ip link set lo up
ip link add lan0 type bridge
ip addr add 10.99.0.1/24 dev lan0
ip addr add fd00:99::1/64 dev lan0 nodad
ip link set lan0 up
n=1
for mac in "$2" "$3"; do
    ip link add "s$n" type veth peer name "m$n"
    ip link set "s$n" master lan0
    ip link set "s$n" up
    ip link set "m$n" address "$mac"
    ip link set "m$n" up
    n=$((n + 1))
done
cat >"$folder/bound.sh" <<'BOUND'
#!/bin/sh
if [ "$1" = bound ]; then
    echo "ip=$ip hostname=${hostname:-} bootfile=${bootfile:-}${boot_file:-} lease=${lease:-} ipxe=${opt175:-}"
fi
BOUND
chmod +x "$folder/bound.sh"
dnsmasq=
trap '[ -z "$dnsmasq" ] || kill $dnsmasq' EXIT
echo "ready $$"
while read -r word first rest; do
    case $word in
        ask)
            # shellcheck disable=SC2086 # the rest is a list of options
            answer=$(busybox udhcpc -i "m$first" -n -q -f -t 3 -T 1 -s "$folder/bound.sh" \
                -O bootfile -O hostname $rest 2>>"$folder/udhcpc.log")
            echo "${answer:-no answer}"
            ;;
        dnsmasq)
            dnsmasq --keep-in-foreground --conf-file="$first" >"$folder/dnsmasq.out" 2>&1 &
            dnsmasq=$!
            for _ in {1..200}; do
                if [ -s "$folder/dnsmasq.pid" ]; then
                    echo started
                    continue 2
                fi
                kill -0 $dnsmasq 2>/dev/null || break
                sleep 0.05
            done
            dnsmasq=
            echo "failed: $(tr '\n' ' ' <"$folder/dnsmasq.out")"
            ;;
        kill)
            kill "$dnsmasq"
            wait "$dnsmasq"
            dnsmasq=
            echo ended
            ;;
    esac
done
