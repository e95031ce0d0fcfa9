package org.novametal.bmc.console;

import java.time.Duration;
import java.util.Objects;

/**
 * Buffer sizes and pauses of a {@link SharedConsole}.
 *
 * @param replayBytes maximum number of bytes of the latest output that a new reader gets
 * @param readerBytes maximum number of bytes queued for a reader; at least 4 KiB
 * @param firstPause the first pause before connecting again; each further pause is twice as long
 * @param longestPause the longest pause
 */
public record SharedConsoleSettings(int replayBytes, int readerBytes, Duration firstPause, Duration longestPause) {
    /** 16 KiB of replay, 256 KiB per reader, pauses of one second to one minute. */
    public static final SharedConsoleSettings DEFAULTS =
            new SharedConsoleSettings(16 * 1024, 256 * 1024, Duration.ofSeconds(1), Duration.ofMinutes(1));

    private static final int LEAST_READER_BYTES = 4096;

    /** Checks the limits. */
    public SharedConsoleSettings {
        Objects.requireNonNull(longestPause, "longestPause");
        if (replayBytes < 0 || readerBytes < LEAST_READER_BYTES) {
            throw new IllegalArgumentException("a console with " + replayBytes + " bytes of replay and " + readerBytes
                    + " bytes per reader; the minimum is 0 and " + LEAST_READER_BYTES);
        }
        if (!firstPause.isPositive() || longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException("a console's pauses from " + firstPause + " to " + longestPause
                    + "; they must be positive, and the longest at least as long as the first");
        }
    }

    /** The pause after a number of consecutive failures, at least one. */
    Duration pause(int failures) {
        Duration pause = firstPause;
        for (int i = 1; i < failures && pause.compareTo(longestPause) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        return pause.compareTo(longestPause) < 0 ? pause : longestPause;
    }
}
