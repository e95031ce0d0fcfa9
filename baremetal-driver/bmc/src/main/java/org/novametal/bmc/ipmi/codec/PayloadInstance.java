package org.novametal.bmc.ipmi.codec;

/**
 * The data of the requests Activate Payload and Deactivate Payload, which selects a payload.
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

    /** Activates the first instance of SOL: encrypted, authenticated, alerts wait, CTS, DCD and DSR asserted at once. */
    public static final PayloadInstance SOL_ACTIVATION =
            new PayloadInstance(PayloadType.SERIAL_OVER_LAN, 1, ENCRYPTED_AUTHENTICATED_ALERTS_WAIT);
    /** Deactivates the first instance of SOL. */
    public static final PayloadInstance SOL_DEACTIVATION = new PayloadInstance(PayloadType.SERIAL_OVER_LAN, 1, 0);

    /** Completion code of Activate Payload when the payload is already active. */
    public static final int ALREADY_ACTIVE = 0x80;
    /** Completion code of Activate Payload when the payload is disabled in the BMC's configuration. */
    public static final int TYPE_DISABLED = 0x81;
    /** Completion code of Activate Payload when too many payloads are active. */
    public static final int LIMIT_REACHED = 0x82;
    /** Completion code of Activate Payload when the BMC cannot encrypt the payload. */
    public static final int NOT_WITH_ENCRYPTION = 0x83;
    /** Completion code of Activate Payload when the BMC requires an encrypted payload. */
    public static final int NOT_WITHOUT_ENCRYPTION = 0x84;
    /** Completion code of Deactivate Payload when the payload is not active. */
    public static final int ALREADY_INACTIVE = 0x80;

    /**
     * Reads a request's data.
     *
     * @throws MalformedMessageException when the bytes are not such a message, or of an unsupported payload type
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
