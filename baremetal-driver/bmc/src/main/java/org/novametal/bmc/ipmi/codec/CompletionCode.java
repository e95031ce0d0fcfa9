package org.novametal.bmc.ipmi.codec;

import java.util.Arrays;
import java.util.Optional;

/**
 * A BMC's result code for a command. The codes 0x80 to 0xbe have a different meaning for each command. IPMI 2.0 table 5-2.
 */
public enum CompletionCode {
    /** The command was performed. */
    OK(0x00, Readiness.REFUSED, "done"),
    /** The BMC is busy. */
    NODE_BUSY(0xc0, Readiness.NOT_YET, "node busy"),
    /** There is no such command. */
    INVALID_COMMAND(0xc1, Readiness.REFUSED, "invalid command"),
    /** There is no such command for that LUN. */
    INVALID_FOR_LUN(0xc2, Readiness.REFUSED, "invalid command for the LUN"),
    /** Processing the command took too long. */
    TIMEOUT(0xc3, Readiness.NOT_YET, "time-out while processing"),
    /** The BMC is out of space. */
    OUT_OF_SPACE(0xc4, Readiness.NOT_YET, "out of space"),
    /** A reservation was cancelled. */
    RESERVATION_CANCELLED(0xc5, Readiness.REFUSED, "reservation cancelled"),
    /** The request was cut short. */
    TRUNCATED(0xc6, Readiness.REFUSED, "request data truncated"),
    /** The request's length is wrong. */
    INVALID_LENGTH(0xc7, Readiness.REFUSED, "request data length invalid"),
    /** The request is too long. */
    LENGTH_LIMIT(0xc8, Readiness.REFUSED, "request data field length limit exceeded"),
    /** A parameter is out of its range. */
    OUT_OF_RANGE(0xc9, Readiness.REFUSED, "parameter out of range"),
    /** The answer would be too long. */
    TOO_MUCH_REQUESTED(0xca, Readiness.REFUSED, "cannot return number of requested data bytes"),
    /** There is no such sensor or record. */
    NOT_PRESENT(0xcb, Readiness.REFUSED, "requested sensor, data or record not present"),
    /** A field is wrong. */
    INVALID_FIELD(0xcc, Readiness.REFUSED, "invalid data field in request"),
    /** The command is not allowed for that sensor or record. */
    ILLEGAL_FOR_TARGET(0xcd, Readiness.REFUSED, "command illegal for the sensor or record"),
    /** The BMC could not produce an answer. */
    NO_RESPONSE(0xce, Readiness.NOT_YET, "response could not be provided"),
    /** The request was received before, and its answer is not available any more. */
    DUPLICATED_REQUEST(0xcf, Readiness.NOT_YET, "cannot execute duplicated request"),
    /** The sensor records are being updated. */
    RECORD_UPDATE(0xd0, Readiness.NOT_YET, "SDR repository in update mode"),
    /** The firmware is being updated. */
    FIRMWARE_UPDATE(0xd1, Readiness.NOT_YET, "device in firmware update mode"),
    /** The BMC is starting. */
    INITIALIZING(0xd2, Readiness.NOT_YET, "BMC initialization in progress"),
    /** A part of the BMC does not answer. */
    DESTINATION_UNAVAILABLE(0xd3, Readiness.NOT_YET, "destination unavailable"),
    /** The user's privilege is too low. */
    INSUFFICIENT_PRIVILEGE(0xd4, Readiness.REFUSED, "insufficient privilege level"),
    /** The command is not supported in the machine's present state. */
    NOT_IN_PRESENT_STATE(0xd5, Readiness.UNCERTAIN, "not supported in present state"),
    /** The function is disabled. */
    DISABLED(0xd6, Readiness.REFUSED, "sub-function disabled or unavailable"),
    /** Any other error. */
    UNSPECIFIED(0xff, Readiness.UNCERTAIN, "unspecified error");

    /** Whether an error may end by itself. */
    public enum Readiness {
        /** The command is refused. */
        REFUSED,
        /** The BMC cannot perform the command now. */
        NOT_YET,
        /**
         * The BMC reports no cause: while it starts it answers reading commands so, but it may also refuse the command for
         * good. See {@link WireQuirk#NOT_READY_CODE}.
         */
        UNCERTAIN
    }

    private final int code;
    private final Readiness readiness;
    private final String text;

    CompletionCode(int code, Readiness readiness, String text) {
        this.code = code;
        this.readiness = readiness;
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

    /** What a code other than 0 says about a later repetition of the command. */
    public static Readiness readiness(int code) {
        return of(code).map(known -> known.readiness).orElse(Readiness.REFUSED);
    }

    /**
     * Whether a command that was answered with an error may have been performed: the BMC lost its answer, or gave up waiting
     * for a part of itself.
     */
    public static boolean mayHaveBeenPerformed(int code) {
        return code == TIMEOUT.code || code == NO_RESPONSE.code || code == DUPLICATED_REQUEST.code;
    }

    /** A number with its meaning: {@code 0xd4 (insufficient privilege level)}. */
    public static String describe(int code) {
        return String.format(
                "0x%02x (%s)", code, of(code).map(known -> known.text).orElse("a code specific to the command"));
    }
}
