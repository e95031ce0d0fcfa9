package org.novametal.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;

/**
 * The rest of refused bodies, after their answer was sent. It is read and dropped for a while, because a client that still
 * sends when its connection is closed may never see the answer. RFC 9112 §9.6. All refused bodies share one low rate: a
 * client that sends on is held up by its full connection, and costs nearly no processor time. What is too much is not read.
 *
 * <p>Safe for several threads; guarded by this object.
 */
final class RefusedBodies {
    /** How much of one body is read. */
    static final long MAX_BYTES = 8L << 20;

    /** How many are read at once; each takes a buffer of 8 KiB. */
    static final int MAX = 128;

    /** How many of them may come from one address. */
    static final int MAX_PER_ADDRESS = 8;

    /** The rate of all together. */
    static final long BYTES_PER_SECOND = 4L << 20;

    private static final int CHUNK_BYTES = 8192;
    private static final long NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Duration limit;
    private final LongSupplier nanoTime;
    private final Map<InetAddress, Integer> readOf = new HashMap<>();
    private int read;

    /** When the bytes that were granted so far have passed at the rate. */
    private long passedAt;

    /**
     * Creates it.
     *
     * @param limit how long one body is read
     * @param nanoTime monotonic nanoseconds
     */
    RefusedBodies(Duration limit, LongSupplier nanoTime) {
        this.limit = limit;
        this.nanoTime = nanoTime;
        this.passedAt = nanoTime.getAsLong();
    }

    /** Takes one of the places for an address; each must be given back by {@link #leave}. */
    synchronized boolean enter(InetAddress address) {
        int ofAddress = readOf.getOrDefault(address, 0);
        if (read >= MAX || ofAddress >= MAX_PER_ADDRESS) {
            return false;
        }
        read++;
        readOf.put(address, ofAddress + 1);
        return true;
    }

    synchronized void leave(InetAddress address) {
        read--;
        readOf.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
    }

    /** Counts bytes that were read; returns the nanoseconds after which the next may be read. */
    synchronized long pauseAfter(int bytes) {
        long now = nanoTime.getAsLong();
        passedAt = Math.max(passedAt, now) + bytes * NANOS / BYTES_PER_SECOND;
        return passedAt - now;
    }

    /**
     * Reads the rest of a body until its end or a limit. Blocks.
     *
     * @throws IOException when the connection broke
     */
    void drop(Request request, InputStream in, InetAddress address) throws IOException, InterruptedException {
        if (request.getLength() > MAX_BYTES || !enter(address)) {
            return;
        }
        EndPoint connection = request.getConnectionMetaData().getConnection().getEndPoint();
        connection.setIdleTimeout(limit.toMillis());
        try {
            drop(in);
        } catch (IOException e) {
            if (!(e.getCause() instanceof TimeoutException)) {
                throw e;
            }
            // The client sends no more.
        } finally {
            leave(address);
        }
    }

    private void drop(InputStream in) throws IOException, InterruptedException {
        long begin = nanoTime.getAsLong();
        byte[] chunk = new byte[CHUNK_BYTES];
        long dropped = 0;
        int got = in.read(chunk);
        while (got >= 0 && dropped < MAX_BYTES) {
            dropped += got;
            long pause = pauseAfter(got);
            if (nanoTime.getAsLong() + pause - begin >= limit.toNanos()) {
                return;
            }
            TimeUnit.NANOSECONDS.sleep(pause);
            got = in.read(chunk);
        }
    }
}
