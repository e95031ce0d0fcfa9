package org.novametal.bmc.ipmi.session;

/**
 * The session sequence numbers that the console has received in one session: no packet is accepted twice.
 *
 * <p>A number above the highest one is new, wherever the BMC begins to count and however far it jumps: the keys belong to
 * this session, so such a packet cannot be an earlier one. A number of the last 16 is accepted once. Where a BMC uses the
 * same number again, the authentication code decides: a packet with another code is another packet. All other numbers are
 * old. {@link org.novametal.bmc.ipmi.codec.SequenceWindow} is the stricter rule of the specification (IPMI 2.0 §6.12.13);
 * ipmitool has none.
 *
 * <p>Not for several threads.
 */
final class ReceivedNumbers {
    private static final int WINDOW = 16;
    /** Number of the last packets, in any order of their numbers, to which those of the window belong. */
    private static final int KEPT = 2 * WINDOW;
    /** Number of codes that are kept for a BMC whose numbers stand still: four rounds of request sequence numbers. */
    private static final int KEPT_OF_STANDING = 256;

    private boolean hasAny;
    private int highest;
    /** A bit for each number up to {@code highest}, the lowest bit for {@code highest}. */
    private int seen;
    /** The codes of the last packets. */
    private long[] codes = new long[KEPT];

    private int next;

    /** What a packet is by its number. */
    enum Verdict {
        /** A number as defined. */
        NEW,
        /** A packet that was not received before, whose number does not count on as defined. */
        NEW_BY_CONTENT,
        /** A packet that was received before. */
        REPEATED,
        /** A number that is too old to be told from a repeated packet. */
        OLD
    }

    /**
     * Judges and records an authentic packet.
     *
     * @param code the first bytes of its authentication code
     */
    Verdict accept(int sequence, long code) {
        int distance = sequence - highest;
        Verdict verdict;
        if (!hasAny) {
            // The first packets may be lost.
            verdict = sequence > 0 && sequence <= WINDOW ? Verdict.NEW : Verdict.NEW_BY_CONTENT;
            hasAny = true;
            highest = sequence;
            seen = 1;
        } else if (distance > 0) {
            verdict = distance <= WINDOW ? Verdict.NEW : Verdict.NEW_BY_CONTENT;
            seen = distance < Integer.SIZE ? seen << distance | 1 : 1;
            highest = sequence;
        } else if (distance <= -WINDOW) {
            verdict = Verdict.OLD;
        } else if ((seen & 1 << -distance) == 0) {
            seen |= 1 << -distance;
            verdict = Verdict.NEW;
        } else {
            verdict = isKnown(code) ? Verdict.REPEATED : Verdict.NEW_BY_CONTENT;
            if (verdict == Verdict.NEW_BY_CONTENT) {
                keepMore();
            }
        }
        if (verdict == Verdict.NEW || verdict == Verdict.NEW_BY_CONTENT) {
            codes[next] = code;
            next = (next + 1) % codes.length;
        }
        return verdict;
    }

    private boolean isKnown(long code) {
        for (long known : codes) {
            if (known == code) {
                return true;
            }
        }
        return false;
    }

    /** The codes of a BMC that counts as defined need to be known only within the window. */
    private void keepMore() {
        if (codes.length == KEPT) {
            long[] more = new long[KEPT_OF_STANDING];
            for (int i = 0; i < KEPT; i++) {
                // The oldest code comes first, so that the ring goes on after the newest.
                more[i] = codes[(next + i) % KEPT];
            }
            codes = more;
            next = KEPT;
        }
    }
}
