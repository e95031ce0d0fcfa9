package org.novametal.bmc.ipmi.session;

import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.SealTools;

/**
 * The random generator and the ciphers that the sessions of one thread share.
 *
 * @param random an unpredictable generator
 * @param tools the cipher and the hashes of the thread
 */
public record SessionSources(RandomGenerator random, SealTools tools) {
    /** Each pause is multiplied by a random factor from LEAST_PART to GREATEST_PART, so that sessions do not retransmit in step. */
    private static final double LEAST_PART = 0.85;

    private static final double GREATEST_PART = 1.15;
    private static final double GROWTH = 1.5;
    private static final int GROWING_TRIES = 6;

    Bytes bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return Bytes.copyOf(bytes);
    }

    /** How long to wait after the first, second, … try: each wait is 1.5 times the previous one, up to the sixth. */
    long pauseNanos(long firstNanos, int tries) {
        double grown = firstNanos * Math.pow(GROWTH, Math.min(tries, GROWING_TRIES) - 1.0);
        return (long) (grown * random.nextDouble(LEAST_PART, GREATEST_PART));
    }

    /**
     * The generator of session ids, tags and sequence numbers for one session's messages. Owned by its {@link IpmiSession}.
     */
    static final class Numbers {
        /** Six bits; 0 is left out, because some BMCs answer under 0 always. */
        private static final int LAST_REQUEST_SEQUENCE = 0x3f;

        private final IntSupplier consoleSessionIds;
        private int tag;
        private int requestSequence;

        Numbers(IntSupplier consoleSessionIds) {
            this.consoleSessionIds = consoleSessionIds;
        }

        int nextConsoleSessionId() {
            return consoleSessionIds.getAsInt();
        }

        int nextTag() {
            tag = tag + 1 & 0xff;
            return tag;
        }

        int nextRequestSequence() {
            requestSequence = requestSequence % LAST_REQUEST_SEQUENCE + 1;
            return requestSequence;
        }
    }
}
