package org.novametal.examples.cli;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.novametal.baremetal.BmcAccess;
import org.novametal.bmc.BmcOptions.Privilege;
import org.novametal.bmc.BootDeviceControl;
import org.novametal.bmc.BootOverride;
import org.novametal.driver.model.NodeName;
import org.novametal.examples.ProgramVersion;
import org.novametal.examples.cli.RowOutput.Column;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nova-metal node boot-device}: the device that machines boot from. */
@Command(
        name = "boot-device",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        description = "Shows and sets the device that machines boot from; the host of the inventory sets it.")
final class BootDeviceCommand {
    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    private record Row(String node, BootOverride override) {}

    private static final List<Column<Row>> COLUMNS = List.of(
            new Column<>("node", row -> Optional.of(row.node())),
            new Column<>("device", row -> Optional.of(text(row.override().device()))),
            new Column<>("persistence", row -> Optional.of(text(row.override().persistence()))),
            new Column<>("firmware", row -> Optional.of(text(row.override().firmware()))));

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = {
                "Asks the BMC of a node which boot device is set; none is the machine's own order.",
                "Example: nova-metal node boot-device show node-7 --config-file nova.conf"
            })
    int show(
            @Mixin InventoryLogin login,
            @Mixin RowOutput output,
            @Parameters(paramLabel = "NODE", description = NodeCommand.NODE) String name)
            throws InterruptedException {
        try (BmcAccess access = BmcAccess.of(login.options(), Privilege.OPERATOR)) {
            NodeName node = BmcLogin.nodeName(access, name);
            BootOverride override = access.bmc(node)
                    .capability(BootDeviceControl.class)
                    .orElseThrow(() -> new WrongUsage("the BMC of node " + node + " cannot choose a boot device"))
                    .readBootOverride();
            output.printOne(spec.commandLine().getOut(), new Row(node.value(), override), COLUMNS);
            return 0;
        }
    }

    private static String text(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
