package org.novametal.driver.testing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NetworkInterface;
import org.novametal.driver.model.PowerState;

/**
 * The stored record of one node. It is immutable; a change replaces the whole record.
 *
 * @param node the machine
 * @param state the node's provision state
 * @param tenant the instance on the node, if there is one
 * @param power whether the machine is on
 * @param console the newest lines of the machine's console output, oldest first
 * @param interfaces the hardware address of the port that carries each of the tenant's network interfaces, by the interface's
 *     id, in the order of attachment
 */
record NodeRow(
        InMemoryNode node,
        State state,
        Optional<Tenant> tenant,
        PowerState power,
        List<String> console,
        Map<String, String> interfaces) {
    private static final int CONSOLE_LINES = 100;

    /** The provision states of a node, with Ironic's names. */
    enum State {
        AVAILABLE("available"),
        DEPLOYING("deploying"),
        ACTIVE("active"),
        DEPLOY_FAILED("deploy failed"),
        DELETING("deleting"),
        CLEANING("cleaning");

        private final String ironicName;

        State(String ironicName) {
            this.ironicName = ironicName;
        }

        String ironicName() {
            return ironicName;
        }
    }

    /**
     * The instance that has a node.
     *
     * @param instance the instance
     * @param image the image that is or will be on its disk; absent while the node is only reserved
     */
    record Tenant(Instance instance, Optional<ImageMeta> image) {}

    NodeRow {
        console = List.copyOf(console);
        interfaces = Collections.unmodifiableMap(new LinkedHashMap<>(interfaces));
    }

    static NodeRow free(InMemoryNode node) {
        return new NodeRow(node, State.AVAILABLE, Optional.empty(), PowerState.SHUTDOWN, List.of(), Map.of());
    }

    boolean isHeldBy(InstanceId id) {
        return tenant.map(holder -> holder.instance().id().equals(id)).orElse(false);
    }

    NodeRow withState(State next) {
        return new NodeRow(node, next, tenant, power, console, interfaces);
    }

    NodeRow withTenant(Tenant next) {
        return new NodeRow(node, state, Optional.of(next), power, console, interfaces);
    }

    NodeRow withPower(PowerState next) {
        return new NodeRow(node, state, tenant, next, console, interfaces);
    }

    /**
     * Assigns the interface to the port with the requested hardware address, or else to the first free port.
     *
     * @throws DriverException {@code VIF_PLUG_FAILED} when all ports are taken
     */
    NodeRow withInterface(NetworkInterface network) {
        if (interfaces.containsKey(network.vifId())) {
            return this;
        }
        List<String> free = new ArrayList<>(node.macs());
        free.removeAll(interfaces.values());
        String mac = network.mac()
                .filter(free::contains)
                .or(() -> free.stream().findFirst())
                .orElseThrow(() -> new DriverException(
                        ErrorCode.VIF_PLUG_FAILED,
                        "node '" + node.name() + "' has no free port for interface " + network.vifId() + ": all "
                                + node.macs().size() + " are taken; detach one first"));
        Map<String, String> next = new LinkedHashMap<>(interfaces);
        next.put(network.vifId(), mac);
        return new NodeRow(node, state, tenant, power, console, next);
    }

    NodeRow withoutInterface(NetworkInterface network) {
        Map<String, String> next = new LinkedHashMap<>(interfaces);
        next.remove(network.vifId());
        return new NodeRow(node, state, tenant, power, console, next);
    }

    NodeRow withoutInterfaces() {
        return new NodeRow(node, state, tenant, power, console, Map.of());
    }

    /** The record after the machine has booted and printed one line. */
    NodeRow booted(String line) {
        List<String> next = new ArrayList<>(console);
        next.add(line);
        int first = Math.max(0, next.size() - CONSOLE_LINES);
        return new NodeRow(node, state, tenant, PowerState.RUNNING, next.subList(first, next.size()), interfaces);
    }
}
