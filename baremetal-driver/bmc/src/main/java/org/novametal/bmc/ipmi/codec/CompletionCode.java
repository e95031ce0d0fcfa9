package org.novametal.bmc.ipmi.codec;

import java.util.Arrays;
import java.util.Optional;

/**
 * A BMC's result code for a command. The codes 0x80 to 0xbe have a different meaning for each command. IPMI 2.0 table 5-2.
 */
public enum CompletionCode {
    /** The command was performed. */
    OK(0x00, "done"),
    /** The BMC is busy. */
    NODE_BUSY(0xc0, "node busy"),
    /** There is no such command. */
    INVALID_COMMAND(0xc1, "invalid command"),
    /** There is no such command for that LUN. */
    INVALID_FOR_LUN(0xc2, "invalid command for the LUN"),
    /** Processing the command took too long. */
    TIMEOUT(0xc3, "time-out while processing"),
    /** The BMC is out of space. */
    OUT_OF_SPACE(0xc4, "out of space"),
    /** The request was cut short. */
    TRUNCATED(0xc6, "request data truncated"),
    /** The request's length is wrong. */
    INVALID_LENGTH(0xc7, "request data length invalid"),
    /** A parameter is out of its range. */
    OUT_OF_RANGE(0xc9, "parameter out of range"),
    /** A field is wrong. */
    INVALID_FIELD(0xcc, "invalid data field in request"),
    /** The command is not allowed for that sensor or record. */
    ILLEGAL_FOR_TARGET(0xcd, "command illegal for the sensor or record"),
    /** The BMC could not produce an answer. */
    NO_RESPONSE(0xce, "response could not be provided"),
    /** The firmware is being updated. */
    FIRMWARE_UPDATE(0xd1, "device in firmware update mode"),
    /** The BMC is starting. */
    INITIALIZING(0xd2, "BMC initialization in progress"),
    /** The user's privilege is too low. */
    INSUFFICIENT_PRIVILEGE(0xd4, "insufficient privilege level"),
    /** The command is not supported in the machine's present state. */
    NOT_IN_PRESENT_STATE(0xd5, "not supported in present state"),
    /** The function is disabled. */
    DISABLED(0xd6, "sub-function disabled or unavailable"),
    /** Any other error. */
    UNSPECIFIED(0xff, "unspecified error");

    private final int code;
    private final String text;

    CompletionCode(int code, String text) {
        this.code = code;
        this.text = text;
    }

    /** Its number on the wire. */
    public int code() {
        return code;
    }

    /** The meaning of a number; empty where it depends on the command or on the vendor. */
    public static Optional<CompletionCode> of(int code) {
        return Arrays.stream(values()).filter(known -> known.code == code).findFirst();
    }

    /** A number with its meaning: {@code 0xd4 (insufficient privilege level)}. */
    public static String describe(int code) {
        return String.format(
                "0x%02x (%s)", code, of(code).map(known -> known.text).orElse("a code specific to the command"));
    }
}
