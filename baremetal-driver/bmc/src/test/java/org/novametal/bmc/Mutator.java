package org.novametal.bmc;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Corrupts messages as networks and broken peers do: cuts and extends them, flips bits, sets bytes and numbers to their
 * limits or to correct or nearly correct lengths, and joins pieces of several messages. Occasionally a message stays
 * intact, or is completely random. The same random numbers give the same result.
 */
public final class Mutator {
    private static final int[] LIMITS = {0, 1, 0x0f, 0x10, 0x7f, 0x80, 0xfe, 0xff};
    private static final int MOST_CHANGES = 4;
    private static final int LONGEST_EXTENSION = 80;
    /** Limit of the length after several changes: smaller than a datagram. */
    private static final int LONGEST = 60_000;

    private final List<byte[]> corpus;
    private final List<byte[]> words;

    /** Creates a mutator of messages. */
    public Mutator(List<byte[]> corpus) {
        this(corpus, List.of());
    }

    /**
     * Creates a mutator of messages that contain keywords.
     *
     * @param words keywords that are inserted anywhere
     */
    public Mutator(List<byte[]> corpus, List<byte[]> words) {
        this.corpus = List.copyOf(corpus);
        this.words = List.copyOf(words);
    }

    /** A corrupted message. */
    public byte[] next(Random random) {
        if (random.nextInt(20) == 0) {
            return chance(random, LONGEST_EXTENSION);
        }
        return spoil(any(corpus, random), random);
    }

    /** The given message, corrupted. */
    public byte[] spoil(byte[] message, Random random) {
        byte[] bytes = message.clone();
        for (int changes = random.nextInt(MOST_CHANGES + 1); changes > 0; changes--) {
            byte[] changed = changed(bytes, random);
            bytes = changed.length > LONGEST ? Arrays.copyOf(changed, LONGEST) : changed;
        }
        return bytes;
    }

    private byte[] changed(byte[] bytes, Random random) {
        int at = random.nextInt(bytes.length + 1);
        byte[] changed = bytes.clone();
        switch (random.nextInt(words.isEmpty() ? 8 : 9)) {
            case 0 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 1 -> {
                return joined(bytes, chance(random, LONGEST_EXTENSION));
            }
            case 2 -> {
                return joined(bytes, new byte[random.nextInt(LONGEST_EXTENSION)]);
            }
            case 3 -> {
                if (at < bytes.length) {
                    changed[at] ^= (byte) (1 << random.nextInt(8));
                }
            }
            case 4 -> {
                if (at < bytes.length) {
                    changed[at] = (byte) LIMITS[random.nextInt(LIMITS.length)];
                }
            }
            case 5 -> {
                if (at + 1 < bytes.length) {
                    int number = random.nextInt(4) == 0 ? 0xffff : bytes.length - at - 4 + random.nextInt(6);
                    changed[at] = (byte) number;
                    changed[at + 1] = (byte) (number >> 8);
                }
            }
            case 6 -> {
                byte[] other = any(corpus, random);
                return joined(
                        Arrays.copyOf(bytes, at),
                        Arrays.copyOfRange(other, random.nextInt(other.length + 1), other.length));
            }
            case 7 -> {
                int end = at + random.nextInt(bytes.length - at + 1);
                byte[] without = joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, end, bytes.length));
                return random.nextBoolean()
                        ? without
                        : joined(Arrays.copyOf(bytes, end), Arrays.copyOfRange(bytes, at, bytes.length));
            }
            default -> {
                return joined(
                        joined(Arrays.copyOf(bytes, at), any(words, random)),
                        Arrays.copyOfRange(bytes, at, bytes.length));
            }
        }
        return changed;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }

    private static byte[] chance(Random random, int longest) {
        byte[] bytes = new byte[random.nextInt(longest + 1)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] any(List<byte[]> choice, Random random) {
        return choice.get(random.nextInt(choice.size()));
    }
}
