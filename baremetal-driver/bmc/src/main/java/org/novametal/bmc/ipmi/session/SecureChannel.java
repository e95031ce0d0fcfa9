package org.novametal.bmc.ipmi.session;

import org.jspecify.annotations.Nullable;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.IpmiCommand;
import org.novametal.bmc.ipmi.codec.IpmiRequest;
import org.novametal.bmc.ipmi.codec.MalformedMessageException;
import org.novametal.bmc.ipmi.codec.PayloadType;
import org.novametal.bmc.ipmi.codec.SequenceWindow;
import org.novametal.bmc.ipmi.codec.SessionFrame;
import org.novametal.bmc.ipmi.codec.SessionSeal;

/** The ids, keys and sequence numbers of an open session, for both directions. Owned by its {@link IpmiSession}. */
final class SecureChannel {
    private final SessionSeal seal;
    private final int consoleSessionId;
    private final int bmcSessionId;
    private final SessionSources sources;
    private final SequenceWindow inbound = new SequenceWindow();
    private int outbound;

    SecureChannel(SessionSeal seal, int consoleSessionId, int bmcSessionId, SessionSources sources) {
        this.seal = seal;
        this.consoleSessionId = consoleSessionId;
        this.bmcSessionId = bmcSessionId;
        this.sources = sources;
    }

    /** A datagram with the request; each datagram has a new session sequence number, even for a repeated request. */
    Bytes wrap(IpmiRequest request) {
        return wrap(PayloadType.IPMI, request.encode());
    }

    Bytes wrap(PayloadType type, Bytes payload) {
        outbound = SequenceWindow.after(outbound);
        return seal.sealDatagram(type, bmcSessionId, outbound, payload, sources.bytes(SessionSeal.VECTOR_LENGTH));
    }

    /**
     * The payload of a packet; null when the packet is of another session, old, repeated, or fails the check with this
     * session's keys.
     */
    @Nullable
    Bytes unwrap(SessionFrame frame) {
        if (frame.sessionId() != consoleSessionId) {
            return null;
        }
        try {
            Bytes payload = seal.open(frame);
            return inbound.accept(frame.sequence()) ? payload : null;
        } catch (MalformedMessageException e) {
            return null;
        }
    }

    /** The request to close this session. */
    IpmiRequest closeRequest(int requestSequence) {
        Bytes id = Bytes.of(bmcSessionId, bmcSessionId >> 8, bmcSessionId >> 16, bmcSessionId >> 24);
        return IpmiRequest.of(IpmiCommand.CLOSE_SESSION, requestSequence, id);
    }
}
