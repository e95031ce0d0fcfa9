package org.novametal.bmc.ipmi.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/**
 * How many requests may await an answer at once: so many that all answers, should they come in the same moment, fit into the
 * socket's receive buffer, and never more than a fixed number. A client without a slot queues for one. Clients of silent BMCs get a
 * few of the slots only, for probes, so that any number of dead BMCs leaves slots to the others. Owned by the engine's thread.
 *
 * @param <L> a client
 */
final class SendWindow<L> {
    /**
     * What a small packet takes of the buffer's size as it was asked for: Linux counts a packet with its book-keeping, up to
     * 2,304 bytes, against twice that size. The rest stays for what comes unasked.
     */
    static final int BUFFER_BYTES_PER_ANSWER = 2048;

    private static final int LEAST = 16;
    /** More would only queue at the BMCs, or at whatever they share, and be sent again for being late. */
    private static final int MOST = 512;

    private static final long FIRST_GUESS_NANOS = Duration.ofMillis(20).toNanos();
    private static final long SHORTEST_HOLD_NANOS = Duration.ofMillis(50).toNanos();
    private static final long LONGEST_HOLD_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int HOLD_FACTOR = 3;
    /** One slot of so many is for probes. */
    private static final int PROBE_SHARE = 8;

    /** Each answer counts a 64th of the mean. */
    private static final int MEAN_SHIFT = 6;

    private final int size;
    private final ArrayDeque<L> waiting = new ArrayDeque<>();
    private final ArrayDeque<L> waitingAhead = new ArrayDeque<>();
    /** A client whose BMC answers while it waits leaves from the middle. */
    private final LinkedHashSet<L> waitingToProbe = new LinkedHashSet<>();

    private int taken;
    private int probing;
    private long meanAnswerNanos = FIRST_GUESS_NANOS;

    private SendWindow(int size) {
        this.size = size;
    }

    /** The window that goes with a buffer that the system granted. */
    static <L> SendWindow<L> ofBuffer(int bytes) {
        return new SendWindow<>(Math.clamp(bytes / BUFFER_BYTES_PER_ANSWER, LEAST, MOST));
    }

    int size() {
        return size;
    }

    int taken() {
        return taken;
    }

    /** Takes a slot; false where none is free, or others wait for one: then the line waits behind them. */
    boolean enter(L line) {
        if (taken < size && waiting.isEmpty()) {
            taken++;
            return true;
        }
        waiting.add(line);
        return false;
    }

    /**
     * The same, but ahead of those: for a client that has an answer and continues. So some finish where all at once would
     * be too slow for every one.
     */
    boolean enterAhead(L line) {
        if (taken < size) {
            taken++;
            return true;
        }
        waitingAhead.add(line);
        return false;
    }

    /** The same for a client whose BMC is silent: takes one of the slots for probes, before all others. */
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

    /** An answer took that long after the request was sent first; our own delay in reading it counts. */
    void answeredAfter(long nanos) {
        meanAnswerNanos += (Math.min(nanos, LONGEST_HOLD_NANOS) - meanAnswerNanos) >> MEAN_SHIFT;
    }

    /**
     * How long a request without an answer keeps its slot, and is not sent again: a multiple of the mean answer time, so that dead BMCs do not delay the others, and slow ones are not flooded.
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

    /** The line whose turn it is to take a slot, which it has then; null when none is free or wanted. */
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
