package org.novametal.baremetal.provision;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.OperationFailure;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.state.ProvisionEvent;
import org.novametal.baremetal.store.OperationStore.NodeEnd;
import org.novametal.baremetal.store.OperationStore.OperationEnd;
import org.novametal.baremetal.store.Store;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is written and told of one operation: the store first, then memory, then the listener.
 *
 * <p>Only the operation's own thread writes; {@link #current}, the record as last written, may be read by others.
 */
final class OperationJournal implements StepRun.Memory {
    private static final Logger LOG = LoggerFactory.getLogger(OperationJournal.class);

    private final Store store;
    private final InstantSource clock;
    private final ProvisionListener listener;
    private final UUID id;
    private final UUID node;
    private volatile OperationRecord current;
    private volatile Seen seen = new Seen(0, "");
    private boolean doubtful;

    /**
     * What is seen of an operation beside its record; it is lost with the process.
     *
     * @param fraction how much of the whole is done, 0.0 to 1.0
     * @param waitsFor what its step waits for, in words; may be empty
     */
    record Seen(double fraction, String waitsFor) {}

    OperationJournal(Store store, InstantSource clock, ProvisionListener listener, OperationRecord operation) {
        this.store = store;
        this.clock = clock;
        this.listener = listener;
        this.id = operation.id();
        this.node = operation.node();
        this.current = operation;
    }

    /** The record as last written. */
    OperationRecord current() {
        return current;
    }

    /** Takes note that a write was not answered: it may have been done all the same. */
    void doubt() {
        doubtful = true;
    }

    /** The record to go on from: read again from the store after a {@linkplain #doubt doubt}. */
    OperationRecord read() {
        if (doubtful) {
            current = store.operations().find(id).orElse(current);
            doubtful = false;
        }
        return current;
    }

    /** The node as it is now. */
    NodeRecord node() {
        return store.nodes()
                .find(node)
                .orElseThrow(() -> new DriverException(
                        ErrorCode.NODE_NOT_FOUND, "node " + node + " is gone from the store in mid-operation"));
    }

    /** The operation that works on the node now. */
    Optional<OperationRecord> present() {
        return store.nodes().find(node).flatMap(NodeRecord::operation).flatMap(store.operations()::find);
    }

    /** Changes the operation. */
    void write(UnaryOperator<OperationRecord> change) {
        current = store.operations().change(id, change);
    }

    /** Changes the operation and gives its node an event, in one write. */
    void write(ProvisionEvent event, UnaryOperator<OperationRecord> change) {
        NodeRecord before = node();
        OperationRecord[] written = new OperationRecord[1];
        NodeRecord after = store.operations().change(id, event, op -> {
            written[0] = change.apply(op);
            return written[0];
        });
        current = written[0];
        tell(before, after);
    }

    /** Ends the operation and says what becomes of its node, in one write. */
    void end(OperationStatus status, Optional<OperationFailure> failure, Function<OperationRecord, NodeEnd> nodeEnd) {
        NodeRecord before = node();
        OperationRecord[] written = new OperationRecord[1];
        NodeRecord after = store.operations().end(id, op -> {
            written[0] = op.ended(status, failure, clock.instant());
            return new OperationEnd(written[0], nodeEnd.apply(op));
        });
        current = written[0];
        tell(before, after);
    }

    @Override
    public Optional<String> recall(String key) {
        return Optional.ofNullable(current.memory().get(key));
    }

    @Override
    public void remember(String key, String value) {
        write(op -> op.remembering(key, value, clock.instant()));
    }

    /** What is seen of the present step, for callers that ask how far the operation is. */
    Seen seen() {
        return seen;
    }

    /** Takes note of what the present step waits for. */
    void waitsFor(String what) {
        seen = new Seen(seen.fraction(), what);
    }

    /** Tells how much of a step is done. */
    void progress(NodeRecord record, String step, double fraction) {
        double whole = current.plan().fraction(step, fraction);
        seen = new Seen(whole, "");
        quietly(() -> listener.progressed(record, current.instance(), step, whole));
    }

    /** Tells that the node went from one state to another, where it did. */
    void tell(NodeRecord before, NodeRecord after) {
        if (before.state() == after.state()) {
            return;
        }
        OperationRecord operation = current;
        LOG.info(
                "node {} instance {}: {} -> {} ({} ms)",
                after.name(),
                operation.instance().map(Object::toString).orElse("-"),
                before.state().persistedName(),
                after.state().persistedName(),
                Duration.between(operation.createdAt(), clock.instant()).toMillis());
        quietly(() -> listener.stateChanged(after, operation.instance(), before.state()));
    }

    private static void quietly(Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException e) {
            LOG.warn("a listener failed; the operation goes on", e);
        }
    }
}
