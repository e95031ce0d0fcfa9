package org.novametal.bmc;

/**
 * The machine's serial port by way of its BMC (IPMI: serial over LAN). Most BMCs have one line: a second connection to the
 * same machine is refused with {@link BmcException.Reason#BUSY}. What several readers, a replay or a log need stands above
 * this.
 */
public interface SerialConsole extends BmcCapability {
    /**
     * Connects. Blocks within the limits of {@link BmcOptions}.
     *
     * @param receiver gets what the machine prints, from now on
     */
    Connection connect(Receiver receiver) throws InterruptedException;

    /**
     * Connects as {@link #connect} does, but in place of whoever has the console: their connection ends. BMCs that cannot do
     * that do as {@link #connect} does.
     */
    default Connection takeOver(Receiver receiver) throws InterruptedException {
        return connect(receiver);
    }

    /** Hears a console. Called one at a time, in order, on a thread of the BMC's client: it returns at once. */
    interface Receiver {
        /**
         * What the machine printed.
         *
         * @param bytes as they came; not used again by the caller
         */
        void received(byte[] bytes);

        /** Something that the machine printed here was lost on its way; it is not known how much. */
        default void lost() {}

        /** The connection is gone and will give nothing more; not called after {@link Connection#close}. */
        void ended(BmcException cause);
    }

    /** A connected console. Safe for several threads. */
    interface Connection extends AutoCloseable {
        /**
         * Types. Returns when the BMC has all of it; blocks within the limits of {@link BmcOptions}.
         *
         * @throws BmcException also when the connection is gone
         */
        void write(byte[] bytes) throws InterruptedException;

        /** Sends a break, as a serial line knows it. */
        void sendBreak() throws InterruptedException;

        /** Disconnects, within a second. Idempotent. */
        @Override
        void close();
    }
}
