package org.novametal.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;

/**
 * An agent's view of a network port of its node.
 *
 * @param uuid the port
 * @param address its MAC address, lower case with colons
 * @param boot whether the node may boot from it
 */
public record AgentPort(UUID uuid, String address, NetworkBoot boot) {
    /** Whether a node may boot from a port. */
    public enum NetworkBoot {
        /** The node may boot from this port. */
        ENABLED,
        /** The node may not boot from this port. */
        DISABLED
    }

    /** Puts the address in lower case. */
    public AgentPort {
        Objects.requireNonNull(uuid, "uuid");
        address = address.toLowerCase(Locale.ROOT);
        Objects.requireNonNull(boot, "boot");
    }

    ObjectNode json() {
        ObjectNode port = AgentJson.object();
        port.put("uuid", uuid.toString());
        port.put("address", address);
        port.put("pxe_enabled", boot == NetworkBoot.ENABLED);
        port.putObject("extra");
        return port;
    }
}
