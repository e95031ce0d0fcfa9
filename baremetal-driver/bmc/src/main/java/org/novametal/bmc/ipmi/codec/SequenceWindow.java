package org.novametal.bmc.ipmi.codec;

/**
 * The session sequence numbers that one side has received: each is accepted once, and old ones are rejected.
 *
 * <p>A number is accepted when it is at most 16 ahead of the highest received, or at most 15 behind it and not yet
 * received; 0 belongs to packets outside a session and is never accepted. Numbers wrap around. Source: IPMI 2.0 §6.12.13.
 * Not for several threads.
 */
public final class SequenceWindow {
    private static final int AHEAD = 16;
    private static final int BEHIND = 15;

    private int highest;
    private int seen = 1;

    /** A window before the first number, which is 1. */
    public SequenceWindow() {}

    /** Checks and records a number; false means that it is a duplicate, too old, or too far ahead. */
    public boolean accept(int sequence) {
        if (sequence == 0) {
            return false;
        }
        int distance = sequence - highest;
        if (distance > 0 && distance <= AHEAD) {
            seen = seen << distance | 1;
            highest = sequence;
            return true;
        }
        if (distance > 0 || distance < -BEHIND || (seen & 1 << -distance) != 0) {
            return false;
        }
        seen |= 1 << -distance;
        return true;
    }

    /** The number after the given one; 0 is skipped when the numbers wrap around. */
    public static int after(int sequence) {
        return sequence == -1 ? 1 : sequence + 1;
    }
}
