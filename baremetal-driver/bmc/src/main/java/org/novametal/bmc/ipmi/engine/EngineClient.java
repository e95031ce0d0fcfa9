package org.novametal.bmc.ipmi.engine;

import org.novametal.bmc.ipmi.codec.RmcpFrame;

/** Callbacks of the {@link IpmiEngine}, on the engine's thread; they must not block. */
interface EngineClient {
    /** Called with a packet from the client's BMC. */
    void received(RmcpFrame frame, long nowNanos);

    /**
     * Called when a datagram from the client's BMC could not be read.
     *
     * @param why what was wrong with it, for messages
     */
    void refused(String why);

    /** Called when the client, after waiting, gets the turn to send requests to its BMC. */
    void turnCame(long nowNanos);

    /** Called when the client, after waiting, gets a slot of the {@link SendWindow}. */
    void slotCame(long nowNanos);

    /** Called when the engine closes: the client must fail its requests and close its session by the deadline. */
    void beginToClose(long deadlineNanos);

    /** Called when the time to close is over: the client must end at once. */
    void abort();
}
