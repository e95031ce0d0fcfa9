package org.novametal.baremetal.provision;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.DeleteInput;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.operation.InstanceFate;
import org.novametal.baremetal.operation.OperationFailure;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationRule;
import org.novametal.baremetal.operation.OperationRule.End;
import org.novametal.baremetal.operation.OperationRule.Ending;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.provision.OperationControl.Body;
import org.novametal.baremetal.provision.OperationControl.OpenTo;
import org.novametal.baremetal.provision.ProvisionListener.StepOutcome;
import org.novametal.baremetal.state.NodeFault;
import org.novametal.baremetal.state.ProvisionEvent;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.state.ProvisionTable;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.store.OperationStore.NodeEnd;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreDamage;
import org.novametal.bmc.PowerAction;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.InstanceId;
import org.novametal.queue.AdmissionQueue;
import org.novametal.queue.AdmissionQueue.Place;
import org.novametal.text.ForeignText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Runs one stored operation to its end, on a separate thread: runs the step that the record names, stores its result, and
 * continues with the next step. All state is in the store; if the loop dies, another loop made from the same record continues.
 */
final class OperationLoop implements StepRun.Time {
    private static final Logger LOG = LoggerFactory.getLogger(OperationLoop.class);

    private static final Duration STORE_RETRY_AFTER = Duration.ofSeconds(2);
    /** How often an operation is tried whose record, or whose node's record, is damaged. */
    private static final int MOST_TRIES_OF_DAMAGED_DATA = 5;

    /** A bound on the wait for a wake-up, which ends the wait at once. */
    private static final Duration LOOK_AT_QUEUE_EVERY = Duration.ofMinutes(1);

    private static final String UNDO_FAILED = "undo-failed";

    /**
     * Keys in the operation's memory for effects of steps that undoing does not reverse; older programs store {@link
     * #DISK_WRITTEN} too.
     */
    private static final String DISK_WRITTEN = "disk-written";

    private static final String MACHINE_TOUCHED = "machine-touched";

    private final Store store;
    private final InstantSource clock;
    private final OperationCatalogue catalogue;
    private final OperationControl control = new OperationControl();
    private final OperationJournal journal;
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private final CompletableFuture<Boolean> underway = new CompletableFuture<>();
    private final UUID id;
    private final UUID node;
    /** Written before the loop's thread starts; absent for an operation that never waits in a queue. */
    private volatile AdmissionQueue.@Nullable Ticket ticket;

    private Optional<Takeover> takeover = Optional.empty();
    private boolean isTakenUp;
    private int storeFailures;

    /**
     * The step that another process had begun when this loop took the operation up.
     *
     * @param begun the time at which the step began, and by which it is recognised
     * @param at for how long the operation had been worked on by then
     */
    private record Takeover(OperationStatus status, Optional<String> step, Duration begun, Duration at) {}

    /**
     * The result of a loop.
     *
     * @param operation the operation as it ended, or as it failed and is kept
     * @param next the operation that began on the node when this one ended
     */
    record Outcome(OperationRecord operation, Optional<OperationRecord> next) {}

    OperationLoop(
            Store store,
            OperationCatalogue catalogue,
            InstantSource clock,
            LongSupplier nanoTime,
            ProvisionListener listener,
            OperationRecord operation) {
        this.store = store;
        this.clock = clock;
        this.catalogue = catalogue;
        this.journal = new OperationJournal(store, clock, nanoTime, listener, operation);
        this.id = operation.id();
        this.node = operation.node();
    }

    UUID id() {
        return id;
    }

    UUID node() {
        return node;
    }

    OperationControl control() {
        return control;
    }

    OperationJournal journal() {
        return journal;
    }

    CompletableFuture<Outcome> outcome() {
        return outcome;
    }

    /** Completes when the loop has run its present step once, waits in its queue, or has ended. */
    CompletableFuture<Boolean> underway() {
        return underway;
    }

    /**
     * Runs the operation until it ends, fails and is kept, or the host stops.
     *
     * @return the action that completes {@link #outcome}; it must run when a call can start another loop of the operation
     */
    Runnable run() {
        OperationRecord begun = journal.current();
        MDC.put("node", begun.node().toString());
        begun.instance().ifPresent(instance -> MDC.put("instance", instance.toString()));
        MDC.put("request", begun.request());
        try {
            journal.reportBegin();
            awaitAdmission();
            journal.time().start();
            Optional<Outcome> end = Optional.empty();
            while (end.isEmpty() && !control.isStopping()) {
                end = guardedTurn();
            }
            if (end.isPresent()) {
                Outcome ended = end.get();
                return () -> outcome.complete(ended);
            }
            return () -> outcome.completeExceptionally(new DriverException(
                    ErrorCode.HOST_UNAVAILABLE,
                    "the driver was closed while the " + begun.kind() + " of node " + begun.node()
                            + " was under way; the operation is kept in the store and continues at the next"
                            + " start"));
        } catch (DriverException e) {
            LOG.error(
                    "operation {} stopped, because what the store has of it cannot be used; repair it, then start again: {}",
                    begun.id(),
                    e.getMessage());
            return () -> outcome.completeExceptionally(e);
        } catch (Throwable e) {
            // Only an error of the JVM or a defect is caught here; the operation stays in the store.
            LOG.error("the thread of operation {} died; the operation is resumed at the next start", begun.id(), e);
            return () -> outcome.completeExceptionally(e);
        } finally {
            underway.complete(true);
            journal.time().stop();
            MDC.remove("node");
            MDC.remove("instance");
            MDC.remove("request");
        }
    }

    /** Enters a queue: at its end, or at once for an operation that is under way. */
    void enter(AdmissionQueue queue, OperationRecord operation) {
        ticket = operation.isUntouched() ? queue.enter(control::wake) : queue.resume();
    }

    /** Gives up the place in the queue, or among the admitted operations. */
    void leaveQueue() {
        AdmissionQueue.Ticket entered = ticket;
        if (entered != null) {
            entered.leave();
        }
    }

    /** Gives the operation up, which has ended in the store: its thread is interrupted, and does not hold anything any more. */
    void abandon(OperationRecord ended) {
        outcome.complete(new Outcome(ended, Optional.empty()));
        control.park();
        leaveQueue();
    }

    /** The place in the queue; empty for an operation that does not wait in one. */
    Optional<Place> place() {
        return Optional.ofNullable(ticket).flatMap(AdmissionQueue.Ticket::place);
    }

    /** Waits in the queue until the operation is admitted, cancelled or parked; an operation that was cancelled leaves the queue. */
    private void awaitAdmission() {
        AdmissionQueue.Ticket entered = ticket;
        while (entered != null && entered.isWaiting() && !control.isStopping() && !isCancelled(journal.current())) {
            underway.complete(true);
            try {
                control.await(LOOK_AT_QUEUE_EVERY);
            } catch (InterruptedException e) {
                LOG.debug("operation {} was interrupted in its queue", id, e);
            }
        }
        if (entered != null && entered.isWaiting()) {
            entered.leave();
        }
    }

    private Optional<Outcome> guardedTurn() {
        try {
            Optional<Outcome> end = turn();
            underway.complete(true);
            storeFailures = 0;
            return end;
        } catch (InterruptedException e) {
            // Cancelled or parked: the next call of turn() checks which.
            return Optional.empty();
        } catch (DriverException e) {
            storeFailures++;
            if (StoreDamage.isCauseOf(e) && storeFailures >= MOST_TRIES_OF_DAMAGED_DATA) {
                throw e;
            }
            // The store did not answer, or has another record than expected: the record is read again.
            LOG.warn("the store failed during operation {}; the operation tries again in {}", id, STORE_RETRY_AFTER, e);
            journal.doubt();
            try {
                control.await(STORE_RETRY_AFTER);
            } catch (InterruptedException ignored) {
                // Parked: the loop checks that next.
            }
            return Optional.empty();
        }
    }

    private Optional<Outcome> turn() throws InterruptedException {
        OperationRecord operation = journal.read();
        takeUp(operation);
        if (operation.status().phase() == OperationStatus.Phase.FINISHED) {
            return Optional.of(new Outcome(operation, journal.present()));
        }
        if (operation.isKept()) {
            return Optional.of(new Outcome(operation, Optional.empty()));
        }
        Optional<OperationRule> rule = catalogue.rule(operation.kind());
        if (rule.isEmpty()) {
            return Optional.of(endUnknownKind(operation));
        }
        return switch (operation.status()) {
            case RUNNING -> forwardTurn(rule.get(), operation);
            case UNDOING, CANCELLING -> backwardTurn(rule.get(), operation);
            case REQUESTED, SUCCEEDED, FAILED, CANCELLED ->
                throw new IllegalStateException("has not begun, or has ended: " + operation);
        };
    }

    private void takeUp(OperationRecord operation) {
        if (!isTakenUp && !operation.isUntouched()) {
            takeover = Optional.of(new Takeover(
                    operation.status(),
                    operation.step(),
                    operation.progress().worked().atStepBegin(),
                    journal.time().total()));
        }
        isTakenUp = true;
    }

    // ---- forward

    private Optional<Outcome> forwardTurn(OperationRule rule, OperationRecord operation) throws InterruptedException {
        if (isCancelled(operation) && rule.cancels().isPresent()) {
            String message = "the " + rule.kind() + " on " + journal.node().name() + " was cancelled";
            journal.powerEnds(journal.node(), Optional.of(message));
            turnBack(rule.cancels().get(), OperationStatus.CANCELLING, rule.failure(FailureCause.CANCEL, message));
            return Optional.empty();
        }
        List<String> unknown = catalogue.unknownSteps(operation);
        if (!unknown.isEmpty()) {
            fail(rule, FailureCause.OTHER, unknownSteps(operation, unknown));
            return Optional.empty();
        }
        if (operation.step().isEmpty()) {
            return Optional.of(end(rule, End.DONE, OperationStatus.SUCCEEDED, Optional.empty()));
        }
        forward(rule, operation, step(operation, operation.step().get()));
        return Optional.empty();
    }

    /** Whether a cancellation of the operation, or a deletion after it, was requested in this process or an earlier one. */
    private boolean isCancelled(OperationRecord operation) {
        return control.isCancelled() || operation.isCancelWanted();
    }

    private void forward(OperationRule rule, OperationRecord operation, Step step) throws InterruptedException {
        NodeRecord record = journal.node();
        OpenTo open = rule.cancels().isPresent() ? OpenTo.CANCELLING : OpenTo.PARKING;
        StepResult result =
                limited(step, record, "", call(step, open, () -> step.run(context(operation, record, step))));
        switch (result) {
            case StepResult.Done() -> advance(operation, step, record);
            case StepResult.Wait wait -> {
                journal.waitsFor(wait.what());
                noteWaiting(wait.on(), record.state());
                await(wait);
            }
            case StepResult.BackTo back -> goBack(rule, operation, back, record);
            case StepResult.Failed(FailureCause cause, String message) -> fail(rule, cause, message);
        }
    }

    private void advance(OperationRecord operation, Step step, NodeRecord record) {
        UnaryOperator<OperationRecord> next = op -> op.atStep(operation.plan().after(step.name()), clock.instant());
        if (record.state().waitsForRamdisk()) {
            journal.write(ProvisionEvent.RESUME, next);
        } else {
            journal.write(next);
        }
        LOG.debug("step {} is done", step.name());
        journal.stepEnded(operation, step.name(), StepOutcome.DONE);
        journal.progress(record, step.name(), 1.0);
    }

    private void goBack(OperationRule rule, OperationRecord operation, StepResult.BackTo back, NodeRecord record) {
        if (!operation.plan().contains(back.step())) {
            fail(
                    rule,
                    FailureCause.OTHER,
                    back.why() + "; the " + rule.kind() + " cannot go back to " + back.step()
                            + ", which is not in its plan");
            return;
        }
        // What made it go back is warned of where it is found.
        LOG.info("the {} of node {} goes back to {}: {}", rule.kind(), record.name(), back.step(), back.why());
        UnaryOperator<OperationRecord> earlier = op -> op.backTo(back.step(), back.memory(), clock.instant());
        if (record.state().waitsForRamdisk()) {
            journal.write(ProvisionEvent.RESUME, earlier);
        } else {
            journal.write(earlier);
        }
    }

    private void noteWaiting(StepResult.WaitFor on, ProvisionState state) {
        ProvisionEvent event = switch (on) {
            case RAMDISK -> ProvisionEvent.WAIT;
            case TIME, TURN -> ProvisionEvent.RESUME;
        };
        // Where the event is not legal, the state is right already, or does not distinguish waiting from working.
        if (ProvisionTable.next(state, event).isPresent()) {
            journal.write(event, UnaryOperator.identity());
        }
    }

    private void fail(OperationRule rule, FailureCause cause, String message) {
        LOG.warn("the {} failed: {}", rule.kind(), message);
        OperationRecord failed = journal.current();
        failed.step().ifPresent(step -> journal.stepEnded(failed, step, StepOutcome.FAILED));
        journal.powerEnds(journal.node(), Optional.of(message));
        OperationFailure why = rule.failure(cause, message);
        switch (journal.current().onFailure()) {
            case UNDO -> turnBack(ProvisionEvent.FAIL, OperationStatus.UNDOING, why);
            case KEEP -> {
                journal.write(
                        ProvisionEvent.FAIL,
                        op -> notingEffect(op.turnedBack(OperationStatus.UNDOING, why, clock.instant()))
                                .kept(clock.instant()));
                LOG.warn(
                        "the failed {} of node {} is kept until it is undone or its instance is deleted",
                        rule.kind(),
                        node);
            }
        }
    }

    private void turnBack(ProvisionEvent event, OperationStatus status, OperationFailure why) {
        journal.write(event, op -> notingEffect(op.turnedBack(status, why, clock.instant())));
    }

    private OperationRecord notingEffect(OperationRecord operation) {
        return switch (catalogue.effect(operation)) {
            case NONE -> operation;
            case MACHINE -> operation.remembering(MACHINE_TOUCHED, "yes", clock.instant());
            case DISK -> operation.remembering(DISK_WRITTEN, "yes", clock.instant());
        };
    }

    // ---- backward

    private Optional<Outcome> backwardTurn(OperationRule rule, OperationRecord operation) throws InterruptedException {
        if (operation.step().isEmpty()) {
            return Optional.of(endUndone(rule, operation));
        }
        String name = operation.step().get();
        Optional<Step> step = catalogue.step(operation.kind(), name);
        if (step.isEmpty()) {
            undone(operation, name, Optional.of("this program does not know the step '" + name + "'"));
        } else {
            backward(operation, step.get());
        }
        return Optional.empty();
    }

    private void backward(OperationRecord operation, Step step) throws InterruptedException {
        NodeRecord record = journal.node();
        StepResult result = limited(
                step,
                record,
                "undoing ",
                call(step, OpenTo.PARKING, () -> step.undo(context(operation, record, step))));
        switch (result) {
            case StepResult.Done() -> undone(operation, step.name(), Optional.empty());
            case StepResult.Wait wait -> await(wait);
            case StepResult.BackTo back -> notUndone(operation, step, back.why());
            case StepResult.Failed(FailureCause _, String message) -> notUndone(operation, step, message);
        }
    }

    private void notUndone(OperationRecord operation, Step step, String message) {
        LOG.warn("undoing {} failed, the steps before it are undone nevertheless: {}", step.name(), message);
        journal.powerEnds(journal.node(), Optional.of(message));
        undone(operation, step.name(), Optional.of(message));
    }

    private void undone(OperationRecord operation, String step, Optional<String> failure) {
        journal.write(op -> {
            OperationRecord next = op.atStep(operation.plan().before(step), clock.instant());
            return failure.isPresent() ? next.remembering(UNDO_FAILED, failure.get(), clock.instant()) : next;
        });
        journal.stepEnded(operation, step, failure.isPresent() ? StepOutcome.NOT_UNDONE : StepOutcome.UNDONE);
    }

    private Outcome endUndone(OperationRule rule, OperationRecord operation) {
        boolean cancelled = operation.status() == OperationStatus.CANCELLING;
        Optional<String> undoFailure = Optional.ofNullable(operation.memory().get(UNDO_FAILED));
        End end;
        if (undoFailure.isPresent()) {
            end = cancelled ? End.CANCEL_NOT_UNDONE : End.NOT_UNDONE;
        } else if (operation.memory().containsKey(DISK_WRITTEN)) {
            end = End.WRITTEN;
        } else {
            end = operation.memory().containsKey(MACHINE_TOUCHED) ? End.TOUCHED : End.UNTOUCHED;
        }
        // The failure of an undo is added to the error, so that operators see it.
        Optional<OperationFailure> failure = operation
                .failure()
                .map(why -> undoFailure
                        .map(more -> why.withMore("; and it could not be undone: " + more))
                        .orElse(why));
        OperationStatus status =
                cancelled && undoFailure.isEmpty() ? OperationStatus.CANCELLED : OperationStatus.FAILED;
        return end(rule, end, status, failure);
    }

    // ---- the end

    private Outcome end(OperationRule rule, End end, OperationStatus status, Optional<OperationFailure> failure) {
        Ending ending = rule.ending(end);
        Optional<NodeFault> fault = failure.flatMap(why -> rule.fault(why.cause()));
        Optional<NodeFault> repaired = status == OperationStatus.SUCCEEDED ? rule.fault() : Optional.empty();
        journal.end(status, failure, op -> nodeEnd(op, ending, failure, fault, repaired));
        return new Outcome(journal.current(), journal.present());
    }

    private NodeEnd nodeEnd(
            OperationRecord operation,
            Ending ending,
            Optional<OperationFailure> failure,
            Optional<NodeFault> fault,
            Optional<NodeFault> repaired) {
        List<ProvisionEvent> events = new ArrayList<>(ending.events());
        Optional<OperationRecord> next =
                ending.next().map(kind -> following(UUID.randomUUID(), kind, Optional.empty(), OperationInput.NOTHING));
        if (ending.instance() == InstanceFate.STAYS && operation.deletion().isPresent()) {
            events.add(ProvisionEvent.DELETE);
            next = operation
                    .deletion()
                    .map(wish -> following(
                            wish.id(), OperationKind.DELETE, operation.instance(), new DeleteInput(wish.requestId())));
        }
        return new NodeEnd(events, ending.instance(), next, failure.map(OperationFailure::message), fault, repaired);
    }

    private OperationRecord following(
            UUID operation, OperationKind kind, Optional<InstanceId> instance, OperationInput input) {
        return OperationRecord.begin(
                operation, node, kind, instance, input, catalogue.plan(kind, input), clock.instant());
    }

    /**
     * Ends an operation whose kind has no rules: the node gets the event {@code FAIL} if it is legal, and keeps its instance.
     */
    private Outcome endUnknownKind(OperationRecord operation) {
        NodeRecord record = journal.node();
        OperationFailure failure = new OperationFailure(
                FailureCause.OTHER,
                ErrorCode.DEPLOY_FAILED,
                "this program does not know the operation '" + operation.kind() + "' that works on node "
                        + record.name()
                        + "; the operation was ended. Check the machine, or run the program version that"
                        + " began the operation");
        LOG.error("{}", failure.message());
        boolean mayFail =
                ProvisionTable.next(record.state(), ProvisionEvent.FAIL).isPresent();
        List<ProvisionEvent> events = mayFail ? List.of(ProvisionEvent.FAIL) : List.of();
        Ending ending = new Ending(events, InstanceFate.STAYS, Optional.empty());
        journal.end(
                OperationStatus.FAILED,
                Optional.of(failure),
                op -> nodeEnd(op, ending, Optional.of(failure), Optional.empty(), Optional.empty()));
        return new Outcome(journal.current(), journal.present());
    }

    private static String unknownSteps(OperationRecord operation, List<String> unknown) {
        return "this program does not know the steps " + unknown + " of the " + operation.kind()
                + ", which another version of the program began; what can be undone is undone";
    }

    // ---- the step

    private Step step(OperationRecord operation, String name) {
        return catalogue
                .step(operation.kind(), name)
                .orElseThrow(() -> new IllegalStateException(
                        "the step '" + name + "' is unknown, although unknown steps were excluded before"));
    }

    private StepRun context(OperationRecord operation, NodeRecord record, Step step) {
        return new StepRun(
                store,
                record,
                operation.input(),
                () -> store.operations().secrets(id),
                journal,
                this,
                new StepRun.Reports() {
                    @Override
                    public void progress(double fraction) {
                        journal.progress(record, step.name(), fraction);
                    }

                    @Override
                    public void waitsForTurn(String what) {
                        journal.waitsForTurn(what);
                    }

                    @Override
                    public void powerRequested(PowerAction action) {
                        journal.powerBegins(record, action);
                    }

                    @Override
                    public void powerRecorded() {
                        journal.powerEnds(record, Optional.empty());
                    }
                });
    }

    /**
     * Runs a step, and returns its result.
     *
     * @throws InterruptedException when the operation was cancelled or parked before the step was done: its result then does
     *     not count as a failure
     */
    private StepResult call(Step step, OpenTo open, Body body) throws InterruptedException {
        StepResult result = answer(step, open, body);
        boolean interrupted = control.isParked() || (open == OpenTo.CANCELLING && isCancelled(journal.current()));
        if (interrupted && !(result instanceof StepResult.Done)) {
            throw new InterruptedException(step.name() + " was cancelled or parked");
        }
        return result;
    }

    private StepResult answer(Step step, OpenTo open, Body body) throws InterruptedException {
        try {
            return control.call(open, body);
        } catch (DriverException e) {
            if (e.code() != ErrorCode.DRIVER_NOT_READY) {
                return new StepResult.Failed(FailureCause.CONFIG, e.getMessage());
            }
            if (StoreDamage.isCauseOf(e) || isOverdue(step)) {
                return new StepResult.Failed(FailureCause.OTHER, step.name() + " failed: " + e.getMessage());
            }
            throw e;
        } catch (RuntimeException e) {
            LOG.error("step {} threw an unexpected exception", step.name(), ForeignText.cause(e));
            return new StepResult.Failed(FailureCause.OTHER, step.name() + " failed unexpectedly: " + e);
        } finally {
            journal.time().start();
        }
    }

    /** Converts a wait that exceeds the step's time limit to a failure. */
    private StepResult limited(Step step, NodeRecord record, String doing, StepResult result) {
        return result instanceof StepResult.Wait wait && isOverdue(step)
                ? new StepResult.Failed(
                        FailureCause.TIMEOUT,
                        doing + step.name() + " on " + record.name() + " waited " + inStep().toSeconds() + " s for "
                                + wait.what())
                : result;
    }

    private boolean isOverdue(Step step) {
        return inStep().compareTo(step.limit()) >= 0;
    }

    @Override
    public Duration worked() {
        return journal.time().total();
    }

    @Override
    public Duration inStep() {
        return journal.inStep();
    }

    @Override
    public Optional<Duration> sinceTakeover() {
        OperationRecord now = journal.current();
        return takeover.filter(then -> then.status() == now.status()
                        && then.step().equals(now.step())
                        && then.begun().equals(now.progress().worked().atStepBegin()))
                .map(then -> worked().minus(then.at()));
    }

    private void await(StepResult.Wait wait) throws InterruptedException {
        underway.complete(true);
        if (wait.on() == StepResult.WaitFor.TURN) {
            journal.time().stop();
        }
        try {
            control.await(wait.pollAfter());
        } finally {
            journal.time().start();
        }
    }
}
