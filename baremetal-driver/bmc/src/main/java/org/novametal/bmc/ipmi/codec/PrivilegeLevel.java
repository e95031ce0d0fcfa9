package org.novametal.bmc.ipmi.codec;

import java.util.Arrays;
import java.util.Optional;

/** What a session may do. IPMI 2.0 §6.8, appendix G. */
public enum PrivilegeLevel {
    /** Allows only the commands needed for a callback. */
    CALLBACK(1),
    /** Read-only access. */
    USER(2),
    /** Switches power and chooses the boot device. */
    OPERATOR(3),
    /** Configures the BMC itself. */
    ADMINISTRATOR(4);

    private final int code;

    PrivilegeLevel(int code) {
        this.code = code;
    }

    /** Its number on the wire. */
    public int code() {
        return code;
    }

    /** The level of a number; empty for 0, 5 (vendor-specific) and undefined numbers. */
    public static Optional<PrivilegeLevel> of(int code) {
        return Arrays.stream(values()).filter(level -> level.code == code).findFirst();
    }
}
