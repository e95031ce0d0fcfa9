package org.novametal.examples.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.BareMetalInventory;
import org.novametal.baremetal.BareMetalInventory.Missing;
import org.novametal.baremetal.NodeHolder;
import org.novametal.baremetal.NodeOperations;
import org.novametal.baremetal.NodeOperations.WithoutHost;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.NodeName;
import org.novametal.queue.AdmissionQueue.Place;
import org.novametal.text.ForeignText;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options of commands that request operations on nodes; requests the operations, and can wait for their ends. */
final class NodeRequests {
    private static final Duration LOOK_AFTER = Duration.ofMillis(250);

    /** How often the places in the queues are computed, from all unfinished operations. */
    private static final Duration LOOK_AT_PLACES_AFTER = Duration.ofSeconds(2);

    @Option(
            names = "--dry-run",
            description = "prints the selected nodes and which of them would refuse, and why; requests nothing")
    private boolean dryRun;

    @Option(
            names = "--wait",
            paramLabel = "S",
            description =
                    "waits for the ends, for at most that many seconds, and reports the progress; exits with 1 when one has"
                            + " not ended by then")
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
    private ChosenNodes chosen;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private RowOutput output;

    /** One request. */
    interface Ask {
        /** Requests an operation on a node. */
        OperationRecord of(NodeOperations operations, NodeName node, WithoutHost withoutHost);

        /** Throws as {@link #of} would now, and changes nothing. */
        void check(NodeOperations operations, NodeName node, WithoutHost withoutHost);
    }

    /** Chooses a node that the user does not name. */
    @FunctionalInterface
    interface Choice {
        /** The nodes that fit, the best one first; not empty. */
        List<NodeRecord> of(BareMetalInventory inventory);
    }

    /** Who runs this program, as an operation's record names them. */
    static String user() {
        return "user " + System.getProperty("user.name", "unknown") + " by nova-metal";
    }

    /** Whether the user names or selects nodes. */
    boolean areNodesGiven() {
        return chosen.isGiven();
    }

    /** How the operations of a request may end, and whether those that begin at their end are waited for too. */
    enum Wanted {
        /** They succeed. */
        SUCCESS,
        /** They end, also because they are cancelled; then their nodes are removed from use or cleaned. */
        END,
        /** They are undone, though they failed. */
        UNDONE;

        private boolean isMissedBy(OperationRecord operation) {
            return operation.isKept()
                    || switch (operation.status()) {
                        case REQUESTED, RUNNING, UNDOING, CANCELLING, SUCCEEDED -> false;
                        case CANCELLED -> this == SUCCESS;
                        case FAILED -> this != UNDONE;
                    };
        }
    }

    /** Requests an operation on each selected node; returns the exit code. */
    int run(CommandSpec spec, Wanted wanted, Ask ask) {
        return inInventory(inventory -> {
            List<NodeRecord> nodes = chosen.of(inventory.enrolment());
            return dryRun
                    ? show(spec, inventory.operations(), nodes, ask)
                    : finish(spec, inventory.operations(), request(inventory, nodes, ask), wanted);
        });
    }

    /**
     * Requests an operation on the best of the chosen nodes that takes it: another program may get a node first. Returns the
     * exit code.
     */
    int runOnOne(CommandSpec spec, Choice choice, Ask ask) {
        return inInventory(inventory -> {
            List<NodeRecord> nodes = choice.of(inventory);
            if (dryRun) {
                return show(spec, inventory.operations(), List.of(nodes.getFirst()), ask);
            }
            Requested result = request(inventory, List.of(nodes.getFirst()), ask);
            for (NodeRecord next : nodes.subList(1, nodes.size())) {
                if (!result.isRefusedByNode()) {
                    break;
                }
                result.refused().forEach(failure -> report(spec, failure));
                result = request(inventory, List.of(next), ask);
            }
            return finish(spec, inventory.operations(), result, Wanted.SUCCESS);
        });
    }

    private int inInventory(ToIntFunction<BareMetalInventory> work) {
        limit(); // refuses a wrong one before anything is requested
        if (local && queue) {
            throw new WrongUsage("--local runs the operations now, --queue leaves them for later; give one of them");
        }
        try (BareMetalInventory inventory = local && !dryRun ? login.host() : login.open(Missing.REFUSE)) {
            return work.applyAsInt(inventory);
        }
    }

    private int show(CommandSpec spec, NodeOperations operations, List<NodeRecord> nodes, Ask ask) {
        int code = output.printDryRun(spec, nodes, node -> refusal(operations, node, ask, WithoutHost.QUEUE));
        if (!local && !queue) {
            // That a host is missing is no refusal of a node.
            nodes.stream()
                    .filter(node ->
                            refusal(operations, node, ask, WithoutHost.QUEUE).isEmpty())
                    .findFirst()
                    .flatMap(node -> refusal(operations, node, ask, WithoutHost.REFUSE))
                    .ifPresent(why -> {
                        PrintWriter err = spec.commandLine().getErr();
                        err.println(ForeignText.lines(why));
                        err.flush();
                    });
        }
        return code;
    }

    private static Optional<String> refusal(
            NodeOperations operations, NodeRecord node, Ask ask, WithoutHost withoutHost) {
        try {
            ask.check(operations, node.name(), withoutHost);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new WrongUsage(String.valueOf(e.getMessage()));
        } catch (DriverException e) {
            return Optional.of(text(e));
        }
    }

    /** The operations that are in the store now, and what was refused. */
    private record Requested(Map<UUID, NodeName> operations, List<DriverException> refused) {
        boolean isRefusedByNode() {
            return operations.isEmpty()
                    && refused.stream().allMatch(failure -> failure.code() == ErrorCode.RESOURCES_UNAVAILABLE);
        }
    }

    private Requested request(BareMetalInventory inventory, List<NodeRecord> nodes, Ask ask) {
        Map<UUID, NodeName> requested = new LinkedHashMap<>();
        List<DriverException> refused = new ArrayList<>();
        for (NodeRecord node : nodes) {
            try {
                OperationRecord operation =
                        ask.of(inventory.operations(), node.name(), queue ? WithoutHost.QUEUE : WithoutHost.REFUSE);
                requested.put(operation.id(), node.name());
            } catch (IllegalArgumentException e) {
                throw new WrongUsage(String.valueOf(e.getMessage()));
            } catch (DriverException e) {
                refused.add(e);
                if (e.code() == ErrorCode.HOST_UNAVAILABLE) {
                    break;
                }
            }
        }
        return new Requested(requested, refused);
    }

    private int finish(CommandSpec spec, NodeOperations operations, Requested requested, Wanted wanted) {
        // With --local, this program is the only host, and ends now.
        NodeHolder.Life host =
                local || operations.livingHosts().isEmpty() ? NodeHolder.Life.GONE : NodeHolder.Life.ALIVE;
        List<OperationColumns> rows =
                follow(spec.commandLine().getErr(), operations, requested.operations(), wanted).stream()
                        .map(row -> new OperationColumns(row.node(), row.operation(), host))
                        .toList();
        if (!rows.isEmpty()) {
            output.print(spec.commandLine().getOut(), rows, OperationColumns.ALL, OperationColumns.USUAL);
        }
        OperationColumns.reportWithoutHost(rows, spec.commandLine().getErr());
        requested.refused().forEach(failure -> report(spec, failure));
        boolean failed = rows.stream().map(OperationColumns::operation).anyMatch(wanted::isMissedBy);
        boolean late = !limit().isZero()
                && reportLate(rows, limit(), spec.commandLine().getErr());
        return failed || late || !requested.refused().isEmpty() ? 1 : 0;
    }

    /** Says which operations have not ended within the time for which a command waited; returns whether there are any. */
    static boolean reportLate(List<OperationColumns> rows, Duration waited, PrintWriter err) {
        List<OperationColumns> late =
                rows.stream().filter(row -> !hasEnded(row.operation())).toList();
        late.forEach(row -> err.println(ForeignText.line("the "
                + row.operation().kind() + " of " + row.node()
                + " has not ended within " + waited.toSeconds() + " s and is not cancelled; nova-metal operation show "
                + row.operation().id() + " says how far it is")));
        err.flush();
        return !late.isEmpty();
    }

    /** For how long the command waits; zero: not at all. */
    private Duration limit() {
        return waitLimit(waitSeconds, local);
    }

    /** The time of {@code --wait}; an hour with {@code --local} alone, because its host ends with the command. */
    static Duration waitLimit(@Nullable Integer seconds, boolean local) {
        if (seconds != null && seconds < 0) {
            throw new WrongUsage("--wait must be 0 or more seconds");
        }
        return seconds != null ? Duration.ofSeconds(seconds) : local ? Duration.ofHours(1) : Duration.ZERO;
    }

    private static void report(CommandSpec spec, DriverException failure) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(ForeignText.lines(text(failure)));
        err.flush();
    }

    private static String text(DriverException failure) {
        return failure.getMessage() + (failure.code() == ErrorCode.HOST_UNAVAILABLE ? " (--local, --queue)" : "");
    }

    private static boolean hasEnded(OperationRecord operation) {
        return operation.status().phase() == OperationStatus.Phase.FINISHED || operation.isKept();
    }

    /** Follows the operations to their ends, for as long as the options say; returns them as they are then. */
    private List<OperationColumns> follow(
            PrintWriter err, NodeOperations operations, Map<UUID, NodeName> requested, Wanted wanted) {
        Map<UUID, NodeName> followed = new LinkedHashMap<>(requested);
        Duration limit = limit();
        long end = System.nanoTime() + limit.toNanos();
        Map<UUID, String> shown = new LinkedHashMap<>();
        Map<UUID, Place> places = Map.of();
        long placesUntil = System.nanoTime();
        while (true) {
            List<OperationColumns> now = new ArrayList<>();
            followed.forEach((id, node) ->
                    operations.find(id).ifPresent(operation -> now.add(new OperationColumns(node, operation))));
            boolean ended = now.stream().map(OperationColumns::operation).allMatch(NodeRequests::hasEnded);
            if (!limit.isZero()) {
                if (System.nanoTime() - placesUntil >= 0) {
                    boolean mayWait =
                            now.stream().anyMatch(row -> row.operation().isUntouched());
                    places = mayWait ? operations.queuePlaces() : Map.of();
                    placesUntil = System.nanoTime() + LOOK_AT_PLACES_AFTER.toNanos();
                }
                for (OperationColumns row : now) {
                    show(err, row, places, shown);
                }
            }
            long left = end - System.nanoTime();
            if (ended && left > 0 && wanted != Wanted.SUCCESS && addNext(operations, followed)) {
                continue;
            }
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

    /** Adds the operations that began on the nodes since, such as a cleaning; returns whether there are any. */
    private static boolean addNext(NodeOperations operations, Map<UUID, NodeName> followed) {
        int before = followed.size();
        for (NodeName node : Set.copyOf(followed.values())) {
            operations.ofNode(node, 1).stream()
                    .filter(newest -> !hasEnded(newest))
                    .forEach(newest -> followed.put(newest.id(), node));
        }
        return followed.size() > before;
    }

    private static void show(PrintWriter err, OperationColumns row, Map<UUID, Place> places, Map<UUID, String> shown) {
        OperationRecord operation = row.operation();
        // The places are a little older than the operation, which may have begun since.
        Optional<Place> place = Optional.ofNullable(places.get(operation.id())).filter(_ -> operation.isUntouched());
        String text = row.node() + ": " + operation.kind() + " "
                + operation.status().persistedName()
                + place.map(found -> " " + found)
                        .or(() -> operation
                                .step()
                                .map(step ->
                                        " %s (%.0f %%)".formatted(step, 100 * OperationColumns.fraction(operation))))
                        .orElse("");
        if (!text.equals(shown.put(operation.id(), text))) {
            err.println(ForeignText.line(text));
            err.flush();
        }
    }
}
