package org.novametal.bmc.console;

import java.time.Duration;
import org.novametal.bmc.BmcException;

/** An event of a {@link ConsoleReader}, in order. */
public sealed interface ConsoleEvent {
    /** What the machine printed; the first of a reader may be a replay of what it printed before. */
    final class Output implements ConsoleEvent {
        private final byte[] bytes;

        /** Takes the array over; it must not be changed any more. */
        Output(byte[] bytes) {
            this.bytes = bytes;
        }

        /** How many bytes there are, at least one. */
        public int length() {
            return bytes.length;
        }

        /** A copy of them. */
        public byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public String toString() {
            return "Output[" + bytes.length + " bytes]";
        }
    }

    /** The console is connected: what is typed from now on gets through. */
    record Connected() implements ConsoleEvent {}

    /**
     * The console is not connected, or no longer; it is being connected again.
     *
     * @param cause why
     * @param nextTry how long until the next attempt
     */
    record Disconnected(BmcException cause, Duration nextTry) implements ConsoleEvent {}

    /**
     * This reader was too slow: output was dropped here, for it alone.
     *
     * @param bytes how much
     */
    record Missed(long bytes) implements ConsoleEvent {}

    /** Output was lost here, in the BMC or on the network; the amount is unknown. */
    record Gap() implements ConsoleEvent {}

    /** The console is closed; the last event. */
    record Closed() implements ConsoleEvent {}
}
