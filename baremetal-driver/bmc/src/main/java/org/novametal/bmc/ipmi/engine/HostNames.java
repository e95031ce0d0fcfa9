package org.novametal.bmc.ipmi.engine;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Resolves host names on a few threads: the system's resolver blocks, and cannot be interrupted. Idle threads end after a
 * few seconds. Safe for several threads.
 */
public final class HostNames implements AutoCloseable {
    private static final int THREADS = 4;
    private static final long IDLE_SECONDS = 5;

    private final Lookup lookup;
    private final ThreadPoolExecutor threads;

    /** Looks up the address of a name; may block. */
    public interface Lookup {
        /** The first address of a name. */
        InetAddress byName(String name) throws UnknownHostException;
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
        try {
            threads.execute(() -> found.accept(byName(name)));
        } catch (RejectedExecutionException e) {
            // Closed: the caller is being closed too.
            return;
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
