package org.novametal.bmc.ipmi.codec;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * The data of Chassis Identify: how long the machine identifies itself.
 *
 * <pre>
 *   0                        1 (optional)
 *  +------------------------+------------------+
 *  | seconds, 0 stops it;   | bit 0: until it  |
 *  | left out: 15           | is stopped       |
 *  +------------------------+------------------+
 * </pre>
 *
 * <p>Source: IPMI 2.0 §28.5, table 28-6.
 */
public final class IdentifyInterval {
    /** No time limit: identify until stopped. */
    public static final Duration UNTIL_STOPPED = ChronoUnit.FOREVER.getDuration();

    private static final Duration DEFAULT = Duration.ofSeconds(15);
    private static final int LONGEST_SECONDS = 255;

    private IdentifyInterval() {}

    /**
     * The request's data.
     *
     * @param interval rounded up to seconds; zero or less stops it, more than 255 seconds is {@link #UNTIL_STOPPED}
     */
    public static Bytes encode(Duration interval) {
        if (interval.compareTo(Duration.ofSeconds(LONGEST_SECONDS)) > 0) {
            // An IPMI 1.5 BMC does not know the second byte and identifies the machine for the longest possible time.
            return Bytes.of(LONGEST_SECONDS, 0x01);
        }
        long seconds = interval.plusNanos(999_999_999).toSeconds();
        return Bytes.of((int) Math.max(0, seconds));
    }

    /**
     * Reads the request's data.
     *
     * @return whole seconds, zero to stop it, or {@link #UNTIL_STOPPED}
     * @throws MalformedMessageException when it is more than two bytes
     */
    public static Duration decode(Bytes data) {
        ByteReader reader = new ByteReader("chassis identify", data);
        Duration interval = reader.remaining() == 0 ? DEFAULT : Duration.ofSeconds(reader.unsigned8());
        boolean isUntilStopped = reader.remaining() > 0 && (reader.unsigned8() & 0x01) != 0;
        reader.end();
        return isUntilStopped ? UNTIL_STOPPED : interval;
    }
}
