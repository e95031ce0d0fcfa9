package org.novametal.examples.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.BareMetalInventory;
import org.novametal.baremetal.BareMetalInventory.Missing;
import org.novametal.baremetal.inventory.Enrolment;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.model.NodeName;
import org.novametal.text.ForeignText;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nova-metal node maintenance|retire|protect|fault}: begins or ends what is marked at nodes beside their state. */
final class NodeMarkCommand implements Callable<Integer> {
    /** What is marked. */
    enum Mark {
        /** Out of use. */
        MAINTENANCE(
                "maintenance",
                "Takes nodes out of use, with a reason, or puts them into use again.",
                "node-7 --reason 'fan replaced'"),
        /** To be removed. */
        RETIRE(
                "retire",
                "Retires nodes, which are to be removed: they take no instance any more. Or ends that.",
                "node-7 --reason 'warranty is over'"),
        /** The instance must stay. */
        PROTECT(
                "protect",
                "Protects the instances on nodes from being deleted and rebuilt, or ends that.",
                "node-7 --reason 'database' --dry-run"),
        /** The driver found something wrong. */
        FAULT("fault", "Ends the faults that the driver recorded at nodes, after their repair.", "node-7 --end");

        private final String command;
        private final String help;
        private final String example;

        Mark(String command, String help, String example) {
            this.command = command;
            this.help = help;
            this.example = example;
        }

        /** The name of its command. */
        String command() {
            return command;
        }

        /** The description of its command, with an example. */
        String[] description() {
            return new String[] {
                help, "Example: nova-metal node " + command + " " + example + " --config-file nova.conf"
            };
        }
    }

    private final Mark mark;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(names = "--reason", paramLabel = "TEXT", description = "begins it; why, for other operators")
    private @Nullable String reason;

    @Option(names = "--end", description = "ends it")
    private boolean end;

    @Option(
            names = "--dry-run",
            description = "prints the selected nodes and which of them would refuse; changes nothing")
    private boolean dryRun;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private InventoryLogin login;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private ChosenNodes chosen;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private RowOutput output;

    NodeMarkCommand(Mark mark) {
        this.mark = mark;
    }

    /** The command for a mark. */
    static CommandSpec command(Mark mark) {
        CommandSpec command = CommandSpec.forAnnotatedObject(new NodeMarkCommand(mark));
        if (mark == Mark.FAULT) {
            command.remove(command.findOption("--reason"));
        }
        return command;
    }

    @Override
    public Integer call() {
        if (mark == Mark.FAULT && !end) {
            throw new WrongUsage("give --end to end the faults; only the driver begins one");
        }
        if (end == (reason != null)) {
            throw new WrongUsage("give --reason TEXT to begin it, or --end to end it");
        }
        if (reason != null && reason.isBlank()) {
            throw new WrongUsage("--reason is blank; give a text for other operators");
        }
        try (BareMetalInventory inventory = login.open(Missing.REFUSE)) {
            List<NodeRecord> nodes = chosen.of(inventory.enrolment());
            if (dryRun) {
                return output.printDryRun(
                        spec, nodes, node -> mark == Mark.PROTECT && !end ? node.whyNotProtected() : Optional.empty());
            }
            int refused = 0;
            for (NodeRecord node : nodes) {
                try {
                    change(inventory.enrolment(), node.name(), Optional.ofNullable(reason));
                    NodeRecord after = inventory.enrolment().show(node.name()).node();
                    output.printChange(spec.commandLine().getOut(), after, changed(after));
                } catch (DriverException e) {
                    refused++;
                    PrintWriter err = spec.commandLine().getErr();
                    err.println(ForeignText.lines(node.name() + ": " + e.getMessage()));
                    err.flush();
                }
            }
            return refused == 0 ? 0 : 1;
        }
    }

    /** What this command changed at a node, for people. */
    private String changed(NodeRecord after) {
        String is = "; it is " + after.state().persistedName();
        return switch (mark) {
            case MAINTENANCE -> end ? "is in use again" + is : "is in maintenance: " + reason;
            case RETIRE -> (end ? "is not retired any more" : "is retired: " + reason) + is;
            case PROTECT -> end ? "is not protected any more" : "is protected: " + reason;
            case FAULT -> "has no fault any more" + is;
        };
    }

    private void change(Enrolment enrolment, NodeName node, Optional<String> why) {
        switch (mark) {
            case MAINTENANCE ->
                why.ifPresentOrElse(
                        text -> enrolment.beginMaintenance(node, text, NodeRequests.user()),
                        () -> enrolment.endMaintenance(node));
            case RETIRE ->
                why.ifPresentOrElse(text -> enrolment.retire(node, text), () -> enrolment.endRetirement(node));
            case PROTECT ->
                why.ifPresentOrElse(text -> enrolment.protect(node, text), () -> enrolment.endProtection(node));
            case FAULT -> enrolment.endFault(node);
        }
    }
}
