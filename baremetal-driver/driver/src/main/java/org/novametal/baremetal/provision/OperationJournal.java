package org.novametal.baremetal.provision;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.OperationFailure;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.provision.ProvisionListener.StateChange;
import org.novametal.baremetal.provision.ProvisionListener.StepOutcome;
import org.novametal.baremetal.state.ProvisionEvent;
import org.novametal.baremetal.store.OperationStore.NodeEnd;
import org.novametal.baremetal.store.OperationStore.OperationEnd;
import org.novametal.baremetal.store.Store;
import org.novametal.bmc.PowerAction;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records each change to one operation: first in the store, then in memory, then by a call to the listener.
 *
 * <p>Only the operation's own thread writes; other threads may read {@link #current}, the record as last written.
 */
final class OperationJournal implements StepRun.Memory {
    private static final Logger LOG = LoggerFactory.getLogger(OperationJournal.class);

    private final Store store;
    private final InstantSource clock;
    /** Throws nothing. */
    private final ProvisionListener listener;

    private final WorkTime time;
    private final UUID id;
    private final UUID node;
    private volatile OperationRecord current;
    private volatile Seen seen = new Seen(0, "");
    private boolean doubtful;

    /** The power command that was sent last and whose end was not reported. */
    private Optional<PowerAction> pendingPower = Optional.empty();

    /** Written before the operation's thread starts. */
    private @Nullable Runnable beginReport;

    /**
     * The part of an operation's progress that is not stored; it is lost when the process ends.
     *
     * @param fraction how much of the operation is done, 0.0 to 1.0
     * @param waitsFor a description of what the current step waits for; may be empty
     */
    record Seen(double fraction, String waitsFor) {}

    OperationJournal(
            Store store,
            InstantSource clock,
            LongSupplier nanoTime,
            ProvisionListener listener,
            OperationRecord operation) {
        this.store = store;
        this.clock = clock;
        this.time = new WorkTime(nanoTime, operation.progress().worked().total());
        this.listener = listener;
        this.id = operation.id();
        this.node = operation.node();
        this.current = operation;
    }

    /** Notes the change of the node's state by which the operation began, for {@link #reportBegin}. */
    void begun(NodeRecord before, NodeRecord after, ProvisionEvent event) {
        beginReport = () -> reportState(before, after, List.of(event));
    }

    /**
     * Reports the begin of the operation. The operation's own thread calls it when it has the turn on the node, so that what the
     * operation before it reports comes first, however slow the listener is.
     */
    void reportBegin() {
        if (beginReport != null) {
            beginReport.run();
        }
    }

    /** The record as last written. */
    OperationRecord current() {
        return current;
    }

    /** Records that the store did not confirm a write, which may have been done nevertheless. */
    void doubt() {
        doubtful = true;
    }

    /** The record to continue from; after a call to {@link #doubt}, it is read from the store again. */
    OperationRecord read() {
        if (doubtful) {
            current = store.operations().find(id).orElse(current);
            time.atLeast(current.progress().worked().total());
            doubtful = false;
        }
        return current;
    }

    /** The node's current record. */
    NodeRecord node() {
        return store.nodes()
                .find(node)
                .orElseThrow(() -> new DriverException(
                        ErrorCode.NODE_NOT_FOUND, "node " + node + " was removed from the store during the operation"));
    }

    /** The operation that works on the node now. */
    Optional<OperationRecord> present() {
        return store.nodes().find(node).flatMap(NodeRecord::operation).flatMap(store.operations()::find);
    }

    /** Stores a change to the operation. */
    void write(UnaryOperator<OperationRecord> change) {
        current = store.operations().change(id, op -> change.apply(timed(op)));
    }

    /** The operation with the time for which it was worked on until now; every write stores it. */
    private OperationRecord timed(OperationRecord operation) {
        return operation.workedFor(time.total());
    }

    /** Measures for how long the operation is worked on. */
    WorkTime time() {
        return time;
    }

    /** How long the present step has taken. */
    Duration inStep() {
        return time.total().minus(current.progress().worked().atStepBegin());
    }

    /** For how long the operation was worked on since that was last stored by a write. */
    Duration unsaved() {
        return time.total().minus(current.progress().worked().total());
    }

    /** Stores a change to the operation and applies an event to its node, in one write. */
    void write(ProvisionEvent event, UnaryOperator<OperationRecord> change) {
        NodeRecord before = node();
        OperationRecord[] written = new OperationRecord[1];
        NodeRecord after = store.operations().change(id, event, op -> {
            written[0] = change.apply(timed(op));
            return written[0];
        });
        current = written[0];
        reportState(before, after, List.of(event));
    }

    /** Ends the operation and applies the effects to its node, in one write. */
    void end(OperationStatus status, Optional<OperationFailure> failure, Function<OperationRecord, NodeEnd> nodeEnd) {
        NodeRecord before = node();
        OperationEnd[] written = new OperationEnd[1];
        NodeRecord after = store.operations().end(id, op -> {
            written[0] = new OperationEnd(timed(op).ended(status, failure, clock.instant()), nodeEnd.apply(op));
            return written[0];
        });
        current = written[0].operation();
        reportState(before, after, written[0].node().events());
        OperationRecord ended = current;
        listener.operationEnded(ended);
    }

    /**
     * Reports the end of a step.
     *
     * @param at the operation while it was at that step
     */
    void stepEnded(OperationRecord at, String step, StepOutcome outcome) {
        Duration took = time.total().minus(at.progress().worked().atStepBegin());
        listener.stepEnded(at, step, outcome, took);
    }

    /** Reports that a power command is sent to the machine; one that is sent again is not reported again. */
    void powerBegins(NodeRecord record, PowerAction action) {
        if (pendingPower.equals(Optional.of(action))) {
            return;
        }
        powerEnds(record, Optional.of("the machine did not react in time; " + action + " follows"));
        pendingPower = Optional.of(action);
        listener.powerBegins(record, action);
    }

    /** Reports the end of the power command that was sent last, if there is one. */
    void powerEnds(NodeRecord record, Optional<String> failure) {
        Optional<PowerAction> ended = pendingPower;
        pendingPower = Optional.empty();
        ended.ifPresent(action -> listener.powerEnded(record, action, failure));
    }

    @Override
    public Optional<String> recall(String key) {
        return Optional.ofNullable(current.memory().get(key));
    }

    @Override
    public void remember(String key, String value) {
        write(op -> op.remembering(key, value, clock.instant()));
    }

    /** The part of the progress that is not stored. */
    Seen seen() {
        return seen;
    }

    /** Records what the present step waits for; of an operation from a backup, also in the store and in the log. */
    void waitsFor(String what) {
        seen = new Seen(seen.fraction(), what);
        // Once a step: the text may change with each look at the machine.
        if (current.restoredAt().isPresent() && current.waitsFor().isEmpty()) {
            write(op -> op.waitingFor(what, clock.instant()));
            LOG.warn(
                    "the {} of node {} comes from the backup that was restored at {}; it waits in step {} for {}",
                    current.kind(),
                    node().name(),
                    current.restoredAt().get(),
                    current.step().orElse("-"),
                    what);
        }
    }

    /** Records that the present step waits for its turn; no time counts until its next progress. */
    void waitsForTurn(String what) {
        time.stop();
        waitsFor(what);
    }

    /** Reports how much of a step is done. */
    void progress(NodeRecord record, String step, double fraction) {
        time.start();
        double whole = current.plan().fraction(step, fraction);
        seen = new Seen(whole, "");
        listener.progressed(record, current.instance(), step, whole);
    }

    /** Reports the change of the node's provision state, if the two records differ in it. */
    private void reportState(NodeRecord before, NodeRecord after, List<ProvisionEvent> events) {
        if (before.state() == after.state()) {
            return;
        }
        OperationRecord operation = current;
        LOG.info(
                "node {} instance {} request {}: {} -> {} ({} ms)",
                after.name(),
                operation.instance().map(Object::toString).orElse("-"),
                operation.request(),
                before.state().persistedName(),
                after.state().persistedName(),
                time.total().toMillis());
        listener.stateChanged(new StateChange(after, before.state(), events, operation));
    }
}
