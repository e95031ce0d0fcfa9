package org.novametal.bmc.ipmi.codec;

import java.util.Arrays;
import java.util.Optional;

/** A BMC's status code for a step of opening a session. IPMI 2.0 table 13-15. */
public enum RmcpStatus {
    /** No errors. */
    OK(0x00, "no errors"),
    /** All sessions are in use. */
    NO_RESOURCES(0x01, "insufficient resources to create a session"),
    /** The session is not known. */
    INVALID_SESSION_ID(0x02, "invalid session id"),
    /** The payload type is not known. */
    INVALID_PAYLOAD_TYPE(0x03, "invalid payload type"),
    /** The authentication algorithm is not offered. */
    INVALID_AUTHENTICATION(0x04, "invalid authentication algorithm"),
    /** The integrity algorithm is not offered. */
    INVALID_INTEGRITY(0x05, "invalid integrity algorithm"),
    /** No authentication payload matches. */
    NO_MATCHING_AUTHENTICATION(0x06, "no matching authentication payload"),
    /** No integrity payload matches. */
    NO_MATCHING_INTEGRITY(0x07, "no matching integrity payload"),
    /** The session is not active. */
    INACTIVE_SESSION_ID(0x08, "inactive session id"),
    /** There is no such role. */
    INVALID_ROLE(0x09, "invalid role"),
    /** The user may not have that role. */
    UNAUTHORIZED_ROLE(0x0a, "unauthorized role or privilege level"),
    /** All sessions for that role are in use. */
    NO_RESOURCES_FOR_ROLE(0x0b, "insufficient resources to create a session at the requested role"),
    /** The user name is too long. */
    INVALID_NAME_LENGTH(0x0c, "invalid name length"),
    /** The user is not known. */
    UNAUTHORIZED_NAME(0x0d, "unauthorized name"),
    /** The GUID is not authorized. */
    UNAUTHORIZED_GUID(0x0e, "unauthorized GUID"),
    /** The authentication code is wrong. */
    INVALID_INTEGRITY_CHECK(0x0f, "invalid integrity check value"),
    /** The encryption algorithm is not offered. */
    INVALID_CONFIDENTIALITY(0x10, "invalid confidentiality algorithm"),
    /** The combination of algorithms is not an offered cipher suite. */
    NO_CIPHER_SUITE_MATCH(0x11, "no cipher suite match with proposed security algorithms"),
    /** Another parameter of the request is wrong. */
    ILLEGAL_PARAMETER(0x12, "illegal or unrecognized parameter");

    private final int code;
    private final String text;

    RmcpStatus(int code, String text) {
        this.code = code;
        this.text = text;
    }

    /** Its number on the wire. */
    public int code() {
        return code;
    }

    /** The status of a number; empty for a vendor-specific one. */
    public static Optional<RmcpStatus> of(int code) {
        return Arrays.stream(values()).filter(status -> status.code == code).findFirst();
    }

    /** A number with its meaning: {@code 0x0d (unauthorized name)}. */
    public static String describe(int code) {
        return String.format(
                "0x%02x (%s)", code, of(code).map(status -> status.text).orElse("not in the specification"));
    }
}
