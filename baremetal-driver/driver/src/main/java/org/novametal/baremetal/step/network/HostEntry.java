package org.novametal.baremetal.step.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.novametal.baremetal.inventory.PortRecord;
import org.novametal.baremetal.operation.NetworkedInput;
import org.novametal.driver.model.NetworkInterface;

/**
 * What DHCP gives to a machine.
 *
 * @param macs its hardware addresses
 * @param addresses an IPv4 address for each of the first ports; dnsmasq chooses addresses for the others
 * @param hostname its host name
 */
public record HostEntry(List<String> macs, List<String> addresses, String hostname) {
    /** Copies the lists. */
    public HostEntry {
        macs = List.copyOf(macs);
        addresses = List.copyOf(addresses);
        Objects.requireNonNull(hostname, "hostname");
    }

    /**
     * The entry of an instance: its host name and addresses. {@link PortAssignment} decides which port carries which network.
     *
     * @param ports the ports of its node
     * @return empty when there are more networks than ports
     */
    public static Optional<HostEntry> of(NetworkedInput spec, List<PortRecord> ports) {
        Optional<Map<String, String>> assigned = PortAssignment.of(spec.networks(), ports);
        if (assigned.isEmpty()) {
            return Optional.empty();
        }
        List<String> macs = new ArrayList<>();
        List<String> addresses = new ArrayList<>();
        for (NetworkInterface network : spec.networks()) {
            String mac = Objects.requireNonNull(assigned.get().get(network.vifId()));
            Optional<String> ipv4 = network.addresses().stream()
                    .filter(address -> address.indexOf(':') < 0)
                    .findFirst();
            // Ports with an address come first, so that addresses and MACs correspond by position.
            if (ipv4.isEmpty()) {
                macs.addLast(mac);
            } else {
                macs.add(addresses.size(), mac);
                addresses.add(ipv4.get());
            }
        }
        ports.stream()
                .map(PortRecord::mac)
                .filter(mac -> !assigned.get().containsValue(mac))
                .forEach(macs::add);
        return Optional.of(new HostEntry(macs, addresses, spec.hostname()));
    }
}
