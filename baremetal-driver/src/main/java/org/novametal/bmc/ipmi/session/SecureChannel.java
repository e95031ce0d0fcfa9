package org.novametal.bmc.ipmi.session;

import java.util.Optional;
import java.util.random.RandomGenerator;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.IpmiRequest;
import org.novametal.bmc.ipmi.codec.IpmiResponse;
import org.novametal.bmc.ipmi.codec.MalformedMessageException;
import org.novametal.bmc.ipmi.codec.PayloadType;
import org.novametal.bmc.ipmi.codec.SequenceWindow;
import org.novametal.bmc.ipmi.codec.SessionFrame;
import org.novametal.bmc.ipmi.codec.SessionSeal;

/** The inside of an open session: ids, keys and sequence numbers of both directions. Owned by its {@link IpmiSession}. */
final class SecureChannel {
    private final SessionSeal seal;
    private final int consoleSessionId;
    private final int bmcSessionId;
    private final RandomGenerator random;
    private final SequenceWindow inbound = new SequenceWindow();
    private int outbound;

    SecureChannel(SessionSeal seal, int consoleSessionId, int bmcSessionId, RandomGenerator random) {
        this.seal = seal;
        this.consoleSessionId = consoleSessionId;
        this.bmcSessionId = bmcSessionId;
        this.random = random;
    }

    int bmcSessionId() {
        return bmcSessionId;
    }

    /** A datagram with the request; each has a session sequence number of its own, a repeated request too. */
    Bytes wrap(IpmiRequest request) {
        outbound = SequenceWindow.after(outbound);
        byte[] vector = new byte[SessionSeal.VECTOR_LENGTH];
        random.nextBytes(vector);
        return seal.seal(PayloadType.IPMI, bmcSessionId, outbound, request.encode(), Bytes.copyOf(vector))
                .encode();
    }

    /** The response in a packet; empty when the packet is foreign, old, repeated, or not one of this session's keys. */
    Optional<IpmiResponse> unwrap(SessionFrame frame) {
        if (frame.sessionId() != consoleSessionId || frame.type() != PayloadType.IPMI) {
            return Optional.empty();
        }
        try {
            Bytes payload = seal.open(frame);
            return inbound.accept(frame.sequence()) ? Optional.of(IpmiResponse.decode(payload)) : Optional.empty();
        } catch (MalformedMessageException e) {
            return Optional.empty();
        }
    }
}
