package org.novametal.bmc.console;

import java.util.Arrays;

/** The last bytes of a console, up to a limit; it grows as it is filled. Owned by its {@link SharedConsole}. */
final class ReplayBuffer {
    private static final int FIRST_LENGTH = 1024;

    private final int limit;
    private byte[] ring = new byte[0];
    private int end;
    private int filled;

    ReplayBuffer(int limit) {
        this.limit = limit;
    }

    void add(byte[] bytes) {
        int from = Math.max(0, bytes.length - limit);
        int count = bytes.length - from;
        makeRoom(count);
        int first = Math.min(count, ring.length - end);
        System.arraycopy(bytes, from, ring, end, first);
        System.arraycopy(bytes, from + first, ring, 0, count - first);
        end = ring.length == 0 ? 0 : (end + count) % ring.length;
        filled = Math.min(filled + count, ring.length);
    }

    private void makeRoom(int count) {
        int needed = Math.min(limit, filled + count);
        if (needed > ring.length) {
            byte[] content = content();
            ring = Arrays.copyOf(content, Math.min(limit, Math.max(Math.max(FIRST_LENGTH, needed), 2 * ring.length)));
            end = content.length % ring.length;
        }
    }

    /** All bytes, oldest first. */
    byte[] content() {
        byte[] content = new byte[filled];
        int begin = Math.floorMod(end - filled, Math.max(1, ring.length));
        int first = Math.min(filled, ring.length - begin);
        System.arraycopy(ring, begin, content, 0, first);
        System.arraycopy(ring, 0, content, first, filled - first);
        return content;
    }
}
