package org.novametal.baremetal.operation;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.novametal.baremetal.state.NodeFault;
import org.novametal.baremetal.state.ProvisionEvent;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.state.ProvisionTable;
import org.novametal.driver.error.ErrorCode;

/**
 * The rules for one kind of operation; {@link OperationRules} contains the rules for all kinds.
 *
 * @param kind the kind
 * @param begins the event for the node when the operation begins
 * @param runs the state of the node after that event; the operation cannot begin where the event leads elsewhere
 * @param cancels the event for the node when the operation is cancelled; empty if the operation cannot be cancelled
 * @param uses what nodes may request from the host while the operation runs
 * @param endings the effects on the node, for every way in which the operation can end
 * @param fault the fault of a node whose operation of this kind failed; an operation that succeeds ends it
 * @param queue the queue in which operations of this kind wait for their begin; empty if they begin at once
 * @param codes the error code that a caller gets, for every cause of a failure
 */
public record OperationRule(
        OperationKind kind,
        ProvisionEvent begins,
        ProvisionState runs,
        Optional<ProvisionEvent> cancels,
        Set<Use> uses,
        Map<End, Ending> endings,
        Optional<NodeFault> fault,
        Optional<OperationQueue> queue,
        Map<FailureCause, ErrorCode> codes) {
    /** A kind whose operations begin at once. */
    public OperationRule(
            OperationKind kind,
            ProvisionEvent begins,
            ProvisionState runs,
            Optional<ProvisionEvent> cancels,
            Set<Use> uses,
            Map<End, Ending> endings,
            Optional<NodeFault> fault,
            Map<FailureCause, ErrorCode> codes) {
        this(kind, begins, runs, cancels, uses, endings, fault, Optional.empty(), codes);
    }

    /** The kinds of requests that a node may send to the host while an operation runs. */
    public enum Use {
        /** Requests of a booting or running deploy ramdisk: boot script, lookup, heartbeats. */
        RAMDISK,
        /** Requests for the image. */
        IMAGE
    }

    /** The ways an operation can end. */
    public enum End {
        /** All its steps are done. */
        DONE,
        /** Its steps are undone and the machine runs as it did before. */
        UNTOUCHED,
        /** Its steps are undone; the power or network of the machine was changed, but its disk was not written. */
        TOUCHED,
        /** Its steps are undone; the disk was written. */
        WRITTEN,
        /** It failed and a step could not be undone. */
        NOT_UNDONE,
        /** It was cancelled and a step could not be undone. */
        CANCEL_NOT_UNDONE
    }

    /**
     * The effect of an end on the node.
     *
     * @param events the events for the node, in order; if empty, the node keeps its state
     * @param instance whether the instance keeps the node
     * @param next the kind of operation that begins on the node in the same transaction; empty for none
     */
    public record Ending(List<ProvisionEvent> events, InstanceFate instance, Optional<OperationKind> next) {
        /** Copies the events. */
        public Ending {
            events = List.copyOf(events);
        }

        /** An ending with an event for the node. */
        public static Ending of(ProvisionEvent event, InstanceFate instance) {
            return new Ending(List.of(event), instance, Optional.empty());
        }

        /** An ending that leaves the node in its state. */
        public static Ending unchanged(InstanceFate instance) {
            return new Ending(List.of(), instance, Optional.empty());
        }

        /** An ending that removes the instance and begins a cleaning. */
        public static Ending cleaned() {
            return new Ending(List.of(ProvisionEvent.CLEAN), InstanceFate.LEAVES, Optional.of(OperationKind.CLEAN));
        }

        /** An ending that makes the node manageable and then begins the cleaning after which it is free. */
        public static Ending provided() {
            return new Ending(
                    List.of(ProvisionEvent.DONE, ProvisionEvent.PROVIDE),
                    InstanceFate.LEAVES,
                    Optional.of(OperationKind.PROVIDE));
        }
    }

    /** Copies the maps and checks that every end has effects and every cause has an error code. */
    public OperationRule {
        Objects.requireNonNull(kind, "kind");
        uses = Set.copyOf(uses);
        endings = Map.copyOf(endings);
        codes = Map.copyOf(codes);
        if (!endings.keySet().equals(EnumSet.allOf(End.class))
                || !codes.keySet().equals(EnumSet.allOf(FailureCause.class))) {
            throw new IllegalArgumentException("the rule for " + kind + " lacks an end or a cause; it has the ends "
                    + endings.keySet() + " and the causes " + codes.keySet());
        }
    }

    /** Makes the map of endings by calling the function for every end. */
    public static Map<End, Ending> everyEnd(Function<End, Ending> row) {
        return Arrays.stream(End.values()).collect(Collectors.toUnmodifiableMap(Function.identity(), row));
    }

    /** Makes the map of error codes by calling the function for every cause. */
    public static Map<FailureCause, ErrorCode> everyCause(Function<FailureCause, ErrorCode> row) {
        return Arrays.stream(FailureCause.values()).collect(Collectors.toUnmodifiableMap(Function.identity(), row));
    }

    /** The states in which an operation of this kind may begin. */
    public Set<ProvisionState> beginsIn() {
        return Arrays.stream(ProvisionState.values())
                .filter(from ->
                        ProvisionTable.next(from, begins).filter(runs::equals).isPresent())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether nodes may send this kind of request while the operation runs. */
    public boolean uses(Use use) {
        return uses.contains(use);
    }

    /**
     * The fault of a node after a failure for this cause: one of power if the BMC was the cause, else that of the kind; empty for
     * a cancellation.
     */
    public Optional<NodeFault> fault(FailureCause cause) {
        return switch (cause) {
            case BMC -> Optional.of(NodeFault.POWER);
            case CANCEL -> Optional.empty();
            case RAMDISK, IMAGE, IMAGE_SOURCE, NETWORK, CONFIG, TIMEOUT, OTHER ->
                fault.filter(kinds -> kinds != NodeFault.POWER);
        };
    }

    /** The effect of an end on the node. */
    public Ending ending(End end) {
        return Objects.requireNonNull(endings.get(end));
    }

    /** Creates the failure that is reported to the caller, with the error code for the cause. */
    public OperationFailure failure(FailureCause cause, String message) {
        return new OperationFailure(cause, Objects.requireNonNull(codes.get(cause)), message);
    }
}
