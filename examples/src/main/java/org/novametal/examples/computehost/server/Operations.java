package org.novametal.examples.computehost.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.InstanceOperation;
import org.novametal.driver.model.InstanceOperation.Failure;
import org.novametal.driver.model.InstanceOperation.Phase;
import org.novametal.driver.model.OperationRequest;
import org.novametal.driver.model.RequestContext;
import org.novametal.examples.computehost.wire.OperationDocument;
import org.novametal.examples.computehost.wire.OperationKey;
import org.novametal.examples.computehost.wire.OperationKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operations that callers begin, wait for and cancel, each by its key.
 *
 * <p>A spawn, rebuild or destroy is an operation in the driver's store: it continues after a restart, and its key is found there
 * again by request id and kind. The other kinds run in this process on a virtual thread and end with it. A repeated request with
 * the same key and body joins the operation, also after its end, until another operation of the instance begins. A failed
 * operation does not stop a request with the same key and another body: a compute service tries the next node under the same
 * request id.
 *
 * <p>A waiting caller holds no platform thread. Thread-safe: the entries are guarded by one lock, which is never held during a
 * call of the driver; requests for one instance are put in order by that instance's lock.
 */
final class Operations {
    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);

    /** How long the end of an operation is kept for callers that come back. */
    private static final Duration KEPT = Duration.ofHours(1);

    /** How many operations of one instance are kept; those that have not ended are kept in any case. */
    private static final int MOST_KEPT = 16;

    /** One wait of the watch; it is repeated until the operation ends. */
    private static final Duration WATCH = Duration.ofMinutes(10);

    /** The pause before the watch asks a driver again whose store does not answer. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** The work of an operation that runs in this process. */
    @FunctionalInterface
    interface Work {
        void run() throws InterruptedException;
    }

    /** The operations of one instance. */
    private static final class OfInstance {
        final ReentrantLock requests = new ReentrantLock();

        /** The newest one last. */
        final List<OperationEntry> entries = new ArrayList<>();
    }

    private final ComputeDriver driver;
    private final InstantSource clock;

    /** Guarded by itself. */
    private final Map<InstanceId, OfInstance> byInstance = new HashMap<>();

    private volatile boolean closed;

    Operations(ComputeDriver driver, InstantSource clock) {
        this.driver = driver;
        this.clock = clock;
    }

    /** Begins a spawn, rebuild or destroy, or joins it. */
    OperationDocument submit(OperationKey key, RequestContext context, OperationRequest request, JsonNode body) {
        InstanceId instance = request.instance().id();
        Fingerprint fingerprint = Fingerprint.of(body);
        return inOrder(instance, here -> {
            Optional<OperationEntry> joined = join(here, instance, key, fingerprint);
            if (joined.isPresent()) {
                return current(instance, joined.get());
            }
            InstanceOperation operation = driver.submit(context, request);
            if (!operation.isFinished() && !isOf(key, operation)) {
                throw inProgress(key, instance, operation);
            }
            OperationEntry entry = new OperationEntry(OperationDocument.of(key, operation), Optional.of(fingerprint));
            add(here, entry);
            watch(instance, operation, entry);
            return entry.known();
        });
    }

    /**
     * Begins work that runs in this process, or joins it.
     *
     * @param failure the code of a failure that is not the driver's
     */
    OperationDocument run(OperationKey key, InstanceId instance, JsonNode body, ErrorCode failure, Work work) {
        Fingerprint fingerprint = Fingerprint.of(body);
        return inOrder(instance, here -> {
            Optional<OperationEntry> joined = join(here, instance, key, fingerprint);
            if (joined.isPresent()) {
                return current(instance, joined.get());
            }
            OperationEntry entry = new OperationEntry(
                    OperationDocument.running(key, instance, clock.instant()), Optional.of(fingerprint));
            add(here, entry);
            Thread thread = Thread.ofVirtual()
                    .name("operation-" + key)
                    .unstarted(() -> entry.finish(outcome(entry.known(), failure, work), clock.instant()));
            entry.workedBy(thread);
            thread.start();
            return entry.known();
        });
    }

    /**
     * The state of an operation, once it has ended or the wait is over.
     *
     * @throws RefusedCall when there is no such operation, or this process stops
     */
    OperationDocument await(InstanceId instance, OperationKey key, Duration wait) throws InterruptedException {
        OperationEntry entry = find(instance, key);
        Optional<OperationDocument> end = entry.await(wait);
        return end.isPresent() ? end.get() : current(instance, entry);
    }

    /** The key of the newest operation of an instance that this process or the driver knows, and its state. */
    Optional<OperationDocument> newest(InstanceId instance) {
        Optional<OperationEntry> entry = newestEntry(of(instance));
        if (entry.isPresent()) {
            return Optional.of(current(instance, entry.get()));
        }
        return driver.progress(instance)
                .flatMap(operation -> keyOf(operation).map(key -> OperationDocument.of(key, operation)));
    }

    /** Cancels an operation: a spawn or rebuild is undone, work in this process is interrupted, a destroy continues. */
    OperationDocument cancel(InstanceId instance, OperationKey key) {
        OperationEntry entry = find(instance, key);
        switch (key.kind()) {
            case SPAWN, REBUILD -> {
                if (!entry.isFinished()
                        && driver.progress(instance)
                                .filter(newest -> isOf(key, newest))
                                .isPresent()) {
                    driver.cancel(instance);
                }
            }
            case DESTROY -> {}
            case POWER_ON, POWER_OFF, REBOOT, RESCUE, UNRESCUE, ATTACH_INTERFACE, DETACH_INTERFACE -> entry.interrupt();
        }
        return current(instance, entry);
    }

    /** Ends all waits with {@code HOST_UNAVAILABLE}. The operations of the driver continue until it is closed. */
    void close() {
        closed = true;
        List<OperationEntry> all = new ArrayList<>();
        synchronized (byInstance) {
            byInstance.values().forEach(here -> all.addAll(here.entries));
        }
        all.forEach(entry -> entry.abandon(RefusedCall.closing()));
    }

    // ---- finding and joining

    private OfInstance of(InstanceId instance) {
        synchronized (byInstance) {
            return byInstance.computeIfAbsent(instance, id -> new OfInstance());
        }
    }

    private interface Request {
        OperationDocument handle(OfInstance here);
    }

    private OperationDocument inOrder(InstanceId instance, Request request) {
        forgetOld();
        while (true) {
            OfInstance here = of(instance);
            here.requests.lock();
            try {
                if (isCurrent(instance, here)) {
                    return request.handle(here);
                }
            } finally {
                here.requests.unlock();
            }
        }
    }

    /** Whether these are still the instance's operations: the last of them may have been forgotten meanwhile. */
    private boolean isCurrent(InstanceId instance, OfInstance here) {
        synchronized (byInstance) {
            return byInstance.get(instance) == here;
        }
    }

    private Optional<OperationEntry> newestEntry(OfInstance here) {
        synchronized (byInstance) {
            return here.entries.isEmpty() ? Optional.empty() : Optional.of(here.entries.getLast());
        }
    }

    private void add(OfInstance here, OperationEntry entry) {
        synchronized (byInstance) {
            here.entries.removeIf(former -> former.isFinished() && former.key().equals(entry.key()));
            here.entries.add(entry);
            for (int i = 0; here.entries.size() > MOST_KEPT && i < here.entries.size(); ) {
                if (here.entries.get(i).isFinished()) {
                    here.entries.remove(i);
                } else {
                    i++;
                }
            }
        }
        if (closed) {
            entry.abandon(RefusedCall.closing());
        }
    }

    /**
     * The operation that a request with this key joins; empty when it begins a new one.
     *
     * @throws RefusedCall when the key was used for another request, or another operation is under way
     */
    private Optional<OperationEntry> join(
            OfInstance here, InstanceId instance, OperationKey key, Fingerprint fingerprint) {
        Optional<OperationEntry> newest = newestEntry(here);
        if (newest.isPresent() && newest.get().key().equals(key)) {
            OperationEntry entry = newest.get();
            if (entry.isSame(fingerprint)) {
                return newest;
            }
            if (!entry.isFinished() || entry.known().phase() == Phase.SUCCEEDED) {
                throw RefusedCall.keyConflict("the operation " + key + " of instance " + instance
                        + " was begun with another body; give each request a separate id");
            }
        } else if (newest.isPresent()
                && !newest.get().isFinished()
                && mustWait(key.kind(), newest.get().key().kind())) {
            throw RefusedCall.inProgress(
                    newest.get().key(),
                    "instance " + instance + " has the operation "
                            + newest.get().key() + " under way, so " + key + " cannot begin; wait for its end");
        }
        Optional<InstanceOperation> stored = driver.progress(instance);
        if (newest.isEmpty() && stored.filter(operation -> isOf(key, operation)).isPresent()) {
            return Optional.of(adopt(here, instance, key, stored.get()));
        }
        if (stored.isPresent() && !stored.get().isFinished() && !isOf(key, stored.get())) {
            Optional<OperationKey> other = keyOf(stored.get());
            if (other.isPresent() && mustWait(key.kind(), other.get().kind())) {
                throw inProgress(key, instance, stored.get());
            }
        }
        return Optional.empty();
    }

    /** Whether work of a kind must not begin while work of another key is under way: a destroy only waits for a destroy. */
    private static boolean mustWait(OperationKind wanted, OperationKind underWay) {
        return wanted != OperationKind.DESTROY || underWay == OperationKind.DESTROY;
    }

    private static RefusedCall inProgress(OperationKey key, InstanceId instance, InstanceOperation operation) {
        String message = "instance " + instance + " has another operation under way: " + operation + ", so " + key
                + " cannot begin; wait for its end";
        return keyOf(operation)
                .map(other -> RefusedCall.inProgress(other, message))
                .orElseGet(() -> RefusedCall.of(new DriverException(ErrorCode.OPERATION_IN_PROGRESS, message)));
    }

    private static boolean isOf(OperationKey key, InstanceOperation operation) {
        return key.requestId().equals(operation.requestId()) && key.kind().is(operation.kind());
    }

    /** The key of an operation in the driver's store; empty for work that no caller of this interface can begin. */
    private static Optional<OperationKey> keyOf(InstanceOperation operation) {
        for (OperationKind kind : OperationKind.values()) {
            if (kind.is(operation.kind())) {
                return OperationKey.find(operation.requestId(), kind);
            }
        }
        return Optional.empty();
    }

    private OperationEntry find(InstanceId instance, OperationKey key) {
        OfInstance here = of(instance);
        synchronized (byInstance) {
            for (OperationEntry entry : here.entries.reversed()) {
                if (entry.key().equals(key)) {
                    return entry;
                }
            }
        }
        InstanceOperation stored = driver.progress(instance)
                .filter(operation -> isOf(key, operation))
                .orElseThrow(() -> RefusedCall.operationNotFound("there is no operation " + key + " of instance "
                        + instance + "; it never began, or it ended long ago"));
        return adopt(here, instance, key, stored);
    }

    /** Adds an operation that an earlier process or another program began. */
    private OperationEntry adopt(OfInstance here, InstanceId instance, OperationKey key, InstanceOperation stored) {
        OperationEntry entry = new OperationEntry(OperationDocument.of(key, stored), Optional.empty());
        synchronized (byInstance) {
            for (OperationEntry other : here.entries) {
                if (other.key().equals(key)) {
                    return other;
                }
            }
            here.entries.add(entry);
        }
        if (closed) {
            entry.abandon(RefusedCall.closing());
        }
        watch(instance, stored, entry);
        return entry;
    }

    /** The present state: that of the driver as long as the operation is its newest. */
    private OperationDocument current(InstanceId instance, OperationEntry entry) {
        if (entry.isFinished() || !entry.key().kind().isStored()) {
            return entry.known();
        }
        return driver.progress(instance)
                .filter(operation -> isOf(entry.key(), operation))
                .map(operation -> OperationDocument.of(entry.key(), operation))
                .orElseGet(entry::known);
    }

    private void forgetOld() {
        Instant before = clock.instant().minus(KEPT);
        synchronized (byInstance) {
            byInstance
                    .values()
                    .removeIf(here -> !here.requests.isLocked()
                            && here.entries.stream()
                                    .allMatch(entry -> entry.endedAt()
                                            .filter(before::isAfter)
                                            .isPresent()));
        }
    }

    // ---- ends

    private OperationDocument outcome(OperationDocument begun, ErrorCode failure, Work work) {
        try {
            work.run();
            return begun.succeeded();
        } catch (InterruptedException e) {
            return begun.failed(
                    Phase.CANCELLED, new Failure(ErrorCode.CANCELLED, begun.key() + " was cancelled by its caller"));
        } catch (DriverException e) {
            LOG.info("{} of instance {} failed: {}", begun.key(), begun.instance(), e.getMessage());
            return begun.failed(Phase.FAILED, new Failure(e.code(), e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("{} of instance {} failed unexpectedly", begun.key(), begun.instance(), e);
            return begun.failed(
                    Phase.FAILED,
                    new Failure(
                            failure, begun.key() + " failed unexpectedly; the log of the compute host has the reason"));
        }
    }

    /** Waits for the end of an operation in the driver's store on a virtual thread. */
    private void watch(InstanceId instance, InstanceOperation operation, OperationEntry entry) {
        if (operation.isFinished()) {
            entry.finish(OperationDocument.of(entry.key(), operation), clock.instant());
            return;
        }
        Thread thread = Thread.ofVirtual()
                .name("watch-" + entry.key())
                .unstarted(() -> watchToItsEnd(instance, operation.id(), entry));
        thread.start();
    }

    private void watchToItsEnd(InstanceId instance, UUID id, OperationEntry entry) {
        boolean failedBefore = false;
        while (!closed) {
            try {
                Optional<InstanceOperation> state = driver.await(instance, WATCH);
                if (state.isEmpty() || !state.get().id().equals(id)) {
                    entry.finish(replaced(entry), clock.instant());
                    return;
                }
                if (state.get().isFinished()) {
                    entry.finish(OperationDocument.of(entry.key(), state.get()), clock.instant());
                    return;
                }
                failedBefore = false;
            } catch (InterruptedException e) {
                entry.abandon(RefusedCall.closing());
                return;
            } catch (RuntimeException e) {
                if (e instanceof DriverException failure && failure.code() == ErrorCode.HOST_UNAVAILABLE) {
                    entry.abandon(RefusedCall.of(failure));
                    return;
                }
                if (!failedBefore) {
                    LOG.warn(
                            "the end of {} of instance {} cannot be awaited now; trying again",
                            entry.key(),
                            instance,
                            e);
                }
                failedBefore = true;
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            // The next wait ends at once by the flag.
            Thread.currentThread().interrupt();
        }
    }

    private static OperationDocument replaced(OperationEntry entry) {
        return entry.known()
                .failed(
                        Phase.CANCELLED,
                        new Failure(ErrorCode.CANCELLED, entry.key() + " was replaced by a later operation"));
    }
}
