package org.novametal.bmc.ipmi.engine;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Resolves host names on a few threads: the system's resolver blocks, and cannot be interrupted. Each DNS zone, which is the
 * part of a name behind its first dot, has a few of the threads, so that the names of a zone whose server is dead do not keep
 * others waiting; a zone that failed has fewer. Idle threads end after a few seconds. Safe for several threads; the zones are
 * guarded by this object.
 */
public final class HostNames implements AutoCloseable {
    private static final int THREADS = 64;
    /** How many look-ups of one zone are made at once. */
    private static final int OF_A_ZONE = 4;
    /** The same for a zone whose last look-up failed. */
    private static final int OF_A_FAILING_ZONE = 2;

    private static final long IDLE_SECONDS = 5;

    private final Lookup lookup;
    private final ThreadPoolExecutor threads;
    private final Map<String, Zone> zones = new HashMap<>();

    /** Looks up the address of a name; may block. */
    public interface Lookup {
        /** The first address of a name. */
        InetAddress byName(String name) throws UnknownHostException;
    }

    /** The look-ups of one zone; forgotten when none is left and the last one succeeded. */
    private static final class Zone {
        private final Queue<Runnable> waiting = new ArrayDeque<>();
        private int running;
        private boolean isFailing;

        boolean hasRoom() {
            return running < (isFailing ? OF_A_FAILING_ZONE : OF_A_ZONE);
        }
    }

    /** A resolver with the given lookup. */
    public HostNames(Lookup lookup) {
        this.lookup = lookup;
        this.threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name("ipmi-names-", 0).daemon().factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /** A resolver with the system's lookup. */
    public static HostNames ofSystem() {
        return new HostNames(InetAddress::getByName);
    }

    /** Parses an IP address without a lookup; empty for a host name. */
    static Optional<InetAddress> literal(String host) {
        try {
            return Optional.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * Looks a name up.
     *
     * @param found called on a thread of the pool, with empty where the name has no address; never called for a look-up
     *     that starts after {@link #close}
     */
    void resolve(String name, Consumer<Optional<InetAddress>> found) {
        String zoneName = name.substring(name.indexOf('.') + 1);
        synchronized (this) {
            Zone zone = zones.computeIfAbsent(zoneName, _ -> new Zone());
            zone.waiting.add(() -> {
                Optional<InetAddress> address = Optional.empty();
                try {
                    address = byName(name);
                } finally {
                    ended(zoneName, zone, address.isPresent());
                }
                found.accept(address);
            });
            start(zone);
        }
    }

    private synchronized void ended(String zoneName, Zone zone, boolean succeeded) {
        zone.running--;
        zone.isFailing = !succeeded;
        start(zone);
        if (succeeded && zone.running == 0 && zone.waiting.isEmpty()) {
            zones.remove(zoneName, zone);
        }
    }

    private synchronized void start(Zone zone) {
        while (zone.hasRoom() && !zone.waiting.isEmpty()) {
            zone.running++;
            try {
                threads.execute(zone.waiting.remove());
            } catch (RejectedExecutionException e) {
                // Closed: the callers are being closed too.
                zone.waiting.clear();
                return;
            }
        }
    }

    private Optional<InetAddress> byName(String name) {
        try {
            return Optional.of(lookup.byName(name));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /**
     * Drops look-ups that have not started. A look-up in progress continues on its thread until the system's resolver
     * returns.
     */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
