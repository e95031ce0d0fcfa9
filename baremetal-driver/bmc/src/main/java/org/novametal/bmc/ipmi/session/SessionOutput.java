package org.novametal.bmc.ipmi.session;

import org.novametal.bmc.BmcException;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.IpmiResponse;
import org.novametal.bmc.ipmi.codec.PayloadType;

/** An action that {@link IpmiSession} requests from its owner. Actions are performed in order. */
public sealed interface SessionOutput {
    /**
     * Send a datagram to the BMC.
     *
     * @param datagram the whole datagram
     */
    record Send(Bytes datagram) implements SessionOutput {}

    /**
     * The BMC sent a payload in the session that is not an answer to a request, such as serial over LAN.
     *
     * @param type the payload's type
     * @param sequence the session sequence number of its packet
     * @param payload the decrypted payload, never a repeated one
     */
    record Received(PayloadType type, int sequence, Bytes payload) implements SessionOutput {}

    /**
     * The request was answered; the completion code may still be an error.
     *
     * @param response the answer
     */
    record Answered(IpmiResponse response) implements SessionOutput {}

    /**
     * The request failed and is not sent again.
     *
     * @param failure why the request failed
     */
    record Failed(BmcException failure) implements SessionOutput {}
}
