package org.novametal.examples.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.novametal.baremetal.NodeOperations;
import org.novametal.baremetal.NodeOperations.WithoutHost;
import org.novametal.baremetal.operation.MachineCommand;
import org.novametal.baremetal.operation.MachineCommand.PowerChange;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.bmc.BootDevice;
import org.novametal.bmc.BootOverride.BootPersistence;
import org.novametal.driver.model.NodeName;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/**
 * {@code nova-metal node power on|off|…} and {@code nova-metal node boot-device set}: requests a command to machines. The host
 * of the inventory runs it, so that this program and the host never switch a machine at the same time.
 */
final class MachineCommandCommand implements Callable<Integer> {
    private static final String DEVICE = "--device";
    private static final String PERSISTENT = "--persistent";

    private final Function<ParseResult, MachineCommand> command;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private NodeRequests requests;

    private MachineCommandCommand(Function<ParseResult, MachineCommand> command) {
        this.command = command;
    }

    /** The command for a power change. */
    static CommandSpec power(PowerChange change) {
        return CommandSpec.forAnnotatedObject(new MachineCommandCommand(_ -> new MachineCommand.Power(change)));
    }

    /** The description of the command for a power change, with an example. */
    static String[] powerDescription(PowerChange change) {
        String help = switch (change) {
            case ON -> "Switches machines on.";
            case OFF -> "Cuts the power of machines.";
            case SOFT_OFF -> "Asks the operating systems of machines to stop, and cuts the power of those that do not.";
            case REBOOT -> "Cuts the power of machines and switches them on again.";
            case SOFT_REBOOT -> "Stops the operating systems of machines, and switches the machines on again.";
        };
        return new String[] {
            help + " The host does it, while no operation works on the node.",
            "Example: nova-metal node power " + change.text() + " node-7 --config-file nova.conf --wait 600"
        };
    }

    /** The command that sets the boot device. */
    static CommandSpec bootDevice() {
        return CommandSpec.forAnnotatedObject(new MachineCommandCommand(MachineCommandCommand::boot))
                .addOption(OptionSpec.builder(DEVICE)
                        .paramLabel("none|network|disk|cdrom|firmware-setup")
                        .required(true)
                        .type(String.class)
                        .description("the device; none is the machine's own order")
                        .build())
                .addOption(OptionSpec.builder(PERSISTENT)
                        .type(boolean.class)
                        .description("for all boots; without it for the next boot only")
                        .build());
    }

    /** The description of the command that sets the boot device, with an example. */
    static String[] bootDeviceDescription() {
        return new String[] {
            "Sets the device that machines boot from. The host does it, while no operation works on the node; an operation"
                    + " sets the device that it needs.",
            "Example: nova-metal node boot-device set node-7 --device network --config-file nova.conf --wait 600"
        };
    }

    private static MachineCommand boot(ParseResult parsed) {
        String text = parsed.matchedOptionValue(DEVICE, "");
        BootDevice device;
        try {
            device = BootDevice.valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
        } catch (IllegalArgumentException e) {
            throw new WrongUsage("--device '" + text + "' is not one of none, network, disk, cdrom, firmware-setup");
        }
        return new MachineCommand.Boot(
                device,
                parsed.matchedOptionValue(PERSISTENT, false) ? BootPersistence.PERSISTENT : BootPersistence.ONCE);
    }

    @Override
    public Integer call() {
        MachineCommand wanted = command.apply(spec.commandLine().getParseResult());
        return requests.run(spec, NodeRequests.Wanted.SUCCESS, new Ask(wanted));
    }

    /** A request of the command. */
    private record Ask(MachineCommand command) implements NodeRequests.Ask {
        @Override
        public OperationRecord of(NodeOperations operations, NodeName node, WithoutHost withoutHost) {
            return operations.command(node, command, NodeRequests.user(), withoutHost);
        }

        @Override
        public void check(NodeOperations operations, NodeName node, WithoutHost withoutHost) {
            operations.checkCommand(node, withoutHost);
        }
    }
}
