package org.novametal.bmc.console;

import java.time.Duration;
import org.novametal.bmc.BmcException;

/** An event of a {@link ConsoleReader}; events are in order. */
public sealed interface ConsoleEvent {
    /** Output of the machine; a reader's first one may be a replay of earlier output. */
    final class Output implements ConsoleEvent {
        private final byte[] bytes;

        /** Takes ownership of the array, which must not change afterwards. */
        Output(byte[] bytes) {
            this.bytes = bytes;
        }

        /** The number of bytes, at least one. */
        public int length() {
            return bytes.length;
        }

        /** A copy of the bytes. */
        public byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public String toString() {
            return "Output[" + bytes.length + " bytes]";
        }
    }

    /** The console is connected and accepts input from now on. */
    record Connected() implements ConsoleEvent {}

    /**
     * The console is not connected, or no longer; it will be connected again.
     *
     * @param cause why it is not connected
     * @param nextTry how long until the next attempt
     */
    record Disconnected(BmcException cause, Duration nextTry) implements ConsoleEvent {}

    /**
     * This reader was too slow: output was dropped here, for this reader only.
     *
     * @param bytes the number of dropped bytes
     */
    record Missed(long bytes) implements ConsoleEvent {}

    /** Output was lost here, in the BMC or on the network; the amount is unknown. */
    record Gap() implements ConsoleEvent {}

    /** The console is closed; no further events follow. */
    record Closed() implements ConsoleEvent {}
}
