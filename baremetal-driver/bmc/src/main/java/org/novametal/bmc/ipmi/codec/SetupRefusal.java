package org.novametal.bmc.ipmi.codec;

import java.util.OptionalInt;

/**
 * A BMC's refusal of a step of opening a session, sent in place of an accepting {@link OpenSessionResponse}, {@link Rakp2}
 * or {@link Rakp4}.
 *
 * <pre>
 *   0     1        2..3        4..7
 *  +-----+--------+-----------+----------------------+
 *  | tag | status | 00        | console's session id |
 *  +-----+--------+-----------+----------------------+
 *                  \_ left out by some BMCs (OpenIPMI's ipmi_sim)
 * </pre>
 *
 * <p>Source: IPMI 2.0 tables 13-10, 13-12, 13-14.
 *
 * @param tag the request's tag
 * @param status why, see {@link RmcpStatus}; not 0
 * @param consoleSessionId the console's session id, where the BMC sends it
 */
public record SetupRefusal(int tag, int status, OptionalInt consoleSessionId)
        implements OpenSessionResponse, Rakp2, Rakp4 {
    /** A refusal that names the session. */
    public static SetupRefusal of(int tag, RmcpStatus status, int consoleSessionId) {
        return new SetupRefusal(tag, status.code(), OptionalInt.of(consoleSessionId));
    }

    /** Whether this names the session of a request, or names no session but the request's tag. */
    public boolean answers(int requestTag, int requestConsoleSessionId) {
        int named = consoleSessionId.orElse(0);
        return named == requestConsoleSessionId || (named == 0 && tag == requestTag);
    }

    /** Whether this names neither a session nor a request. */
    public boolean isBare() {
        return tag == 0 && consoleSessionId.orElse(0) == 0;
    }

    /** Reads the rest of a message whose status is not 0. Bytes that some BMCs add are ignored. */
    static SetupRefusal read(ByteReader reader, int tag, int status) {
        if (reader.remaining() < 6) {
            return new SetupRefusal(tag, status, OptionalInt.empty());
        }
        reader.skip(2);
        return new SetupRefusal(tag, status, OptionalInt.of(reader.integer32()));
    }

    @Override
    public Bytes encode() {
        ByteWriter writer = new ByteWriter().put8(tag).put8(status);
        consoleSessionId.ifPresent(id -> writer.put16(0).put32(id));
        return writer.toBytes();
    }
}
