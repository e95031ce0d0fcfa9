package org.novametal.examples.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.BareMetalInventory;
import org.novametal.baremetal.BareMetalInventory.Missing;
import org.novametal.baremetal.NodeOperations;
import org.novametal.baremetal.NodeOperations.Request;
import org.novametal.baremetal.NodeOperations.WithoutHost;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.NodeVerb;
import org.novametal.baremetal.operation.NodeVerb.Parameter;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.Secret;
import org.novametal.text.ForeignText;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code nova-metal node VERB}: requests what a verb does on each of some nodes, and can wait for the ends. The verb's
 * parameters are options: underscores become hyphens, and a secret is given as {@code @FILE}.
 */
final class VerbCommand implements Callable<Integer> {
    private static final Duration LOOK_AFTER = Duration.ofMillis(250);

    private final NodeVerb verb;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "NODE", arity = "0..*", description = "the nodes' names")
    private List<String> names = List.of();

    @Option(names = "--all", description = "all nodes")
    private boolean all;

    @Option(names = "--dry-run", description = "prints the selected nodes and requests nothing")
    private boolean dryRun;

    @Option(
            names = "--wait",
            paramLabel = "S",
            description = "waits for the ends, for at most that many seconds, and reports the progress")
    private @Nullable Integer waitSeconds;

    @Option(
            names = "--local",
            description =
                    "runs the operations in this program, which is the inventory's host meanwhile; waits for their"
                            + " ends, for at most --wait seconds, else an hour")
    private boolean local;

    @Option(names = "--queue", description = "leaves the requests for the host's next start, if no host runs")
    private boolean queue;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private InventoryLogin login;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private NodeSelection selection;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private RowOutput output;

    private VerbCommand(NodeVerb verb) {
        this.verb = verb;
    }

    /** The command for a verb. */
    static CommandSpec command(NodeVerb verb) {
        CommandSpec command = CommandSpec.forAnnotatedObject(new VerbCommand(verb));
        for (Parameter parameter : verb.parameters()) {
            String option = option(parameter);
            // What the verb needs comes before a way to select nodes.
            Optional.ofNullable(command.findOption(option)).ifPresent(command::remove);
            command.addOption(OptionSpec.builder(option)
                    .paramLabel(
                            parameter.need() == Parameter.Need.SECRET
                                    ? "@FILE"
                                    : parameter.name().toUpperCase(Locale.ROOT))
                    .required(parameter.need() != Parameter.Need.OPTIONAL)
                    .type(String.class)
                    .description(parameter.help())
                    .build());
        }
        return command;
    }

    /** The description of a verb's command, with an example. */
    static String[] description(NodeVerb verb) {
        String states = verb.legalIn().stream()
                .map(ProvisionState::persistedName)
                .sorted()
                .collect(Collectors.joining(", "));
        return new String[] {
            help(verb),
            "Allowed while a node is " + states + ".",
            "Example: nova-metal node " + verb.verb() + " node-7" + example(verb)
                    + " --config-file nova.conf --wait 600"
        };
    }

    private static String help(NodeVerb verb) {
        return switch (verb) {
            case MANAGE ->
                "Verifies new nodes, or takes nodes back from where they are, so that operators can work on them.";
            case PROVIDE -> "Cleans manageable nodes, which are then available.";
            case CLEAN ->
                "Cleans manageable nodes, which stay manageable, or cleans nodes again whose cleaning failed.";
            case INSPECT -> "Reads what hardware manageable nodes have.";
            case ADOPT -> "Makes the running machine of a manageable node an instance; nothing is switched or written.";
            case DEPLOY -> "Deploys an instance on available nodes, or again after that failed.";
            case REBUILD -> "Writes an image again for the instances that hold the nodes.";
            case UNDEPLOY -> "Removes the instances from nodes, and ends first what works on the nodes.";
            case RESCUE -> "Boots a rescue system in place of the instances.";
            case UNRESCUE -> "Boots the instances again in place of the rescue system.";
            case ABORT -> "Cancels what works on nodes; it is undone.";
            case UNDO -> "Undoes failed deployments and rebuilds that were kept for a look.";
        };
    }

    private static String example(NodeVerb verb) {
        return switch (verb) {
            case ADOPT -> " --instance 5a4e2a80-3d4c-4c1f-9f0e-2f1f7a1e5b11 --instance-name web-1 --image debian-12";
            case DEPLOY, REBUILD -> " --image http://images.example/debian-12.qcow2";
            case RESCUE -> " --rescue-password @rescue-password";
            case MANAGE, PROVIDE, CLEAN, INSPECT, UNDEPLOY, UNRESCUE, ABORT, UNDO -> "";
        };
    }

    private static String option(Parameter parameter) {
        return "--" + parameter.name().replace('_', '-');
    }

    /** Who runs this program, as an operation's record names them. */
    static String user() {
        return "user " + System.getProperty("user.name", "unknown") + " by nova-metal";
    }

    @Override
    public Integer call() {
        if (local && queue) {
            throw new WrongUsage("--local runs the operations now, --queue leaves them for later; give one of them");
        }
        Map<String, String> values = new LinkedHashMap<>();
        Map<String, Secret> secret = new LinkedHashMap<>();
        Secrets secrets = Secrets.warningOn(spec);
        for (Parameter parameter : verb.parameters()) {
            String value =
                    spec.commandLine().getParseResult().<@Nullable String>matchedOptionValue(option(parameter), null);
            if (value != null && parameter.need() == Parameter.Need.SECRET) {
                secret.put(parameter.name(), Secret.of(secrets.read(option(parameter), value)));
            } else if (value != null) {
                values.put(parameter.name(), value);
            }
        }
        try (BareMetalInventory inventory = local ? login.host() : login.open(Missing.REFUSE)) {
            List<NodeRecord> nodes = selection.select(inventory.enrolment(), names, all);
            if (dryRun) {
                output.print(out(), nodes, NodeColumns.OF_NODE, NodeColumns.USUAL);
                return 0;
            }
            return request(inventory.operations(), nodes, values, secret);
        }
    }

    private int request(
            NodeOperations operations,
            List<NodeRecord> nodes,
            Map<String, String> values,
            Map<String, Secret> secrets) {
        Map<UUID, NodeName> requested = new LinkedHashMap<>();
        List<DriverException> refused = new ArrayList<>();
        for (NodeRecord node : nodes) {
            try {
                Request request = new Request(
                        node.name(), verb, values, secrets, user(), queue ? WithoutHost.QUEUE : WithoutHost.REFUSE);
                requested.put(operations.request(request).id(), node.name());
            } catch (IllegalArgumentException e) {
                throw new WrongUsage(String.valueOf(e.getMessage()));
            } catch (DriverException e) {
                refused.add(e);
                if (e.code() == ErrorCode.HOST_UNAVAILABLE) {
                    break;
                }
            }
        }
        List<OperationColumns> rows = follow(operations, requested);
        output.print(out(), rows, OperationColumns.ALL, OperationColumns.USUAL);
        PrintWriter err = spec.commandLine().getErr();
        refused.forEach(failure -> err.println(ForeignText.lines(String.valueOf(failure.getMessage())
                + (failure.code() == ErrorCode.HOST_UNAVAILABLE ? " (--local, --queue)" : ""))));
        err.flush();
        boolean failed = rows.stream().map(OperationColumns::operation).anyMatch(VerbCommand::isFailed);
        return failed || !refused.isEmpty() ? 1 : 0;
    }

    private static boolean hasEnded(OperationRecord operation) {
        return operation.status().phase() == OperationStatus.Phase.FINISHED || operation.isKept();
    }

    private static boolean isFailed(OperationRecord operation) {
        OperationStatus status = operation.status();
        return status == OperationStatus.FAILED || status == OperationStatus.CANCELLED || operation.isKept();
    }

    /** Follows the operations to their ends, for as long as the options say; returns them as they are then. */
    private List<OperationColumns> follow(NodeOperations operations, Map<UUID, NodeName> requested) {
        Duration limit =
                waitSeconds != null ? Duration.ofSeconds(waitSeconds) : local ? Duration.ofHours(1) : Duration.ZERO;
        long end = System.nanoTime() + limit.toNanos();
        Map<UUID, String> shown = new LinkedHashMap<>();
        while (true) {
            List<OperationColumns> now = new ArrayList<>();
            requested.forEach((id, node) ->
                    operations.find(id).ifPresent(operation -> now.add(new OperationColumns(node, operation))));
            boolean ended = now.stream().map(OperationColumns::operation).allMatch(VerbCommand::hasEnded);
            if (!limit.isZero()) {
                now.forEach(row -> show(row, shown));
            }
            long left = end - System.nanoTime();
            if (ended || left <= 0) {
                return now;
            }
            // Waits at once for the first that has not ended.
            now.stream()
                    .map(OperationColumns::operation)
                    .filter(operation -> !hasEnded(operation))
                    .findFirst()
                    .ifPresent(operation ->
                            operations.await(operation.id(), Duration.ofNanos(Math.min(left, LOOK_AFTER.toNanos()))));
        }
    }

    private void show(OperationColumns row, Map<UUID, String> shown) {
        OperationRecord operation = row.operation();
        String text = row.node() + ": " + operation.kind() + " "
                + operation.status().persistedName()
                + operation
                        .step()
                        .map(step -> " %s (%.0f %%)".formatted(step, 100 * OperationColumns.fraction(operation)))
                        .orElse("");
        if (!text.equals(shown.put(operation.id(), text))) {
            PrintWriter err = spec.commandLine().getErr();
            err.println(ForeignText.line(text));
            err.flush();
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
