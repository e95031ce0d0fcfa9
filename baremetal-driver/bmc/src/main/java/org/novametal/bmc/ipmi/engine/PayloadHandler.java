package org.novametal.bmc.ipmi.engine;

import org.novametal.bmc.BmcException;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.PayloadType;

/**
 * Exchanges payloads other than IPMI requests with a BMC in its session, such as serial over LAN. A state machine without
 * I/O, driven by {@link IpmiLine}: all methods are called on the engine's thread and return at once. It sends its payloads
 * with {@link IpmiLine#sendPayload}.
 */
public interface PayloadHandler {
    /** The type of its payloads. */
    PayloadType type();

    /**
     * Called with a payload from the BMC.
     *
     * @param sessionSequence the session sequence number of the packet: packets may arrive out of order
     */
    void received(Bytes payload, int sessionSequence, long nowNanos);

    /** Called when the session has ended; no further calls follow. */
    void ended(BmcException cause);

    /** When {@link #tick} must be called next; {@link Long#MAX_VALUE} for never. */
    long wakeupNanos();

    /** Performs the actions that are due. */
    void tick(long nowNanos);
}
