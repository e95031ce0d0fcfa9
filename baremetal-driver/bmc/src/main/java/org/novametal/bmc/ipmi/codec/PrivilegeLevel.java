package org.novametal.bmc.ipmi.codec;

import java.util.Arrays;
import java.util.Optional;

/** What a session may do. IPMI 2.0 §6.8, appendix G. */
public enum PrivilegeLevel {
    /** Only what is needed for a call back. */
    CALLBACK(1),
    /** Reads, changes nothing. */
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

    /** The level of a number; empty for 0, 5 (a vendor's own) and those that do not exist. */
    public static Optional<PrivilegeLevel> of(int code) {
        return Arrays.stream(values()).filter(level -> level.code == code).findFirst();
    }
}
