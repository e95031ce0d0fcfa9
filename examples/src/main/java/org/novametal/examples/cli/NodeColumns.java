package org.novametal.examples.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.novametal.baremetal.inventory.ConsoleSource;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.PortRecord;
import org.novametal.baremetal.inventory.RootDevice;
import org.novametal.baremetal.state.NodeFault;
import org.novametal.baremetal.state.NodeMarks;
import org.novametal.driver.model.PowerState;
import org.novametal.examples.cli.RowOutput.Column;

/** The columns of nodes. */
final class NodeColumns {
    /** How many of the columns a table of nodes has. */
    static final int USUAL = 6;

    /** The columns of a list of nodes. */
    static final List<Column<NodeRecord>> OF_NODE = List.of(
            always("name", node -> node.name().value()),
            always("state", node -> node.state().persistedName()),
            always("power", node -> power(node.power().seen())),
            new Column<>(
                    "instance",
                    node -> node.instance().map(holder -> holder.id().toString())),
            always("resource_class", node -> node.hardware().resourceClass().orElse("")),
            new Column<>("maintenance", NodeRecord::maintenance),
            new Column<>("maintenance_by", node -> node.marks().maintenance().map(NodeMarks.Maintenance::by)),
            new Column<>("fault", node -> node.marks().fault().map(NodeFault::persistedName)),
            new Column<>("retired", node -> node.marks().retired()),
            new Column<>("protected", node -> node.marks().protection()),
            always("uuid", node -> node.uuid().toString()),
            new Column<>("instance_name", node -> node.instance().map(InstanceOnNode::name)),
            new Column<>("operation", node -> node.operation().map(Object::toString)),
            always("cpus", node -> node.hardware().vcpus()),
            always("memory_mb", node -> node.hardware().memoryMb()),
            always("local_gb", node -> node.hardware().localGb()),
            always("cpu_arch", node -> node.hardware().cpuArch()),
            always("traits", node -> node.hardware().traits().stream().sorted().toList()),
            always("capabilities", node -> new TreeMap<>(node.hardware().capabilities())),
            always("root_device", node -> new TreeMap<>(hints(node.hardware().rootDevice()))),
            always("boot_mode", node -> lower(node.settings().bootMode())),
            always("secure_boot", node -> lower(node.settings().secureBoot())),
            new Column<>("power_group", node -> node.settings().powerGroup()),
            new Column<>("console_log", node -> node.access().console().map(ConsoleSource::text)),
            new Column<>("owner", node -> node.notes().ownership().owner()),
            new Column<>("lessee", node -> node.notes().ownership().lessee()),
            new Column<>("shard", node -> node.notes().shard()),
            new Column<>("rack", node -> node.notes().location().rack()),
            new Column<>("position", node -> node.notes().location().position()),
            new Column<>("description", node -> node.notes().description()),
            always("bmc", node -> node.bmc().toString()),
            new Column<>(
                    "wanted_power",
                    node -> Optional.of(node.power().wanted().state())
                            .filter(state -> state != PowerState.NOSTATE)
                            .map(NodeColumns::power)),
            new Column<>("last_error", NodeRecord::lastError),
            always("created_at", node -> node.createdAt().toString()),
            always("updated_at", node -> node.updatedAt().toString()));

    private NodeColumns() {}

    /** The value of the column {@code ports}. */
    static List<String> macs(List<PortRecord> ports) {
        return ports.stream().map(PortRecord::mac).toList();
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

    private static Column<NodeRecord> always(String name, Function<NodeRecord, Object> value) {
        return new Column<>(name, node -> Optional.of(value.apply(node)));
    }
}
