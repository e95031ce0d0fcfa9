package org.novametal.bmc;

import java.util.Optional;

/**
 * The machine's serial port, accessed through its BMC (IPMI: serial over LAN). Most BMCs have one console: a second
 * connection is refused with {@link BmcException.Reason#BUSY}. For several readers, a replay or a log, see the package
 * {@code bmc.console}.
 */
public interface SerialConsole extends BmcCapability {
    /**
     * Connects to the console. Blocks within the limits of {@link BmcOptions}.
     *
     * @param receiver gets the machine's output from now on
     */
    Connection connect(Receiver receiver) throws InterruptedException;

    /**
     * Connects as {@link #connect} does, and ends another user's connection. If the BMC cannot do that, this is the same as
     * {@link #connect}.
     */
    default Connection takeOver(Receiver receiver) throws InterruptedException {
        return connect(receiver);
    }

    /**
     * Connects as {@link #connect} does, and ends the connection with the given {@linkplain Connection#identity identity}: one
     * that an earlier process of the same program left at the BMC when it died. Any other connection is left alone. Where a
     * BMC cannot identify its connections, the same as {@link #connect}.
     *
     * @param identity the identity of the earlier connection, as that process stored it
     */
    default Connection resume(Receiver receiver, String identity) throws InterruptedException {
        return connect(receiver);
    }

    /** Receives the output of a console: one call at a time, in order, on a thread of the BMC's client; must not block. */
    interface Receiver {
        /**
         * Called with the machine's output.
         *
         * @param bytes the bytes as received; not used again by the caller
         */
        void received(byte[] bytes);

        /** Output was lost here; the amount is unknown. */
        default void lost() {}

        /** The connection ended; no further calls follow. Not called after {@link Connection#close}. */
        void ended(BmcException cause);
    }

    /** A connected console. Thread-safe. */
    interface Connection extends AutoCloseable {
        /**
         * Types bytes on the console. Returns when the BMC has received all of them; blocks within the limits of {@link
         * BmcOptions}.
         *
         * @throws BmcException also when the connection is gone
         */
        void write(byte[] bytes) throws InterruptedException;

        /** Sends a serial break. */
        void sendBreak() throws InterruptedException;

        /**
         * A text that identifies this connection at its BMC, for {@link SerialConsole#resume} after this process has died; it
         * is no secret. Empty where the BMC's client has none.
         */
        default Optional<String> identity() {
            return Optional.empty();
        }

        /** Disconnects, within a second. Idempotent. */
        @Override
        void close();
    }
}
