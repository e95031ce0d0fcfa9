package org.novametal.bmc.console;

import java.time.Duration;
import java.util.Objects;

/**
 * How a {@link SharedConsole} is shared.
 *
 * @param replayBytes how much of the latest output a new reader gets, at most
 * @param readerBytes how much waits for a reader, at most; at least 4 KiB
 * @param firstPause how long the first pause before connecting again is; each further one is twice as long
 * @param longestPause the longest pause
 */
public record SharedConsoleSettings(int replayBytes, int readerBytes, Duration firstPause, Duration longestPause) {
    /** 16 KiB of replay, 256 KiB a reader, pauses of one second to one minute. */
    public static final SharedConsoleSettings DEFAULTS =
            new SharedConsoleSettings(16 * 1024, 256 * 1024, Duration.ofSeconds(1), Duration.ofMinutes(1));

    private static final int LEAST_READER_BYTES = 4096;

    /** Checks the limits. */
    public SharedConsoleSettings {
        Objects.requireNonNull(longestPause, "longestPause");
        if (replayBytes < 0 || readerBytes < LEAST_READER_BYTES) {
            throw new IllegalArgumentException("a console with " + replayBytes + " bytes of replay and " + readerBytes
                    + " a reader; the least are 0 and " + LEAST_READER_BYTES);
        }
        if (!firstPause.isPositive() || longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException("a console's pauses from " + firstPause + " to " + longestPause
                    + "; they must be more than zero, and the longest not the shorter");
        }
    }

    /** The pause after so many failures in a row, at least one. */
    Duration pause(int failures) {
        Duration pause = firstPause;
        for (int i = 1; i < failures && pause.compareTo(longestPause) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        return pause.compareTo(longestPause) < 0 ? pause : longestPause;
    }
}
