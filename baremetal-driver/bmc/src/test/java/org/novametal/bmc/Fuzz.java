package org.novametal.bmc;

import java.lang.management.ManagementFactory;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.LongStream;

/**
 * Many rounds of one trial with corrupted input. The failure of a trial contains the seed, the round and the input.
 *
 * <p>{@code -Dfuzz.seed=N} runs only that seed, instead of the fixed ones and a new one; {@code -Dfuzz.factor=N} multiplies
 * the number of rounds by N.
 */
public final class Fuzz {
    private static final long[] FIXED_SEEDS = {1, 20_240_614};

    /**
     * Memory limit of a trial: far more than any input of some kilobytes needs, including classes that are loaded
     * meanwhile.
     */
    private static final long MOST_BYTES_A_TRIAL = 32L << 20;

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Fuzz() {}

    /** A trial with one input. */
    public interface Trial {
        /**
         * Runs the trial; any exception is a failure.
         *
         * @param random for the trial's own random choices
         */
        void with(byte[] input, Random random) throws Exception;
    }

    /** The seeds to run; the last one is different each time. */
    public static LongStream seeds() {
        Long wanted = Long.getLong("fuzz.seed");
        return wanted != null
                ? LongStream.of(wanted)
                : LongStream.concat(LongStream.of(FIXED_SEEDS), LongStream.of(System.nanoTime()));
    }

    /**
     * Runs a trial with inputs of a mutator; none may allocate more than {@value #MOST_BYTES_A_TRIAL} bytes on this thread.
     */
    public static void run(long seed, int rounds, Mutator mutator, Trial trial) {
        Random random = new Random(seed);
        int all = rounds * Integer.getInteger("fuzz.factor", 1);
        for (int round = 0; round < all; round++) {
            byte[] input = mutator.next(random);
            long before = THREADS.getCurrentThreadAllocatedBytes();
            try {
                trial.with(input, random);
            } catch (Exception | Error e) {
                throw new AssertionError(described(seed, round, input), e);
            }
            long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
            if (taken > MOST_BYTES_A_TRIAL) {
                throw new AssertionError(described(seed, round, input) + " took " + taken + " bytes of memory");
            }
        }
    }

    private static String described(long seed, int round, byte[] input) {
        return "-Dfuzz.seed=" + seed + ", round " + round + ", input "
                + HexFormat.of().formatHex(input);
    }
}
