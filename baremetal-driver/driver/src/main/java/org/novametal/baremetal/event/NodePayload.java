package org.novametal.baremetal.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.event.Notification.Payload;
import org.novametal.baremetal.inventory.ConsoleSource;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.JsonDocument;
import org.novametal.baremetal.inventory.NodeNotes;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.power.PowerCommand;
import org.novametal.baremetal.state.NodeFault;
import org.novametal.baremetal.state.NodeMarks;
import org.novametal.baremetal.state.ProvisionEvent;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.driver.model.PowerState;

/**
 * The fields of a node in notifications, in the order and with the types of Ironic's. What this driver does not have is null,
 * empty or false. A BMC's user, password and key are left out.
 *
 * <p>Source: notifications of Ironic 39.0; Ironic {@code ironic/objects/node.py}, {@code NodePayload} and the classes below it.
 */
final class NodePayload {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final NodeRecord node;
    private final PowerState power;
    private final Optional<String> targetPower;
    private final ProvisionState state;
    private final Optional<OperationKind> kind;
    private final Optional<String> step;

    private NodePayload(
            NodeRecord node,
            PowerState power,
            Optional<String> targetPower,
            ProvisionState state,
            Optional<OperationKind> kind,
            Optional<String> step) {
        this.node = node;
        this.power = power;
        this.targetPower = targetPower;
        this.state = state;
        this.kind = kind;
        this.step = step;
    }

    /** The node as it is. */
    static NodePayload of(NodeRecord node) {
        return new NodePayload(
                node, node.power().seen(), Optional.empty(), node.state(), Optional.empty(), Optional.empty());
    }

    /** The node with another power, and a power command that it has not carried out yet. */
    NodePayload withPower(PowerState seen, Optional<PowerCommand> command) {
        return new NodePayload(node, seen, command.map(PowerCommand::ironicName), state, kind, step);
    }

    /** The node in another state, at a step of an operation of some kind. */
    NodePayload withState(ProvisionState other, OperationKind working, Optional<String> atStep) {
        return new NodePayload(node, power, targetPower, other, Optional.of(working), atStep);
    }

    /** What a change of maintenance or console has. */
    Payload plain() {
        return new Payload("NodePayload", "1.17", fields());
    }

    /** What the creation, change or deletion of a node has. */
    Payload crud() {
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("chassis_uuid", null);
        data.put("instance_info", instanceInfo());
        data.put("driver_info", Map.of("address", node.bmc().toString()));
        data.putAll(fields());
        return new Payload("NodeCRUDPayload", "1.15", data);
    }

    /** What a change of the provision state has. */
    Payload stateSet(ProvisionEvent event, ProvisionState before) {
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("instance_info", instanceInfo());
        data.put("driver_internal_info", Map.of());
        data.put("event", event.name().toLowerCase(Locale.ROOT));
        data.put("previous_provision_state", before.persistedName());
        data.put("previous_target_provision_state", target(before));
        data.putAll(fields());
        return new Payload("NodeSetProvisionStatePayload", "1.18", data);
    }

    /** What a power command has. */
    Payload powerSet(PowerCommand command) {
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("to_power", command.ironicName());
        data.putAll(fields());
        return new Payload("NodeSetPowerStatePayload", "1.17", data);
    }

    /** What a change of power without a command has. */
    Payload powerCorrected(PowerState before) {
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("from_power", power(before));
        data.putAll(fields());
        return new Payload("NodeCorrectedPowerStatePayload", "1.17", data);
    }

    private Map<String, @Nullable Object> fields() {
        NodeMarks marks = node.marks();
        NodeNotes notes = node.notes();
        Driver driver = Driver.of(node.bmc().scheme());
        boolean cleans = state.target().equals(Optional.of(ProvisionState.AVAILABLE));
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("clean_step", cleans ? step() : Map.of());
        data.put("conductor_group", "");
        data.put("console_enabled", node.access().console().isPresent());
        data.put("created_at", time(node.createdAt()));
        data.put("deploy_step", cleans ? Map.of() : step());
        data.put("description", notes.description().orElse(null));
        data.put("disable_power_off", false);
        data.put("driver", driver.name());
        data.put("extra", object(notes.extra()));
        data.put("boot_mode", bootMode().orElse(null));
        data.put("secure_boot", secureBoot());
        data.put("inspection_finished_at", null);
        data.put("inspection_started_at", null);
        data.put(
                "instance_uuid",
                node.instance().map(InstanceOnNode::id).map(Object::toString).orElse(null));
        data.put("last_error", node.lastError().orElse(null));
        data.put("maintenance", marks.maintenance().isPresent());
        data.put("maintenance_reason", node.maintenance().orElse(null));
        data.put("fault", marks.fault().map(NodeFault::persistedName).orElse(null));
        data.put("bios_interface", "no-bios");
        data.put("boot_interface", "ipxe");
        data.put(
                "console_interface",
                node.access().console().map(NodePayload::consoleInterface).orElse("no-console"));
        data.put("deploy_interface", "direct");
        data.put("inspect_interface", "agent");
        data.put("management_interface", driver.powerInterface());
        data.put("network_interface", "noop");
        data.put("power_interface", driver.powerInterface());
        data.put("raid_interface", "no-raid");
        data.put("rescue_interface", "agent");
        data.put("storage_interface", "noop");
        data.put("vendor_interface", "no-vendor");
        data.put("name", node.name().value());
        data.put("owner", notes.ownership().owner().orElse(null));
        data.put("lessee", notes.ownership().lessee().orElse(null));
        data.put("power_state", power(power));
        data.put("properties", properties());
        data.put("protected", marks.protection().isPresent());
        data.put("protected_reason", marks.protection().orElse(null));
        data.put("provision_state", state.persistedName());
        data.put("provision_updated_at", time(node.updatedAt()));
        data.put("resource_class", node.hardware().resourceClass().orElse(null));
        data.put("retired", marks.retired().isPresent());
        data.put("retired_reason", marks.retired().orElse(null));
        data.put("target_power_state", targetPower.orElse(null));
        data.put("target_provision_state", target(state));
        data.put("traits", new TreeSet<>(node.hardware().traits()).stream().toList());
        data.put("updated_at", time(node.updatedAt()));
        data.put("uuid", node.uuid().toString());
        return data;
    }

    private @Nullable String target(ProvisionState of) {
        return of.target()
                .map(target ->
                        target == ProvisionState.AVAILABLE && kind.equals(Optional.of(OperationKind.MANUAL_CLEAN))
                                ? ProvisionState.MANAGEABLE
                                : target)
                .map(ProvisionState::persistedName)
                .orElse(null);
    }

    private Map<String, Object> step() {
        return step.<Map<String, Object>>map(name -> Map.of("step", name)).orElse(Map.of());
    }

    private Map<String, Object> instanceInfo() {
        return node.instance()
                .<Map<String, Object>>map(instance -> Map.of("display_name", instance.name()))
                .orElse(Map.of());
    }

    private Map<String, Object> properties() {
        NodeRecord.Hardware hardware = node.hardware();
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("cpus", hardware.vcpus());
        properties.put("memory_mb", hardware.memoryMb());
        properties.put("local_gb", hardware.localGb());
        properties.put("cpu_arch", hardware.cpuArch());
        Map<String, String> capabilities = new TreeMap<>(hardware.capabilities());
        bootMode().ifPresent(mode -> capabilities.put("boot_mode", mode));
        if (!capabilities.isEmpty()) {
            properties.put(
                    "capabilities",
                    capabilities.entrySet().stream()
                            .map(entry -> entry.getKey() + ":" + entry.getValue())
                            .collect(Collectors.joining(",")));
        }
        if (!hardware.rootDevice().hints().isEmpty()) {
            Map<String, Object> hints = new LinkedHashMap<>();
            hardware.rootDevice().hints().forEach((hint, text) -> hints.put(hint.key(), text));
            properties.put("root_device", hints);
        }
        return properties;
    }

    private Optional<String> bootMode() {
        BootFirmware mode = node.settings().bootMode();
        return mode == BootFirmware.UNSPECIFIED
                ? Optional.empty()
                : Optional.of(mode.name().toLowerCase(Locale.ROOT));
    }

    private @Nullable Boolean secureBoot() {
        return switch (node.settings().secureBoot()) {
            case ON -> true;
            case OFF -> false;
            case UNSPECIFIED -> null;
        };
    }

    private static String consoleInterface(ConsoleSource source) {
        return switch (source) {
            case ConsoleSource.File _ -> "file";
            case ConsoleSource.SerialOverLan() -> "serial-over-lan";
        };
    }

    private static @Nullable String power(PowerState power) {
        return switch (power) {
            case RUNNING -> PowerCommand.ON.ironicName();
            case SHUTDOWN -> PowerCommand.OFF.ironicName();
            case NOSTATE, PAUSED, CRASHED, SUSPENDED -> null;
        };
    }

    /** A time as Ironic's objects have it: whole seconds, UTC. */
    static String time(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static Map<String, Object> object(JsonDocument document) {
        try {
            return JSON.readValue(document.text(), OBJECT);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON document was checked when it was made", e);
        }
    }

    /** Ironic's names for the kind of a BMC. */
    private record Driver(String name, String powerInterface) {
        static Driver of(String scheme) {
            if (scheme.startsWith("redfish")) {
                return new Driver("redfish", "redfish");
            }
            return scheme.startsWith("ipmi") ? new Driver("ipmi", "ipmitool") : new Driver(scheme, scheme);
        }
    }
}
