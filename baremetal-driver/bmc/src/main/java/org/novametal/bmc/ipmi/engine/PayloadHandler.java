package org.novametal.bmc.ipmi.engine;

import org.novametal.bmc.BmcException;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.PayloadType;

/**
 * Speaks with a BMC in its session by payloads that are no requests, such as serial over LAN. A machine without I/O, driven by
 * {@link IpmiLine}: all methods are called on the engine's thread and return at once. What it wants sent it gives {@link
 * IpmiLine#sendPayload}.
 */
public interface PayloadHandler {
    /** The payloads that it takes. */
    PayloadType type();

    /**
     * The BMC sent something.
     *
     * @param sessionSequence the session sequence number of the packet: packets may overtake each other
     */
    void received(Bytes payload, int sessionSequence, long nowNanos);

    /** The session that it spoke in is gone: the BMC knows nothing of it any more. It is not called again. */
    void ended(BmcException cause);

    /** When {@link #tick} has something to do; {@link Long#MAX_VALUE} for nothing. */
    long wakeupNanos();

    /** Does what is due. */
    void tick(long nowNanos);
}
