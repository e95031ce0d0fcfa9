package org.novametal.examples.cli;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.novametal.baremetal.inventory.Enrolment;
import org.novametal.baremetal.inventory.LocalLink;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.PortSpec;
import org.novametal.examples.cli.RowOutput.Column;

/**
 * The columns of ports.
 *
 * @param node the port's node
 * @param port the port
 */
record PortColumns(NodeRecord node, PortSpec port) {
    /** How many of the columns a table of ports has. */
    static final int USUAL = 6;

    static final List<Column<PortColumns>> ALL = List.of(
            new Column<>("mac", row -> Optional.of(row.port().mac())),
            new Column<>("node", row -> Optional.of(row.node().name().value())),
            new Column<>("pxe_enabled", row -> Optional.of(row.port().pxe() == PortSpec.Pxe.ENABLED)),
            new Column<>("physical_network", row -> row.port().physicalNetwork()),
            new Column<>("vlan_id", row -> row.port().vlanId().stream().boxed().findFirst()),
            new Column<>("group", row -> row.port().group()),
            new Column<>("switch_id", row -> row.link(LocalLink::switchId)),
            new Column<>("switch_port", row -> row.link(LocalLink::portId)),
            new Column<>("switch_info", row -> row.port().link().flatMap(LocalLink::switchInfo)),
            new Column<>("name", row -> row.port().name()),
            new Column<>("uuid", row -> row.port().uuid().map(Object::toString)),
            new Column<>("node_uuid", row -> Optional.of(row.node().uuid().toString())));

    private Optional<String> link(Function<LocalLink, String> part) {
        return port.link().map(part);
    }

    /** All ports of an inventory, sorted by the names of their nodes. */
    static List<PortColumns> of(Enrolment enrolment) {
        return enrolment.described().stream()
                .flatMap(described ->
                        described.spec().ports().stream().map(port -> new PortColumns(described.node(), port)))
                .toList();
    }
}
