package org.novametal.http;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Decides whether a warning that a client can cause at will is due: once a minute at most. Safe for several threads. */
final class RareWarning {
    private static final long INTERVAL_NANOS = 60_000_000_000L;

    private final LongSupplier nanoTime;
    private final AtomicLong last;

    RareWarning(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.last = new AtomicLong(nanoTime.getAsLong() - INTERVAL_NANOS);
    }

    boolean isDue() {
        long now = nanoTime.getAsLong();
        long before = last.get();
        return now - before >= INTERVAL_NANOS && last.compareAndSet(before, now);
    }
}
