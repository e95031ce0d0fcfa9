package org.novametal.bmc.ipmi.codec;

/**
 * A BMC's answer to {@link IpmiRequest}.
 *
 * <pre>
 *   0         1                2          3       4                 5         6            7          last
 *  +---------+----------------+----------+-------+-----------------+---------+------------+----- - - +----------+
 *  | our     | function  lun  | checksum | 20    | sequence   lun  | command | completion | data     | checksum |
 *  | address | 7..2      1..0 | of 0..1  | (BMC) | 7..2       1..0 |         | code       |          | of 3..   |
 *  +---------+----------------+----------+-------+-----------------+---------+------------+----- - - +----------+
 * </pre>
 *
 * <p>Source: IPMI 2.0 §13.8.
 *
 * @param requester the address of the requester
 * @param sequence the request's sequence number
 * @param networkFunction the request's network function, an even number; on the wire it is one higher
 * @param command the request's command
 * @param completionCode see {@link CompletionCode}
 * @param data the answer's data; often empty where the completion code is not 0
 */
public record IpmiResponse(
        int requester, int sequence, int networkFunction, int command, int completionCode, Bytes data) {
    /** The answer to a request. */
    public static IpmiResponse to(IpmiRequest request, int completionCode, Bytes data) {
        return new IpmiResponse(
                request.requester(),
                request.sequence(),
                request.networkFunction(),
                request.command(),
                completionCode,
                data);
    }

    /** Whether this is the answer to a request. */
    public boolean answers(IpmiRequest request) {
        return sequence == request.sequence()
                && networkFunction == request.networkFunction()
                && command == request.command();
    }

    /**
     * Checks that this is the answer to a request. An answer under number 0 is accepted, see {@link
     * WireQuirk#REQUEST_SEQUENCE}.
     *
     * @param quirks what the BMC has shown
     * @throws MalformedMessageException when it is not
     */
    public void requireAnswerTo(IpmiRequest request, SeenQuirks quirks) {
        boolean isUnnumbered = sequence == 0
                && request.sequence() != 0
                && networkFunction == request.networkFunction()
                && command == request.command()
                && !quirks.has(WireQuirk.SESSION_SEQUENCE);
        if (isUnnumbered) {
            quirks.note(WireQuirk.REQUEST_SEQUENCE);
        } else if (!answers(request)) {
            throw new MalformedMessageException(String.format(
                    "answer number %d to %s, which is not the request under way",
                    sequence, IpmiCommand.describe(networkFunction, command)));
        }
    }

    /**
     * Reads the message.
     *
     * @throws MalformedMessageException when the bytes are not such a message
     */
    public static IpmiResponse decode(Bytes payload) {
        return decode(payload, SeenQuirks.unreported());
    }

    /**
     * The same, recording the message's departures from the specification: its checksums, addresses, LUNs and response bit
     * may be wrong. Only the echo of a request is refused.
     *
     * @throws MalformedMessageException when the bytes are not such a message
     */
    public static IpmiResponse decode(Bytes payload, SeenQuirks quirks) {
        ByteReader reader = new ByteReader("IPMI response", payload);
        int requester = reader.unsigned8();
        int function = reader.unsigned8();
        int firstChecksum = reader.unsigned8();
        int responder = reader.unsigned8();
        int sequence = reader.unsigned8();
        int command = reader.unsigned8();
        int completionCode = reader.unsigned8();
        boolean isResponse = (function & 0x04) != 0;
        if (!isResponse && responder == IpmiRequest.CONSOLE_ADDRESS) {
            throw reader.wrong("it is a request from a console, not an answer");
        }
        if (!isResponse || ((function | sequence) & 0x03) != 0 || responder != IpmiRequest.BMC_ADDRESS) {
            quirks.note(WireQuirk.MESSAGE_ADDRESS);
        }
        Bytes data = Bytes.EMPTY;
        if (reader.remaining() == 0) {
            quirks.note(WireQuirk.MISSING_BYTES);
        } else {
            data = reader.take(reader.remaining() - 1);
            int wanted = IpmiRequest.checksum(payload, IpmiRequest.CHECKSUM_FROM, payload.length() - 1);
            if (reader.unsigned8() != wanted || firstChecksum != IpmiRequest.checksum(payload, 0, 2)) {
                quirks.note(WireQuirk.MESSAGE_CHECKSUM);
            }
        }
        return new IpmiResponse(requester, sequence >> 2, function >> 2 & ~1, command, completionCode, data);
    }

    /** The payload. */
    public Bytes encode() {
        return new ByteWriter()
                .put8(requester)
                .put8((networkFunction + 1) << 2)
                .putChecksum(0)
                .put8(IpmiRequest.BMC_ADDRESS)
                .put8(sequence << 2)
                .put8(command)
                .put8(completionCode)
                .put(data)
                .putChecksum(IpmiRequest.CHECKSUM_FROM)
                .toBytes();
    }
}
