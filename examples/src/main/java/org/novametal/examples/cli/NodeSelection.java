package org.novametal.examples.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.inventory.Enrolment;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.NodeSummary;
import org.novametal.baremetal.inventory.ReadableRows;
import org.novametal.baremetal.state.ProvisionState;
import picocli.CommandLine.Option;

/** The options that select nodes by what they are. */
final class NodeSelection {
    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "nodes in this provision state, such as 'clean failed'")
    private @Nullable String state;

    @Option(names = "--resource-class", paramLabel = "CLASS", description = "nodes of this resource class")
    private @Nullable String resourceClass;

    @Option(names = "--instance", paramLabel = "UUID", description = "the node of this instance")
    private @Nullable String instance;

    @Option(
            names = "--maintenance",
            negatable = true,
            description = "nodes in maintenance; with --no-maintenance nodes that are not")
    private @Nullable Boolean maintenance;

    @Option(names = "--fault", negatable = true, description = "nodes with a fault; with --no-fault nodes without one")
    private @Nullable Boolean fault;

    @Option(names = "--retired", negatable = true, description = "retired nodes; with --no-retired nodes that are not")
    private @Nullable Boolean retired;

    @Option(
            names = "--protected",
            negatable = true,
            description = "nodes whose instance is protected; with --no-protected the others")
    private @Nullable Boolean isProtected;

    @Option(names = "--rack", paramLabel = "NAME", description = "nodes in this rack")
    private @Nullable String rack;

    @Option(names = "--shard", paramLabel = "NAME", description = "nodes of this part of the inventory")
    private @Nullable String shard;

    @Option(names = "--owner", paramLabel = "PROJECT", description = "nodes that this project owns")
    private @Nullable String owner;

    @Option(names = "--lessee", paramLabel = "PROJECT", description = "nodes that this project uses")
    private @Nullable String lessee;

    @Option(names = "--trait", paramLabel = "TRAIT", description = "nodes with this trait")
    private @Nullable String trait;

    /** Whether an option selects. */
    boolean isGiven() {
        return Stream.of(
                        state,
                        resourceClass,
                        instance,
                        maintenance,
                        fault,
                        retired,
                        isProtected,
                        rack,
                        shard,
                        owner,
                        lessee,
                        trait)
                .anyMatch(Objects::nonNull);
    }

    /**
     * The nodes that the options select, sorted by name.
     *
     * @throws WrongUsage when there is no state of the given name
     */
    List<NodeRecord> select(Enrolment enrolment) {
        checkState();
        return enrolment.list().stream().filter(this::matches).toList();
    }

    /**
     * The nodes that the options select and that can be read, sorted by name, and what is wrong with each node that cannot.
     *
     * @throws WrongUsage when there is no state of the given name
     */
    ReadableRows<NodeRecord> readable(Enrolment enrolment) {
        checkState();
        ReadableRows<NodeRecord> all = enrolment.readable();
        return new ReadableRows<>(all.rows().stream().filter(this::matches).toList(), all.damaged());
    }

    /** Whether summaries have all by which the options select. */
    boolean isBySummary() {
        return trait == null;
    }

    /**
     * The summaries of the nodes that the options select, as {@link #readable}.
     *
     * @throws WrongUsage when there is no state of the given name
     */
    ReadableRows<NodeSummary> summaries(Enrolment enrolment) {
        if (!isBySummary()) {
            throw new IllegalStateException("a summary of a node has no traits");
        }
        checkState();
        ReadableRows<NodeSummary> all = enrolment.readableSummaries();
        return new ReadableRows<>(all.rows().stream().filter(this::matches).toList(), all.damaged());
    }

    private void checkState() {
        if (state != null && ProvisionState.ofPersistedName(state).isEmpty()) {
            throw new WrongUsage("--state: there is no state '" + state + "'; there are "
                    + Stream.of(ProvisionState.values())
                            .map(ProvisionState::persistedName)
                            .collect(Collectors.joining(", ")));
        }
    }

    /**
     * The named nodes in the order given or, without names, those that the options select.
     *
     * @throws WrongUsage when neither names nor options are given, or both, or a name is unknown
     */
    List<NodeRecord> select(Enrolment enrolment, List<String> names, boolean all) {
        int ways = (names.isEmpty() ? 0 : 1) + (all ? 1 : 0) + (isGiven() ? 1 : 0);
        if (ways != 1) {
            throw new WrongUsage(
                    ways == 0
                            ? "no node is selected; name nodes, or select them by options such as --state, or give --all"
                            : "nodes are selected in several ways; give names, or options such as --state, or --all");
        }
        if (names.isEmpty()) {
            return select(enrolment);
        }
        List<NodeRecord> found = new ArrayList<>();
        for (String name : names) {
            try {
                found.add(enrolment.show(enrolment.nameOf(name)).node());
            } catch (IllegalArgumentException e) {
                throw new WrongUsage(String.valueOf(e.getMessage()));
            }
        }
        return found;
    }

    private boolean matches(NodeRecord node) {
        return (trait == null || node.hardware().traits().contains(trait)) && matches(NodeSummary.of(node));
    }

    private boolean matches(NodeSummary node) {
        return (state == null || node.state().persistedName().equals(state))
                && matches(resourceClass, node.resourceClass())
                && matches(instance, node.instance().map(holder -> holder.id().toString()))
                && matches(rack, node.location().rack())
                && matches(shard, node.shard())
                && matches(owner, node.ownership().owner())
                && matches(lessee, node.ownership().lessee())
                && matches(maintenance, node.marks().maintenance())
                && matches(fault, node.marks().fault())
                && matches(retired, node.marks().retired())
                && matches(isProtected, node.marks().protection());
    }

    private static boolean matches(@Nullable String wanted, Optional<String> value) {
        return wanted == null || value.equals(Optional.of(wanted));
    }

    private static boolean matches(@Nullable Boolean wanted, Optional<?> mark) {
        return wanted == null || mark.isPresent() == wanted;
    }
}
