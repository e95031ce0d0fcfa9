package org.novametal.bmc.ipmi.engine;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/** Another source's randomness, drawn in blocks: asking it for each few bytes is dear. Owned by the engine's thread. */
final class BlockRandom implements RandomGenerator {
    private static final int BLOCK = 4096;

    private final RandomGenerator source;
    private final byte[] block = new byte[BLOCK];
    private final ByteBuffer left = ByteBuffer.wrap(block).position(BLOCK);

    BlockRandom(RandomGenerator source) {
        this.source = source;
    }

    @Override
    public long nextLong() {
        if (left.remaining() < Long.BYTES) {
            source.nextBytes(block);
            left.clear();
        }
        return left.getLong();
    }
}
