package org.novametal.bmc.console;

import java.time.Duration;
import org.novametal.bmc.BmcException;

/** What a {@link ConsoleReader} is told, in order. */
public sealed interface ConsoleEvent {
    /** What the machine printed; the first of a reader may be a replay of what it printed before. */
    final class Output implements ConsoleEvent {
        private final byte[] bytes;

        /** Takes the array over; nobody changes it any more. */
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
     * This reader was too slow: what would come here was thrown away, for it alone.
     *
     * @param bytes how much
     */
    record Missed(long bytes) implements ConsoleEvent {}

    /** The BMC, or the way to it, lost something that the machine printed here; nobody knows how much. */
    record Gap() implements ConsoleEvent {}

    /** The console is closed; nothing will follow. */
    record Closed() implements ConsoleEvent {}
}
