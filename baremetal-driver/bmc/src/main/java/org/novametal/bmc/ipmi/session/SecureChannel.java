package org.novametal.bmc.ipmi.session;

import org.jspecify.annotations.Nullable;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.IpmiCommand;
import org.novametal.bmc.ipmi.codec.IpmiRequest;
import org.novametal.bmc.ipmi.codec.MalformedMessageException;
import org.novametal.bmc.ipmi.codec.PayloadType;
import org.novametal.bmc.ipmi.codec.SeenQuirks;
import org.novametal.bmc.ipmi.codec.SequenceWindow;
import org.novametal.bmc.ipmi.codec.SessionFrame;
import org.novametal.bmc.ipmi.codec.SessionSeal;
import org.novametal.bmc.ipmi.codec.WireQuirk;

/** The ids, keys and sequence numbers of an open session, for both directions. Owned by its {@link IpmiSession}. */
final class SecureChannel {
    private final SessionSeal seal;
    private final int consoleSessionId;
    private final int bmcSessionId;
    private final SessionSources sources;
    private final SeenQuirks quirks;
    private final ReceivedNumbers received = new ReceivedNumbers();
    private int outbound;

    SecureChannel(SessionSeal seal, int consoleSessionId, int bmcSessionId, SessionSources sources, SeenQuirks quirks) {
        this.seal = seal;
        this.consoleSessionId = consoleSessionId;
        this.bmcSessionId = bmcSessionId;
        this.sources = sources;
        this.quirks = quirks;
    }

    /** A datagram with the request; each datagram has a new session sequence number, even for a repeated request. */
    Bytes wrap(IpmiRequest request) {
        return wrap(PayloadType.IPMI, request.encode());
    }

    Bytes wrap(PayloadType type, Bytes payload) {
        outbound = SequenceWindow.after(outbound);
        return seal.sealDatagram(type, bmcSessionId, outbound, payload, sources.bytes(SessionSeal.VECTOR_LENGTH));
    }

    int bmcSessionId() {
        return bmcSessionId;
    }

    /**
     * The payload of a packet; null for a packet that was received before.
     *
     * @throws MalformedMessageException when the packet is of another session, old, or fails the check with this session's
     *     keys
     */
    @Nullable
    Bytes unwrap(SessionFrame frame) {
        if (frame.sessionId() != consoleSessionId) {
            throw new MalformedMessageException(String.format(
                    "RMCP+ packet of session 0x%08x, not of the console's session 0x%08x",
                    frame.sessionId(), consoleSessionId));
        }
        Bytes payload = seal.open(frame, quirks);
        return switch (received.accept(frame.sequence(), seal.openedCode())) {
            case NEW -> payload;
            case NEW_BY_CONTENT -> {
                quirks.note(WireQuirk.SESSION_SEQUENCE);
                yield payload;
            }
            case REPEATED -> null;
            case OLD ->
                throw new MalformedMessageException("RMCP+ packet with the old session sequence number "
                        + Integer.toUnsignedString(frame.sequence()));
        };
    }

    /** The request to close this session. */
    IpmiRequest closeRequest(int requestSequence) {
        Bytes id = Bytes.of(bmcSessionId, bmcSessionId >> 8, bmcSessionId >> 16, bmcSessionId >> 24);
        return IpmiRequest.of(IpmiCommand.CLOSE_SESSION, requestSequence, id);
    }
}
