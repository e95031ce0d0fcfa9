package org.novametal.baremetal.step.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.novametal.baremetal.inventory.PortRecord;
import org.novametal.driver.model.NetworkInterface;

/**
 * Assigns the interfaces of an instance to the ports of its node: an interface with the MAC of a port gets that port, the
 * others get the free ports in order.
 */
public final class PortAssignment {
    private PortAssignment() {}

    /**
     * The MAC of each interface, by the interface's id, in the interfaces' order; empty when there are more interfaces than
     * ports.
     */
    public static Optional<Map<String, String>> of(List<NetworkInterface> networks, List<PortRecord> ports) {
        if (networks.size() > ports.size()) {
            return Optional.empty();
        }
        List<String> free = new ArrayList<>(ports.stream().map(PortRecord::mac).toList());
        Map<String, String> named = new HashMap<>();
        for (NetworkInterface network : networks) {
            network.mac().filter(free::remove).ifPresent(mac -> named.put(network.vifId(), mac));
        }
        Map<String, String> assigned = new LinkedHashMap<>();
        for (NetworkInterface network : networks) {
            String mac = named.get(network.vifId());
            assigned.put(network.vifId(), mac == null ? free.removeFirst() : mac);
        }
        return Optional.of(assigned);
    }
}
