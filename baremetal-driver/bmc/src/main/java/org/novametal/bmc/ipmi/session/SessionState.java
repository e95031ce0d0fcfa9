package org.novametal.bmc.ipmi.session;

import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.IpmiRequest;
import org.novametal.bmc.ipmi.codec.IpmiResponse;

/**
 * The state of an {@link IpmiSession}.
 *
 * <pre>
 *  NoSession ──request──► Opening ─────────► Calling ◄──────────► Resting (the BMC is busy)
 *      ▲                     │               ▲     │
 *      ├── refused, deadline ┘       request │     │ answered, deadline
 *      │                                     │     ▼
 *      └──────────────── Closing ◄──close─── Idle
 * </pre>
 */
sealed interface SessionState {
    /** No session is open or being opened. */
    record NoSession() implements SessionState {}

    /** A session is being opened for the caller's request. */
    record Opening(SessionOpening opening) implements SessionState {}

    /** A session is open, without a request under way. */
    record Idle(SecureChannel channel) implements SessionState {}

    /**
     * A session is open, and the caller's request was sent.
     *
     * @param datagram the datagram in which the request was first sent
     */
    record Calling(SecureChannel channel, IpmiRequest request, Bytes datagram) implements SessionState {}

    /** A session is open, and the BMC was too busy for the caller's request; the request is sent again after a pause. */
    record Resting(SecureChannel channel, IpmiResponse busy) implements SessionState {}

    /** Close Session was sent. */
    record Closing(SecureChannel channel, IpmiRequest request) implements SessionState {}
}
