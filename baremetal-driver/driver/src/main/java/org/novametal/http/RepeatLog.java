package org.novametal.http;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Logs at INFO what clients may do again and again, such as a request that is answered: the first line of a subject at once,
 * then at most one a minute, with the number of those that were omitted. A client that repeats its request cannot fill the log,
 * and hides only its own lines. Safe for several threads; never blocks.
 */
public final class RepeatLog {
    /** The time between two lines of a subject. */
    public static final Duration INTERVAL = Duration.ofMinutes(1);

    /** How many subjects are remembered; the one that was logged least recently is forgotten. */
    static final int MAX_SUBJECTS = 10_000;

    private final Logger log;
    private final LongSupplier clock;

    /** Guarded by this object; in the order of use. */
    private final Map<String, Subject> subjects = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Subject> eldest) {
            return size() > MAX_SUBJECTS;
        }
    };

    private static final class Subject {
        private final long loggedAt;
        private long omitted;

        Subject(long loggedAt) {
            this.loggedAt = loggedAt;
        }
    }

    /** Logs to this logger. */
    public RepeatLog(Logger log) {
        this(log, System::nanoTime);
    }

    /**
     * Logs with the caller's clock.
     *
     * @param clock monotonic nanoseconds
     */
    public RepeatLog(Logger log, LongSupplier clock) {
        this.log = log;
        this.clock = clock;
    }

    /**
     * Logs a line, unless there was one about the subject within the last minute.
     *
     * @param subject what the line is about: no part of it may be a client's choice without a bound
     * @param line the text; the parts from outside are escaped by the caller
     */
    public void info(String subject, String line) {
        long omitted;
        synchronized (this) {
            long now = clock.getAsLong();
            Subject before = subjects.get(subject);
            if (before != null && now - before.loggedAt < INTERVAL.toNanos()) {
                before.omitted++;
                return;
            }
            omitted = before == null ? 0 : before.omitted;
            subjects.put(subject, new Subject(now));
        }
        if (omitted > 0) {
            log.info("{} ({} more since the line before)", line, omitted);
        } else {
            log.info("{}", line);
        }
    }
}
