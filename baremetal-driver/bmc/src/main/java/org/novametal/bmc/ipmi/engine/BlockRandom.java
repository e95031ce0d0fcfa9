package org.novametal.bmc.ipmi.engine;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/**
 * Random numbers fetched from another generator in blocks, because fetching a few bytes at a time is slow. Owned by the
 * engine's thread.
 */
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
