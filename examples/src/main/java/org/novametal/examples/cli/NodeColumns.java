package org.novametal.examples.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.novametal.baremetal.NodeHolder;
import org.novametal.baremetal.inventory.ConsoleSource;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.JsonDocument;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.NodeSummary;
import org.novametal.baremetal.inventory.PortRecord;
import org.novametal.baremetal.inventory.RootDevice;
import org.novametal.baremetal.state.NodeFault;
import org.novametal.baremetal.state.NodeMarks;
import org.novametal.baremetal.store.HostStore.HostRecord;
import org.novametal.driver.model.PowerState;
import org.novametal.examples.cli.RowOutput.Column;

/** The columns of nodes. */
final class NodeColumns {
    /** How many of the columns a table of nodes has. */
    static final int USUAL = 6;

    private static final JsonMapper JSON = new JsonMapper();

    /** The columns that a summary of a node has. */
    static final List<Column<NodeSummary>> OF_SUMMARY = List.of(
            always("name", node -> node.name().value()),
            always("state", node -> node.state().persistedName()),
            always("power", node -> power(node.power())),
            new Column<>(
                    "instance",
                    node -> node.instance().map(holder -> holder.id().toString())),
            always("resource_class", node -> node.resourceClass().orElse("")),
            new Column<>("maintenance", node -> node.marks().maintenance().map(NodeMarks.Maintenance::reason)),
            new Column<>("maintenance_by", node -> node.marks().maintenance().map(NodeMarks.Maintenance::by)),
            new Column<>("fault", node -> node.marks().fault().map(NodeFault::persistedName)),
            new Column<>("retired", node -> node.marks().retired()),
            new Column<>("protected", node -> node.marks().protection()),
            always("uuid", node -> node.uuid().toString()),
            new Column<>("instance_name", node -> node.instance().map(InstanceOnNode::name)),
            new Column<>("owner", node -> node.ownership().owner()),
            new Column<>("lessee", node -> node.ownership().lessee()),
            new Column<>("shard", NodeSummary::shard),
            new Column<>("rack", node -> node.location().rack()),
            new Column<>("position", node -> node.location().position()));

    /** The columns of a list of nodes: first those of a summary, then those for which the whole record is read. */
    static final List<Column<NodeRecord>> OF_NODE = Stream.concat(
                    OF_SUMMARY.stream()
                            .map(column -> new Column<NodeRecord>(
                                    column.name(), node -> column.value().apply(NodeSummary.of(node)))),
                    Stream.<Column<NodeRecord>>of(
                            new Column<>("operation", node -> node.operation().map(Object::toString)),
                            always("cpus", node -> node.hardware().vcpus()),
                            always("memory_mb", node -> node.hardware().memoryMb()),
                            always("local_gb", node -> node.hardware().localGb()),
                            always("cpu_arch", node -> node.hardware().cpuArch()),
                            always(
                                    "traits",
                                    node -> node.hardware().traits().stream()
                                            .sorted()
                                            .toList()),
                            always(
                                    "capabilities",
                                    node -> new TreeMap<>(node.hardware().capabilities())),
                            always(
                                    "root_device",
                                    node -> new TreeMap<>(hints(node.hardware().rootDevice()))),
                            always("boot_mode", node -> lower(node.settings().bootMode())),
                            always("secure_boot", node -> lower(node.settings().secureBoot())),
                            new Column<>("power_group", node -> node.settings().powerGroup()),
                            new Column<>(
                                    "console_log",
                                    node -> node.access().console().map(ConsoleSource::text)),
                            new Column<>("description", node -> node.notes().description()),
                            new Column<>(
                                    "extra",
                                    node -> Optional.of(node.notes().extra())
                                            .filter(extra -> !extra.isEmpty())
                                            .map(NodeColumns::json)),
                            always("bmc", node -> node.bmc().toString()),
                            new Column<>(
                                    "wanted_power",
                                    node -> Optional.of(node.power().wanted().state())
                                            .filter(state -> state != PowerState.NOSTATE)
                                            .map(NodeColumns::power)),
                            new Column<>("last_error", NodeRecord::lastError),
                            always("created_at", node -> node.createdAt().toString()),
                            always("updated_at", node -> node.updatedAt().toString())))
            .toList();

    /** The columns of what works on a node. */
    static final List<Column<NodeHolder>> OF_HOLDER = List.of(
            new Column<>("host", holder -> holder.host().map(host -> host.name().value())),
            new Column<>("host_lives", holder -> Optional.of(holder.life() == NodeHolder.Life.ALIVE)),
            new Column<>("host_boot_id", holder -> holder.host().map(HostRecord::bootId)),
            new Column<>("host_pid", holder -> holder.host().map(HostRecord::pid)),
            always("since", holder -> holder.since().toString()),
            always("worked_seconds", holder -> holder.worked().toSeconds()),
            always("step_seconds", holder -> holder.inStep().toSeconds()));

    private NodeColumns() {}

    /** The value of the column {@code ports}. */
    static List<String> macs(List<PortRecord> ports) {
        return ports.stream().map(PortRecord::mac).toList();
    }

    private static JsonNode json(JsonDocument document) {
        try {
            return JSON.readTree(document.toString());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored document is JSON", e);
        }
    }

    private static Map<String, String> hints(RootDevice device) {
        return device.hints().entrySet().stream()
                .collect(Collectors.toMap(hint -> hint.getKey().key(), Map.Entry::getValue));
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String power(PowerState state) {
        return switch (state) {
            case RUNNING -> "on";
            case SHUTDOWN -> "off";
            case NOSTATE -> "unknown";
            default -> state.name().toLowerCase(Locale.ROOT);
        };
    }

    private static <T> Column<T> always(String name, Function<T, Object> value) {
        return new Column<>(name, node -> Optional.of(value.apply(node)));
    }
}
