package org.novametal.bmc.ipmi.codec;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The type of the payload of an RMCP+ packet. IPMI 2.0 table 13-16. */
public enum PayloadType {
    /** An IPMI request or response. */
    IPMI(0x00),
    /** Serial over LAN. */
    SERIAL_OVER_LAN(0x01),
    /** Open Session Request. */
    OPEN_SESSION_REQUEST(0x10),
    /** Open Session Response. */
    OPEN_SESSION_RESPONSE(0x11),
    /** RAKP message 1. */
    RAKP_1(0x12),
    /** RAKP message 2. */
    RAKP_2(0x13),
    /** RAKP message 3. */
    RAKP_3(0x14),
    /** RAKP message 4. */
    RAKP_4(0x15);

    private static final List<Optional<PayloadType>> BY_CODE = IntStream.range(0, 64)
            .mapToObj(code ->
                    Arrays.stream(values()).filter(type -> type.code == code).findFirst())
            .toList();

    private final int code;

    PayloadType(int code) {
        this.code = code;
    }

    /** Its number on the wire, 0 to 63. */
    public int code() {
        return code;
    }

    /** The type of a number; empty for an unsupported one, such as a vendor-specific one. */
    public static Optional<PayloadType> of(int code) {
        return code >= 0 && code < BY_CODE.size() ? BY_CODE.get(code) : Optional.empty();
    }
}
