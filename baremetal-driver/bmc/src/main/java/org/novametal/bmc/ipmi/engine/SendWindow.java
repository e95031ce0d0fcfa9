package org.novametal.bmc.ipmi.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/**
 * Limits the number of requests that await an answer at once, so that all answers fit into the socket's receive buffer even
 * if they arrive at the same moment; {@link #MOST} is the upper limit. A client without a slot queues for one. Clients of
 * silent BMCs get only a few of the slots, for probes, so that dead BMCs, however many, leave slots to the others. Owned by
 * the engine's thread.
 *
 * @param <L> the type of a client
 */
final class SendWindow<L> {
    /**
     * Requested buffer size for each small packet: Linux doubles the requested size and counts a packet with its
     * bookkeeping, up to 2,304 bytes, against it. The remainder is left for unsolicited packets.
     */
    static final int BUFFER_BYTES_PER_ANSWER = 2048;

    private static final int LEAST = 16;
    /**
     * Maximum number of slots: more requests would only queue at the BMCs, or in the network that they share, and be sent
     * again because they are late.
     */
    private static final int MOST = 512;

    private static final long FIRST_GUESS_NANOS = Duration.ofMillis(20).toNanos();
    private static final long SHORTEST_HOLD_NANOS = Duration.ofMillis(50).toNanos();
    private static final long LONGEST_HOLD_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int HOLD_FACTOR = 3;
    /** One in this many slots is for probes. */
    private static final int PROBE_SHARE = 8;

    /** Each answer has a weight of 1/64 in the mean. */
    private static final int MEAN_SHIFT = 6;

    private final int size;
    private final ArrayDeque<L> waiting = new ArrayDeque<>();
    private final ArrayDeque<L> waitingAhead = new ArrayDeque<>();
    /** A set, because a client whose BMC answers meanwhile is removed from the middle. */
    private final LinkedHashSet<L> waitingToProbe = new LinkedHashSet<>();

    private int taken;
    private int probing;
    private long meanAnswerNanos = FIRST_GUESS_NANOS;

    private SendWindow(int size) {
        this.size = size;
    }

    /** The window for a receive buffer of the size that the system granted. */
    static <L> SendWindow<L> ofBuffer(int bytes) {
        return new SendWindow<>(Math.clamp(bytes / BUFFER_BYTES_PER_ANSWER, LEAST, MOST));
    }

    int size() {
        return size;
    }

    int taken() {
        return taken;
    }

    /** Takes a slot; false where none is free, or others wait for one: then the client waits behind them. */
    boolean enter(L line) {
        if (taken < size && waiting.isEmpty()) {
            taken++;
            return true;
        }
        waiting.add(line);
        return false;
    }

    /**
     * Takes a slot, or waits ahead of the clients of {@link #enter}: for a client that got an answer and continues. So some
     * clients finish in time when all at once would be too slow.
     */
    boolean enterAhead(L line) {
        if (taken < size) {
            taken++;
            return true;
        }
        waitingAhead.add(line);
        return false;
    }

    /** Takes a slot for probes, or waits for one ahead of all other clients: for a client whose BMC is silent. */
    boolean enterToProbe(L line) {
        if (taken < size && probing < size / PROBE_SHARE) {
            taken++;
            probing++;
            return true;
        }
        waitingToProbe.add(line);
        return false;
    }

    /** Ends the wait for a slot to probe. */
    void giveUpProbe(L line) {
        waitingToProbe.remove(line);
    }

    /**
     * Records the time from the first sending of a request to its answer, including our own delay in reading the answer.
     */
    void answeredAfter(long nanos) {
        meanAnswerNanos += (Math.min(nanos, LONGEST_HOLD_NANOS) - meanAnswerNanos) >> MEAN_SHIFT;
    }

    /**
     * How long a request without an answer keeps its slot, and is not sent again: a multiple of the mean answer time, so
     * that dead BMCs do not delay the others, and slow ones are not flooded.
     */
    long holdNanos() {
        return Math.clamp(HOLD_FACTOR * meanAnswerNanos, SHORTEST_HOLD_NANOS, LONGEST_HOLD_NANOS);
    }

    /** Gives a slot back. */
    void leave() {
        taken--;
    }

    /** Gives a slot for probes back. */
    void leaveProbe() {
        taken--;
        probing--;
    }

    /**
     * Gives a free slot to the next waiting client and returns that client; null when no slot is free or no client waits.
     */
    @Nullable
    L next() {
        if (taken >= size) {
            return null;
        }
        if (probing < size / PROBE_SHARE && !waitingToProbe.isEmpty()) {
            taken++;
            probing++;
            return waitingToProbe.removeFirst();
        }
        L line = waitingAhead.isEmpty() ? waiting.poll() : waitingAhead.poll();
        if (line != null) {
            taken++;
        }
        return line;
    }
}
