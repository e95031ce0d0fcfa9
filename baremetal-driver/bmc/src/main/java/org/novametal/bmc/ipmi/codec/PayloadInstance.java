package org.novametal.bmc.ipmi.codec;

/**
 * Which payload is meant by Activate Payload and Deactivate Payload.
 *
 * <pre>
 *   0           1            2..5
 *  +-----------+------------+----------------------------------------------------+
 *  | type 5..0 | instance   | activating SOL: 2 = e a t 0 alerts h 0, 3..5 = 0   |
 *  |           | 3..0, 1 up | deactivating: 0                                    |
 *  +-----------+------------+----------------------------------------------------+
 * </pre>
 *
 * <p>e: encrypted, a: authenticated, t: test mode; alerts, two bits: 0 fail, 1 wait, 2 succeed while SOL is active; h: CTS,
 * DCD and DSR stay deasserted until the console sends its first packet. Source: IPMI 2.0 §24.1 and 24.2, tables 24-2 and
 * 24-3.
 *
 * @param type the payload's type
 * @param instance 1 to 15
 * @param auxiliary bytes 2 to 5, the low byte first
 */
public record PayloadInstance(PayloadType type, int instance, int auxiliary) {
    private static final int ENCRYPTED_AUTHENTICATED_ALERTS_WAIT = 0xc4;

    /** The first instance of SOL, to be activated: encrypted, authenticated, alerts wait, the line is up at once. */
    public static final PayloadInstance SOL_ACTIVATION =
            new PayloadInstance(PayloadType.SERIAL_OVER_LAN, 1, ENCRYPTED_AUTHENTICATED_ALERTS_WAIT);
    /** The first instance of SOL, to be deactivated. */
    public static final PayloadInstance SOL_DEACTIVATION = new PayloadInstance(PayloadType.SERIAL_OVER_LAN, 1, 0);

    /** What Activate Payload answers when the payload is active already. */
    public static final int ALREADY_ACTIVE = 0x80;
    /** What Activate Payload answers when the payload is switched off by configuration. */
    public static final int TYPE_DISABLED = 0x81;
    /** What Activate Payload answers when too many payloads are active. */
    public static final int LIMIT_REACHED = 0x82;
    /** What Activate Payload answers when it does not do it encrypted. */
    public static final int NOT_WITH_ENCRYPTION = 0x83;
    /** What Activate Payload answers when it does it encrypted only. */
    public static final int NOT_WITHOUT_ENCRYPTION = 0x84;
    /** What Deactivate Payload answers when the payload is not active. */
    public static final int ALREADY_INACTIVE = 0x80;

    /**
     * Reads a request's data.
     *
     * @throws MalformedMessageException when the bytes are not such a message, or of a type that we do not speak
     */
    public static PayloadInstance decode(Bytes data) {
        ByteReader reader = new ByteReader("payload instance", data);
        int type = reader.unsigned8() & 0x3f;
        PayloadInstance read = new PayloadInstance(
                PayloadType.of(type).orElseThrow(() -> reader.wrong("payload type " + type + " is not known")),
                reader.unsigned8() & 0x0f,
                reader.integer32());
        reader.end();
        return read;
    }

    /** The request's data, of 6 bytes. */
    public Bytes encode() {
        return new ByteWriter()
                .put8(type.code())
                .put8(instance)
                .put32(auxiliary)
                .toBytes();
    }
}
