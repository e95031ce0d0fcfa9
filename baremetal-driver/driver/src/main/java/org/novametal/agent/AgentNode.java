package org.novametal.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * An agent's view of its node: the fields of Ironic's node record that agents read. Values are those of JSON: text, number,
 * boolean, list, map. Values whose key names a secret (password, token, config drive, …) are sent as {@code ******}.
 *
 * @param uuid the node
 * @param properties the node's hardware: {@code cpu_arch}, {@code capabilities} with {@code boot_mode:…}, {@code root_device}
 *     with hints
 * @param instanceInfo data of the instance that is being deployed
 * @param driverInternalInfo options of cleaning, such as {@code agent_erase_devices_iterations}
 */
public record AgentNode(
        UUID uuid,
        Map<String, Object> properties,
        Map<String, Object> instanceInfo,
        Map<String, Object> driverInternalInfo) {
    /** Copies the maps. */
    public AgentNode {
        Objects.requireNonNull(uuid, "uuid");
        properties = Map.copyOf(properties);
        instanceInfo = Map.copyOf(instanceInfo);
        driverInternalInfo = Map.copyOf(driverInternalInfo);
    }

    /** The node as JSON for the answer to a lookup. */
    ObjectNode lookupJson() {
        ObjectNode node = json();
        node.putArray("links");
        return node;
    }

    /** The node as JSON for a command's {@code node} parameter. */
    ObjectNode parameterJson() {
        ObjectNode node = json();
        node.putObject("driver_info");
        return node;
    }

    private ObjectNode json() {
        ObjectNode node = AgentJson.object();
        node.put("uuid", uuid.toString());
        node.set("properties", AgentJson.masked(properties));
        node.set("instance_info", AgentJson.masked(instanceInfo));
        node.set("driver_internal_info", AgentJson.masked(driverInternalInfo));
        return node;
    }

    @Override
    public String toString() {
        return "AgentNode[" + uuid + "]";
    }
}
