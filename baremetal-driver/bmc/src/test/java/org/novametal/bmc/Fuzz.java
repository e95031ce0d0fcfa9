package org.novametal.bmc;

import java.lang.management.ManagementFactory;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.LongStream;

/**
 * Many rounds of one trial with spoilt input. A trial that fails tells the seed, the round and the input.
 *
 * <p>{@code -Dfuzz.seed=N} runs that seed alone, in place of the fixed ones and a fresh one; {@code -Dfuzz.factor=N} makes N
 * rounds of each.
 */
public final class Fuzz {
    private static final long[] FIXED_SEEDS = {1, 20_240_614};

    /** Far more than any input of some kilobytes needs, classes that are loaded meanwhile included. */
    private static final long MOST_BYTES_A_TRIAL = 32L << 20;

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Fuzz() {}

    /** What is tried with an input. */
    public interface Trial {
        /**
         * Fails by any exception.
         *
         * @param random for what the trial chooses itself
         */
        void with(byte[] input, Random random) throws Exception;
    }

    /** The seeds to run; the last one is another one each time. */
    public static LongStream seeds() {
        Long wanted = Long.getLong("fuzz.seed");
        return wanted != null
                ? LongStream.of(wanted)
                : LongStream.concat(LongStream.of(FIXED_SEEDS), LongStream.of(System.nanoTime()));
    }

    /** Runs a trial with inputs of a mutator; on this thread, none may take more than {@value #MOST_BYTES_A_TRIAL} bytes. */
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
