package org.novametal.bmc.ipmi.session;

import org.novametal.bmc.BmcException;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.IpmiResponse;
import org.novametal.bmc.ipmi.codec.PayloadType;

/** What {@link IpmiSession} wants done, in order. */
public sealed interface SessionOutput {
    /**
     * Send a datagram to the BMC.
     *
     * @param datagram the whole of it
     */
    record Send(Bytes datagram) implements SessionOutput {}

    /**
     * The BMC sent something in the session that is no answer to a request, such as serial over LAN.
     *
     * @param type what it is
     * @param sequence the session sequence number of its packet
     * @param payload decrypted, and not seen before
     */
    record Received(PayloadType type, int sequence, Bytes payload) implements SessionOutput {}

    /**
     * The request has its answer; its completion code may still say no.
     *
     * @param response the answer
     */
    record Answered(IpmiResponse response) implements SessionOutput {}

    /**
     * The request failed; it is over.
     *
     * @param failure why
     */
    record Failed(BmcException failure) implements SessionOutput {}
}
