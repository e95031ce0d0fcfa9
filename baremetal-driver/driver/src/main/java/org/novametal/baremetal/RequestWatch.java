package org.novametal.baremetal;

import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.novametal.baremetal.operation.MachineCommand;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.provision.Provisioner;
import org.novametal.baremetal.store.HostStore.HostRecord;
import org.novametal.baremetal.store.Store;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.model.HostName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins the operations that are requested in the store, by this or another process, and records that this host lives.
 *
 * <p>One platform thread looks every {@link #INTERVAL}: first at the database's counter of changes, where it has one, and only
 * if that has changed at the requested operations.
 */
final class RequestWatch implements AutoCloseable {
    /** How often the store is looked at. */
    static final Duration INTERVAL = Duration.ofMillis(250);

    /** How often the heartbeat of this host is written. */
    static final Duration HEARTBEAT = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(RequestWatch.class);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final Store store;
    private final Provisioner provisioner;
    private final MachineCommands commands;
    private final InstantSource clock;
    private final HostRecord host;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().name("request-watch").daemon(true).unstarted(this::run);

    private OptionalLong seen = OptionalLong.empty();
    private Instant beatAt;
    private boolean failing;

    RequestWatch(Store store, Provisioner provisioner, MachineCommands commands, InstantSource clock, HostName name) {
        this.store = store;
        this.provisioner = provisioner;
        this.commands = commands;
        this.clock = clock;
        Instant now = clock.instant();
        this.host = new HostRecord(name, bootId(), ProcessHandle.current().pid(), now, now);
        this.beatAt = now;
    }

    /** Identifies the boot of this machine; empty where the system does not tell it. Source: Linux, random(4). */
    static String bootId() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            LOG.debug("this system has no id of its boot", e);
            return "";
        }
    }

    /** Announces the host and starts the thread. */
    void start() {
        store.hosts().announce(host);
        thread.start();
    }

    private void run() {
        try {
            while (!stop.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            LOG.debug("the watch for requests was interrupted", e);
        }
    }

    /** Looks once. */
    void look() {
        try {
            beat();
            OptionalLong mark = store.operations().requestMark();
            if (mark.isEmpty() || !mark.equals(seen)) {
                store.operations().requested().forEach(this::take);
                provisioner.cancelAsRequested();
                seen = mark;
            }
            failing = false;
        } catch (DriverException e) {
            if (!failing) {
                LOG.warn("the requested operations cannot be read; this is tried again: {}", e.getMessage());
            }
            failing = true;
        } catch (RuntimeException e) {
            LOG.error("the watch for requested operations failed; it goes on", e);
        }
    }

    private void take(OperationRecord request) {
        request.restoredAt()
                .ifPresent(at -> LOG.warn(
                        "the request {} for the {} of node {} comes from the backup that was restored at {}; it may have been"
                                + " carried out after the backup was made",
                        request.id(),
                        request.kind(),
                        request.node(),
                        at));
        if (MachineCommand.isKind(request.kind())) {
            commands.take(request);
            return;
        }
        LOG.info(
                "the {} of node {} was requested by {}",
                request.kind(),
                request.node(),
                request.requestedBy().orElse("another process"));
        provisioner.take(request);
    }

    private void beat() {
        Instant now = clock.instant();
        if (Duration.between(beatAt, now).abs().compareTo(HEARTBEAT) < 0) {
            return;
        }
        beatAt = now;
        if (!store.hosts().heartbeat(host, now)) {
            LOG.warn("another process has announced host {}, which this process still is", host.name());
        }
    }

    /** Ends the thread and withdraws the host. */
    @Override
    public void close() {
        stop.countDown();
        Uninterruptibles.joinUninterruptibly(thread, CLOSE_LIMIT);
        if (thread.isAlive()) {
            LOG.warn("the watch for requested operations did not end within {}", CLOSE_LIMIT);
        }
        try {
            store.hosts().withdraw(host);
        } catch (DriverException e) {
            LOG.warn("this host could not be withdrawn; it counts as dead soon: {}", e.getMessage());
        }
    }
}
