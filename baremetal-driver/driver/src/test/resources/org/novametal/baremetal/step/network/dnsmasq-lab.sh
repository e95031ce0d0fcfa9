#!/bin/bash
# A dnsmasq and a machine on one wire, inside a separate network namespace (unshare -n bash dnsmasq-lab.sh FOLDER MAC).
# Each line on standard input makes the machine ask; the answer is one line: ip=… hostname=… bootfile=…
set -eu
folder=$1
mac=$2
PATH=$PATH:/usr/sbin:/sbin
ip link set lo up
ip link add server type veth peer name machine
ip addr add 10.99.0.1/24 dev server
ip link set server up
ip link set machine address "$mac"
ip link set machine up
dnsmasq --no-daemon --port=0 --interface=server --bind-interfaces --conf-file=/dev/null --user=root \
    --dhcp-range=10.99.0.50,10.99.0.60,1h --dhcp-hostsdir="$folder/hosts" --dhcp-optsdir="$folder/opts" \
    --dhcp-leasefile="$folder/leases" --log-dhcp >"$folder/dnsmasq.log" 2>&1 &
dnsmasq=$!
trap 'kill $dnsmasq' EXIT
cat >"$folder/bound.sh" <<'BOUND'
#!/bin/sh
if [ "$1" = bound ]; then
    echo "ip=$ip hostname=$hostname bootfile=$bootfile"
fi
BOUND
chmod +x "$folder/bound.sh"
for _ in {1..100}; do
    grep -q 'DHCP, IP range' "$folder/dnsmasq.log" && break
    sleep 0.1
done
echo ready
while read -r _; do
    busybox udhcpc -i machine -n -q -f -t 5 -T 1 -s "$folder/bound.sh" -O bootfile -O hostname 2>/dev/null || echo "no answer"
done
