package org.novametal.baremetal.operation;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.novametal.baremetal.state.ProvisionEvent;
import org.novametal.driver.error.ErrorCode;

/**
 * The rules of one kind of operation: a row of {@link OperationRules}.
 *
 * @param kind the kind
 * @param begins the event for the node when the operation begins
 * @param cancels the event for the node when the operation is cancelled; empty: it cannot be cancelled
 * @param uses what nodes may request from the host while it runs
 * @param endings the effects on the node, by how the operation ends; every end has one
 * @param codes the error code that a caller gets, by the cause of the failure; every cause has one
 */
public record OperationRule(
        OperationKind kind,
        ProvisionEvent begins,
        Optional<ProvisionEvent> cancels,
        Set<Use> uses,
        Map<End, Ending> endings,
        Map<FailureCause, ErrorCode> codes) {
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
     * @param event the event for the node; empty: its state stays
     * @param instance whether the instance keeps the node
     * @param next the kind of operation that begins on the node in the same write
     */
    public record Ending(Optional<ProvisionEvent> event, InstanceFate instance, Optional<OperationKind> next) {
        /** An ending with an event for the node. */
        public static Ending of(ProvisionEvent event, InstanceFate instance) {
            return new Ending(Optional.of(event), instance, Optional.empty());
        }

        /** An ending that leaves the node in its state. */
        public static Ending unchanged(InstanceFate instance) {
            return new Ending(Optional.empty(), instance, Optional.empty());
        }

        /** An ending that removes the instance and begins a cleaning. */
        public static Ending cleaned() {
            return new Ending(Optional.of(ProvisionEvent.CLEAN), InstanceFate.LEAVES, Optional.of(OperationKind.CLEAN));
        }
    }

    /** Copies the maps and checks that nothing is missing. */
    public OperationRule {
        Objects.requireNonNull(kind, "kind");
        uses = Set.copyOf(uses);
        endings = Map.copyOf(endings);
        codes = Map.copyOf(codes);
        if (!endings.keySet().equals(EnumSet.allOf(End.class))
                || !codes.keySet().equals(EnumSet.allOf(FailureCause.class))) {
            throw new IllegalArgumentException(
                    "the row of " + kind + " lacks an end or a cause: " + endings.keySet() + ", " + codes.keySet());
        }
    }

    /** The endings of a row, from a function of the end. */
    public static Map<End, Ending> everyEnd(Function<End, Ending> row) {
        return Arrays.stream(End.values()).collect(Collectors.toUnmodifiableMap(Function.identity(), row));
    }

    /** The codes of a row, from a function of the cause. */
    public static Map<FailureCause, ErrorCode> everyCause(Function<FailureCause, ErrorCode> row) {
        return Arrays.stream(FailureCause.values()).collect(Collectors.toUnmodifiableMap(Function.identity(), row));
    }

    /** Whether nodes may send this kind of request while the operation runs. */
    public boolean uses(Use use) {
        return uses.contains(use);
    }

    /** The effect of that end on the node. */
    public Ending ending(End end) {
        return Objects.requireNonNull(endings.get(end));
    }

    /** The failure as it is reported to the caller. */
    public OperationFailure failure(FailureCause cause, String message) {
        return new OperationFailure(cause, Objects.requireNonNull(codes.get(cause)), message);
    }
}
