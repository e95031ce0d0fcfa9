package org.novametal.bmc.redfish;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * What the connections of one factory share: limits of the requests that are under way, their deadlines, and the end of idle
 * connections. Thread-safe. It has no thread: while requests are under way or connections idle, timers of the Java runtime are
 * set.
 */
final class HttpTraffic implements AutoCloseable {
    /** Maximum number of concurrent requests; further ones wait within their time limits. */
    private static final int MOST_REQUESTS = 2048;

    /** Maximum number of concurrent requests to one host, which may be the service of a whole rack of systems. */
    private static final int MOST_REQUESTS_OF_HOST = 32;

    /** The part of the idle time after which connections are looked at again. */
    private static final int CHECKS = 5;

    private static final Executor VIRTUAL =
            task -> Thread.ofVirtual().name("redfish-idle").start(task);

    private final LongSupplier clock;
    private final Duration idle;
    private final Deadlines deadlines = new Deadlines(System::nanoTime);
    private final HttpTurns turns = new HttpTurns(MOST_REQUESTS, deadlines);
    private final Cache<String, HttpTurns> turnsOfHosts =
            CacheBuilder.newBuilder().weakValues().build();
    private final Set<HttpLine> lines = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean isScheduled = new AtomicBoolean();
    private volatile boolean isClosed;

    /**
     * Creates the traffic of no connection.
     *
     * @param clock monotonic nanoseconds
     * @param idle how long a connection is kept idle
     */
    HttpTraffic(LongSupplier clock, Duration idle) {
        this.clock = clock;
        this.idle = idle;
    }

    /** The turns of a host's requests, which all lines to that host share. */
    HttpTurns turnsOf(String host) {
        return turnsOfHosts.asMap().computeIfAbsent(host, _ -> new HttpTurns(MOST_REQUESTS_OF_HOST, deadlines));
    }

    void add(HttpLine line) {
        lines.add(line);
    }

    void remove(HttpLine line) {
        lines.remove(line);
    }

    /** The deadlines of all requests. */
    Deadlines deadlines() {
        return deadlines;
    }

    /** Waits for a turn; each turn must be given back by {@link #leave}. */
    boolean enter(HttpTurns hostTurns, long deadline) throws InterruptedException {
        if (!hostTurns.enter(deadline - clock.getAsLong())) {
            return false;
        }
        boolean isEntered = false;
        try {
            isEntered = turns.enter(deadline - clock.getAsLong());
            return isEntered;
        } finally {
            if (!isEntered) {
                hostTurns.leave();
            }
        }
    }

    void leave(HttpTurns hostTurns) {
        turns.leave();
        hostTurns.leave();
    }

    /** Makes sure that connections that stay idle are closed. */
    void closeIdleLater() {
        if (!isClosed && !isScheduled.get() && isScheduled.compareAndSet(false, true)) {
            CompletableFuture.delayedExecutor(Math.max(1, idle.toMillis() / CHECKS), TimeUnit.MILLISECONDS, VIRTUAL)
                    .execute(this::closeIdle);
        }
    }

    private void closeIdle() {
        isScheduled.set(false);
        long since = clock.getAsLong() - idle.toNanos();
        boolean isAnyLeft = false;
        for (HttpLine line : lines) {
            isAnyLeft |= line.closeIdle(since);
        }
        if (isAnyLeft) {
            closeIdleLater();
        }
    }

    /** Sets no timer any more. */
    @Override
    public void close() {
        isClosed = true;
    }
}
