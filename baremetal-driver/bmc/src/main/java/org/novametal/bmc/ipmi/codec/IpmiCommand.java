package org.novametal.bmc.ipmi.codec;

import java.util.Arrays;
import java.util.Optional;

/** The supported IPMI commands, by network function and number. IPMI 2.0 appendix G. */
public enum IpmiCommand {
    /** Get Chassis Status, §28.2. */
    GET_CHASSIS_STATUS(0x00, 0x01, "Get Chassis Status"),
    /** Chassis Control, §28.3. */
    CHASSIS_CONTROL(0x00, 0x02, "Chassis Control"),
    /** Chassis Identify, §28.5. */
    CHASSIS_IDENTIFY(0x00, 0x04, "Chassis Identify"),
    /** Get System Restart Cause, §28.11. */
    GET_SYSTEM_RESTART_CAUSE(0x00, 0x07, "Get System Restart Cause"),
    /** Set System Boot Options, §28.12. */
    SET_SYSTEM_BOOT_OPTIONS(0x00, 0x08, "Set System Boot Options"),
    /** Get System Boot Options, §28.13. */
    GET_SYSTEM_BOOT_OPTIONS(0x00, 0x09, "Get System Boot Options"),
    /** Get Device ID, §20.1. */
    GET_DEVICE_ID(0x06, 0x01, "Get Device ID"),
    /** Get System GUID, §22.14. */
    GET_SYSTEM_GUID(0x06, 0x37, "Get System GUID"),
    /** Get Channel Authentication Capabilities, §22.13. */
    GET_CHANNEL_AUTHENTICATION_CAPABILITIES(0x06, 0x38, "Get Channel Authentication Capabilities"),
    /** Set Session Privilege Level, §22.18. */
    SET_SESSION_PRIVILEGE_LEVEL(0x06, 0x3b, "Set Session Privilege Level"),
    /** Close Session, §22.19. */
    CLOSE_SESSION(0x06, 0x3c, "Close Session"),
    /** Activate Payload, §24.1. */
    ACTIVATE_PAYLOAD(0x06, 0x48, "Activate Payload"),
    /** Deactivate Payload, §24.2. */
    DEACTIVATE_PAYLOAD(0x06, 0x49, "Deactivate Payload"),
    /** Get Payload Activation Status, §24.4. */
    GET_PAYLOAD_ACTIVATION_STATUS(0x06, 0x4a, "Get Payload Activation Status"),
    /** Get Payload Instance Info, §24.5. */
    GET_PAYLOAD_INSTANCE_INFO(0x06, 0x4b, "Get Payload Instance Info"),
    /** Get Channel Payload Support, §24.8. */
    GET_CHANNEL_PAYLOAD_SUPPORT(0x06, 0x4e, "Get Channel Payload Support"),
    /** Get Channel Cipher Suites, §22.15. */
    GET_CHANNEL_CIPHER_SUITES(0x06, 0x54, "Get Channel Cipher Suites");

    private final int networkFunction;
    private final int code;
    private final String text;

    IpmiCommand(int networkFunction, int code, String text) {
        this.networkFunction = networkFunction;
        this.code = code;
        this.text = text;
    }

    /** The network function of the request, an even number; that of the response is one higher. */
    public int networkFunction() {
        return networkFunction;
    }

    /** The command's number within its network function. */
    public int code() {
        return code;
    }

    /** The command's name in the specification, for messages. */
    public String text() {
        return text;
    }

    /** Whether the command only reads, so that it may be repeated at any time. */
    public boolean isReading() {
        return switch (this) {
            case GET_CHASSIS_STATUS,
                    GET_SYSTEM_RESTART_CAUSE,
                    GET_SYSTEM_BOOT_OPTIONS,
                    GET_DEVICE_ID,
                    GET_SYSTEM_GUID,
                    GET_CHANNEL_AUTHENTICATION_CAPABILITIES,
                    GET_PAYLOAD_ACTIVATION_STATUS,
                    GET_PAYLOAD_INSTANCE_INFO,
                    GET_CHANNEL_PAYLOAD_SUPPORT,
                    GET_CHANNEL_CIPHER_SUITES -> true;
            case CHASSIS_CONTROL,
                    CHASSIS_IDENTIFY,
                    SET_SYSTEM_BOOT_OPTIONS,
                    SET_SESSION_PRIVILEGE_LEVEL,
                    CLOSE_SESSION,
                    ACTIVATE_PAYLOAD,
                    DEACTIVATE_PAYLOAD -> false;
        };
    }

    /** The name of a command for messages, or its numbers where it is not a supported one. */
    public static String describe(int networkFunction, int code) {
        return of(networkFunction, code)
                .map(IpmiCommand::text)
                .orElseGet(() -> String.format("command 0x%02x of network function 0x%02x", code, networkFunction));
    }

    /** The command of a request; empty for an unsupported one. */
    public static Optional<IpmiCommand> of(int networkFunction, int code) {
        return Arrays.stream(values())
                .filter(command -> command.networkFunction == networkFunction && command.code == code)
                .findFirst();
    }
}
