package org.novametal.bmc.ipmi.codec;

/**
 * Which session sequence numbers one side has seen: each is taken once, and old ones not at all.
 *
 * <p>A number is new when it is at most 16 ahead of the highest seen, or at most 15 behind it and not seen yet; 0 belongs to
 * packets outside a session and is never taken. Numbers wrap around. Source: IPMI 2.0 §6.12.13. Not for several threads.
 */
public final class SequenceWindow {
    private static final int AHEAD = 16;
    private static final int BEHIND = 15;

    private int highest;
    private int seen = 1;

    /** A window before the first number, which is 1. */
    public SequenceWindow() {}

    /** Takes a number; false means that it is a duplicate, too old, or too far ahead. */
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

    /** The number after one: 0 is left out when the numbers wrap around. */
    public static int after(int sequence) {
        return sequence == -1 ? 1 : sequence + 1;
    }
}
