package org.novametal.bmc.ipmi.codec;

import java.util.Arrays;
import java.util.Optional;

/** The supported IPMI commands, by network function and number. IPMI 2.0 appendix G. */
public enum IpmiCommand {
    /** Get Chassis Status, §28.2. */
    GET_CHASSIS_STATUS(0x00, 0x01),
    /** Chassis Control, §28.3. */
    CHASSIS_CONTROL(0x00, 0x02),
    /** Chassis Identify, §28.5. */
    CHASSIS_IDENTIFY(0x00, 0x04),
    /** Get System Restart Cause, §28.11. */
    GET_SYSTEM_RESTART_CAUSE(0x00, 0x07),
    /** Set System Boot Options, §28.12. */
    SET_SYSTEM_BOOT_OPTIONS(0x00, 0x08),
    /** Get System Boot Options, §28.13. */
    GET_SYSTEM_BOOT_OPTIONS(0x00, 0x09),
    /** Get Device ID, §20.1. */
    GET_DEVICE_ID(0x06, 0x01),
    /** Get System GUID, §22.14. */
    GET_SYSTEM_GUID(0x06, 0x37),
    /** Get Channel Authentication Capabilities, §22.13. */
    GET_CHANNEL_AUTHENTICATION_CAPABILITIES(0x06, 0x38),
    /** Set Session Privilege Level, §22.18. */
    SET_SESSION_PRIVILEGE_LEVEL(0x06, 0x3b),
    /** Close Session, §22.19. */
    CLOSE_SESSION(0x06, 0x3c),
    /** Activate Payload, §24.1. */
    ACTIVATE_PAYLOAD(0x06, 0x48),
    /** Deactivate Payload, §24.2. */
    DEACTIVATE_PAYLOAD(0x06, 0x49),
    /** Get Payload Activation Status, §24.4. */
    GET_PAYLOAD_ACTIVATION_STATUS(0x06, 0x4a),
    /** Get Channel Payload Support, §24.8. */
    GET_CHANNEL_PAYLOAD_SUPPORT(0x06, 0x4e),
    /** Get Channel Cipher Suites, §22.15. */
    GET_CHANNEL_CIPHER_SUITES(0x06, 0x54);

    private final int networkFunction;
    private final int code;

    IpmiCommand(int networkFunction, int code) {
        this.networkFunction = networkFunction;
        this.code = code;
    }

    /** The network function of the request, an even number; that of the response is one higher. */
    public int networkFunction() {
        return networkFunction;
    }

    /** The command's number within its network function. */
    public int code() {
        return code;
    }

    /** The command of a request; empty for an unsupported one. */
    public static Optional<IpmiCommand> of(int networkFunction, int code) {
        return Arrays.stream(values())
                .filter(command -> command.networkFunction == networkFunction && command.code == code)
                .findFirst();
    }
}
