package org.novametal.http;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Logs at WARN what clients can cause at will, such as refused requests, and at most {@value #LINES_PER_SECOND} lines a second,
 * or {@linkplain #rare one a minute}, so that they cannot fill the log. Safe for several threads; never blocks.
 */
public final class RefusalLog {
    /** The most lines a second. */
    public static final int LINES_PER_SECOND = 10;

    private final Logger log;
    private final LongSupplier clock;
    private final int most;
    private final Duration interval;
    private long intervalBegan;
    private int lines;
    private long omitted;

    /** Logs to this logger. */
    public RefusalLog(Logger log) {
        this(log, System::nanoTime);
    }

    /**
     * Logs with the caller's clock.
     *
     * @param clock monotonic nanoseconds
     */
    public RefusalLog(Logger log, LongSupplier clock) {
        this(log, clock, LINES_PER_SECOND, Duration.ofSeconds(1));
    }

    private RefusalLog(Logger log, LongSupplier clock, int most, Duration interval) {
        this.log = log;
        this.clock = clock;
        this.most = most;
        this.interval = interval;
        this.intervalBegan = clock.getAsLong();
    }

    /** Logs one line a minute: for a warning that says the same each time. */
    static RefusalLog rare(Logger log, LongSupplier clock) {
        return new RefusalLog(log, clock, 1, Duration.ofMinutes(1));
    }

    /**
     * Logs a line, unless this second or minute has had its lines. The first line after some were omitted is preceded by one that
     * says how many.
     *
     * @param format as for SLF4J; arguments from outside are escaped by the caller
     */
    public void warn(String format, Object... arguments) {
        long before;
        synchronized (this) {
            long now = clock.getAsLong();
            if (now - intervalBegan >= interval.toNanos()) {
                intervalBegan = now;
                lines = 0;
            }
            if (lines == most) {
                omitted++;
                return;
            }
            lines++;
            before = omitted;
            omitted = 0;
        }
        if (before > 0) {
            log.warn("{} warnings before this one were not logged, because there were too many", before);
        }
        log.warn(format, arguments);
    }
}
