package org.novametal.bmc.ipmi.session;

import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.ipmi.codec.CompletionCode;
import org.novametal.bmc.ipmi.codec.CompletionCode.Readiness;
import org.novametal.bmc.ipmi.codec.IpmiCommand;
import org.novametal.bmc.ipmi.codec.RmcpStatus;

/** Maps the codes of a BMC's refusals to a {@link Reason}. */
public final class RefusalReasons {
    private static final int COMMAND_SPECIFIC_FIRST = 0x80;
    private static final int COMMAND_SPECIFIC_LAST = 0xbe;

    private RefusalReasons() {}

    /** The reason for a status other than 0 in an answer to Open Session or RAKP. IPMI 2.0 table 13-15. */
    public static Reason ofStatus(int status) {
        return RmcpStatus.of(status)
                .map(known -> switch (known) {
                    case NO_RESOURCES, NO_RESOURCES_FOR_ROLE -> Reason.NO_FREE_SESSION;
                    case INVALID_AUTHENTICATION,
                            INVALID_INTEGRITY,
                            NO_MATCHING_AUTHENTICATION,
                            NO_MATCHING_INTEGRITY,
                            INVALID_CONFIDENTIALITY,
                            NO_CIPHER_SUITE_MATCH -> Reason.UNSUPPORTED_CIPHER;
                    case INVALID_ROLE, UNAUTHORIZED_ROLE -> Reason.PRIVILEGE_TOO_LOW;
                    case INVALID_NAME_LENGTH, UNAUTHORIZED_NAME -> Reason.UNKNOWN_USER;
                    case INVALID_INTEGRITY_CHECK -> Reason.WRONG_PASSWORD;
                    case UNAUTHORIZED_GUID, ILLEGAL_PARAMETER -> Reason.REJECTED;
                    case OK, INVALID_SESSION_ID, INVALID_PAYLOAD_TYPE, INACTIVE_SESSION_ID -> Reason.PROTOCOL;
                })
                .orElse(Reason.PROTOCOL);
    }

    /**
     * The reason for a completion code other than 0 of a command: a reading command that the BMC's present state does not
     * allow may succeed later, another one is refused.
     */
    public static Reason ofCompletionCode(IpmiCommand command, int code) {
        return command.isReading() && CompletionCode.readiness(code) != Readiness.REFUSED
                ? Reason.BUSY
                : ofCompletionCode(code);
    }

    /** The reason for a completion code other than 0, for any command. IPMI 2.0 table 5-2. */
    public static Reason ofCompletionCode(int code) {
        if (code >= COMMAND_SPECIFIC_FIRST && code <= COMMAND_SPECIFIC_LAST) {
            return Reason.REJECTED;
        }
        return CompletionCode.of(code)
                .map(known -> switch (known) {
                    case NODE_BUSY,
                            TIMEOUT,
                            OUT_OF_SPACE,
                            RESERVATION_CANCELLED,
                            NO_RESPONSE,
                            DUPLICATED_REQUEST,
                            RECORD_UPDATE,
                            FIRMWARE_UPDATE,
                            INITIALIZING,
                            DESTINATION_UNAVAILABLE,
                            UNSPECIFIED -> Reason.BUSY;
                    case INVALID_COMMAND, INVALID_FOR_LUN, DISABLED -> Reason.UNSUPPORTED;
                    case INSUFFICIENT_PRIVILEGE -> Reason.PRIVILEGE_TOO_LOW;
                    case TRUNCATED,
                            INVALID_LENGTH,
                            LENGTH_LIMIT,
                            OUT_OF_RANGE,
                            TOO_MUCH_REQUESTED,
                            NOT_PRESENT,
                            INVALID_FIELD,
                            ILLEGAL_FOR_TARGET,
                            NOT_IN_PRESENT_STATE -> Reason.REJECTED;
                    case OK -> Reason.PROTOCOL;
                })
                .orElse(Reason.REJECTED);
    }
}
