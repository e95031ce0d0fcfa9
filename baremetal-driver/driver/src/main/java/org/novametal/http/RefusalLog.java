package org.novametal.http;

import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Logs refused requests at WARN, and at most {@value #LINES_PER_SECOND} lines a second, so that senders of bad requests
 * cannot fill the log. Safe for several threads; never blocks.
 */
public final class RefusalLog {
    /** The most lines a second. */
    public static final int LINES_PER_SECOND = 10;

    private static final long SECOND_NANOS = 1_000_000_000L;

    private final Logger log;
    private final LongSupplier clock;
    private long secondBegan;
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
        this.log = log;
        this.clock = clock;
        this.secondBegan = clock.getAsLong();
    }

    /**
     * Logs a line, unless this second has had its lines. The first line after some were omitted is preceded by one that
     * says how many.
     *
     * @param format as for SLF4J; arguments from outside are escaped by the caller
     */
    public void warn(String format, Object... arguments) {
        long before;
        synchronized (this) {
            long now = clock.getAsLong();
            if (now - secondBegan >= SECOND_NANOS) {
                secondBegan = now;
                lines = 0;
            }
            if (lines == LINES_PER_SECOND) {
                omitted++;
                return;
            }
            lines++;
            before = omitted;
            omitted = 0;
        }
        if (before > 0) {
            log.warn("{} refused requests before this one were not logged, because there were too many", before);
        }
        log.warn(format, arguments);
    }
}
