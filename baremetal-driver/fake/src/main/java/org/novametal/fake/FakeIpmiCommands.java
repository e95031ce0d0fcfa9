package org.novametal.fake;

import java.time.Duration;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.ipmi.codec.AuthenticationCapabilities;
import org.novametal.bmc.ipmi.codec.BootFlags;
import org.novametal.bmc.ipmi.codec.BootOption;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.ChassisControl;
import org.novametal.bmc.ipmi.codec.ChassisStatus;
import org.novametal.bmc.ipmi.codec.CipherSuite;
import org.novametal.bmc.ipmi.codec.CompletionCode;
import org.novametal.bmc.ipmi.codec.DeviceId;
import org.novametal.bmc.ipmi.codec.IdentifyInterval;
import org.novametal.bmc.ipmi.codec.IpmiCommand;
import org.novametal.bmc.ipmi.codec.IpmiRequest;
import org.novametal.bmc.ipmi.codec.IpmiResponse;
import org.novametal.bmc.ipmi.codec.MalformedMessageException;
import org.novametal.bmc.ipmi.codec.SystemRestart;

/** Executes commands of a {@link FakeIpmiBmc} on its chassis, and makes the answers. Owned by the BMC. */
final class FakeIpmiCommands {
    private static final int CHANNEL = 1;
    private static final int PARAMETER_NOT_SUPPORTED = 0x80;
    private static final int NOT_AFTER_A_TIME = 0x08;
    private static final int CIPHER_RECORDS_AT_ONCE = 16;
    /**
     * The payload types: the standard types 0 (IPMI) and 1 (SOL), those of the session set-up, no OEM types. IPMI 2.0 §24.8.
     */
    private static final Bytes PAYLOAD_SUPPORT = Bytes.of(0x03, 0x00, 0x3f, 0x00, 0x00, 0x00, 0x00, 0x00);

    private static final DeviceId DEVICE_ID = new DeviceId(0x20, 0x01, 0x01, 0x00, 0x02, 0x80, 0, 0);

    private final FakeChassis chassis;
    private final FakeIpmiProfile profile;
    private final Map<BootOption, Bytes> bootOptions = new EnumMap<>(BootOption.class);
    /** When the boot flags were set; empty after a power command. */
    private OptionalLong bootFlagsSetNanos = OptionalLong.empty();
    /** Whether a slow power change is running; cleared on a thread of the network. */
    private final AtomicBoolean isChanging = new AtomicBoolean();

    FakeIpmiCommands(FakeChassis chassis, FakeIpmiProfile profile) {
        this.chassis = chassis;
        this.profile = profile;
    }

    /** The answer to a request outside any session. */
    IpmiResponse answerOutsideSession(IpmiRequest request) {
        return answer(request, command -> switch (command) {
            case GET_CHANNEL_AUTHENTICATION_CAPABILITIES -> authenticationCapabilities(request.data());
            case GET_CHANNEL_CIPHER_SUITES -> cipherSuites(request.data());
            case GET_SYSTEM_GUID -> Reply.of(systemGuid());
            case GET_DEVICE_ID,
                    GET_CHASSIS_STATUS,
                    CHASSIS_CONTROL,
                    CHASSIS_IDENTIFY,
                    GET_SYSTEM_RESTART_CAUSE,
                    GET_SYSTEM_BOOT_OPTIONS,
                    SET_SYSTEM_BOOT_OPTIONS,
                    SET_SESSION_PRIVILEGE_LEVEL,
                    CLOSE_SESSION,
                    ACTIVATE_PAYLOAD,
                    DEACTIVATE_PAYLOAD,
                    GET_PAYLOAD_ACTIVATION_STATUS,
                    GET_PAYLOAD_INSTANCE_INFO,
                    GET_CHANNEL_PAYLOAD_SUPPORT -> Reply.of(CompletionCode.INSUFFICIENT_PRIVILEGE);
        });
    }

    /** The answer to a request in a session, except for requests about the session itself. */
    IpmiResponse answer(IpmiRequest request, FakeFaults faults, long nowNanos, @Nullable FakeIpmiNetwork network) {
        return answer(request, command -> switch (command) {
            case GET_CHANNEL_AUTHENTICATION_CAPABILITIES -> authenticationCapabilities(request.data());
            case GET_CHANNEL_CIPHER_SUITES -> cipherSuites(request.data());
            case GET_SYSTEM_GUID -> Reply.of(systemGuid());
            case GET_DEVICE_ID -> Reply.of(DEVICE_ID.encode());
            case GET_CHASSIS_STATUS ->
                Reply.of(ChassisStatus.of(chassis.isOn() ? ChassisPower.ON : ChassisPower.OFF)
                        .encode());
            case CHASSIS_CONTROL -> control(request.data(), faults, network);
            case CHASSIS_IDENTIFY -> {
                chassis.identify(IdentifyInterval.decode(request.data()));
                yield Reply.of(CompletionCode.OK);
            }
            case GET_SYSTEM_RESTART_CAUSE ->
                Reply.of(SystemRestart.of(chassis.restartCause(), CHANNEL).encode());
            case GET_SYSTEM_BOOT_OPTIONS -> bootOption(request.data());
            case SET_SYSTEM_BOOT_OPTIONS -> setBootOption(request.data(), nowNanos);
            case GET_CHANNEL_PAYLOAD_SUPPORT -> Reply.of(PAYLOAD_SUPPORT);
            case SET_SESSION_PRIVILEGE_LEVEL,
                    CLOSE_SESSION,
                    ACTIVATE_PAYLOAD,
                    DEACTIVATE_PAYLOAD,
                    GET_PAYLOAD_ACTIVATION_STATUS,
                    GET_PAYLOAD_INSTANCE_INFO -> Reply.of(CompletionCode.INVALID_COMMAND);
        });
    }

    /** The machine's UUID as IPMI 2.0 §20.8 encodes it: all bytes in reverse order. */
    Bytes systemGuid() {
        UUID uuid = chassis.systemUuid();
        byte[] forward = HexFormat.of().parseHex(uuid.toString().replace("-", ""));
        byte[] reverse = new byte[forward.length];
        for (int i = 0; i < forward.length; i++) {
            reverse[i] = forward[forward.length - 1 - i];
        }
        return Bytes.copyOf(reverse);
    }

    private record Reply(int completionCode, Bytes data) {
        static Reply of(Bytes data) {
            return new Reply(CompletionCode.OK.code(), data);
        }

        static Reply of(CompletionCode code) {
            return new Reply(code.code(), Bytes.EMPTY);
        }
    }

    private interface Action {
        Reply on(IpmiCommand command);
    }

    private static IpmiResponse answer(IpmiRequest request, Action action) {
        Reply reply;
        try {
            reply = IpmiCommand.of(request.networkFunction(), request.command())
                    .map(action::on)
                    .orElse(Reply.of(CompletionCode.INVALID_COMMAND));
        } catch (MalformedMessageException e) {
            reply = Reply.of(CompletionCode.INVALID_LENGTH);
        }
        return IpmiResponse.to(request, reply.completionCode(), reply.data());
    }

    private static Reply authenticationCapabilities(Bytes data) {
        if (data.length() != 2) {
            return Reply.of(CompletionCode.INVALID_LENGTH);
        }
        boolean asksForIpmi2 = (data.at(0) & 0x80) != 0;
        AuthenticationCapabilities full = AuthenticationCapabilities.ofIpmi2(CHANNEL);
        return Reply.of(
                asksForIpmi2 ? full.encode() : new AuthenticationCapabilities(CHANNEL, 0, full.status(), 0).encode());
    }

    /** Answers sixteen bytes of the list at a time, fewer at its end. IPMI 2.0 §22.15. */
    private Reply cipherSuites(Bytes data) {
        if (data.length() != 3) {
            return Reply.of(CompletionCode.INVALID_LENGTH);
        }
        Bytes records = CipherSuite.records(profile.cipherSuites());
        int from = Math.min((data.at(2) & 0x3f) * CIPHER_RECORDS_AT_ONCE, records.length());
        int to = Math.min(from + CIPHER_RECORDS_AT_ONCE, records.length());
        byte[] answer = new byte[1 + to - from];
        answer[0] = CHANNEL;
        System.arraycopy(records.toArray(), from, answer, 1, to - from);
        return Reply.of(Bytes.copyOf(answer));
    }

    private Reply control(Bytes data, FakeFaults faults, @Nullable FakeIpmiNetwork network) {
        Optional<PowerAction> known = ChassisControl.decode(data)
                .filter(profile.powerActions()::contains)
                .filter(action -> action != PowerAction.SOFT_OFF || !faults.has(FakeFault.NO_SOFT_OFF))
                .filter(action -> action != PowerAction.CYCLE || !faults.has(FakeFault.NO_POWER_CYCLE));
        if (known.isEmpty()) {
            return Reply.of(CompletionCode.INVALID_FIELD);
        }
        if (isChanging.get()) {
            return Reply.of(CompletionCode.NODE_BUSY);
        }
        PowerAction action = known.get();
        boolean isAllowedWhenOff = switch (action) {
            case ON, OFF -> true;
            case CYCLE, RESET, SOFT_OFF, DIAGNOSTIC_INTERRUPT -> false;
        };
        if (!isAllowedWhenOff && !chassis.isOn()) {
            return Reply.of(CompletionCode.NOT_IN_PRESENT_STATE);
        }
        if (faults.has(FakeFault.REFUSES_PRESENT_POWER)
                && action == (chassis.isOn() ? PowerAction.ON : PowerAction.OFF)) {
            return Reply.of(CompletionCode.NOT_IN_PRESENT_STATE);
        }
        bootFlagsSetNanos = OptionalLong.empty();
        if (faults.has(FakeFault.POWER_IGNORED)) {
            return Reply.of(CompletionCode.OK);
        }
        if (faults.has(FakeFault.SLOW_POWER) && network != null) {
            isChanging.set(true);
            network.after(Duration.ofSeconds(faults.number(FakeFault.SLOW_POWER)), () -> {
                try {
                    chassis.control(action);
                } finally {
                    isChanging.set(false);
                }
            });
        } else {
            chassis.control(action);
        }
        return Reply.of(CompletionCode.OK);
    }

    /** Removes a boot override that no power command has used in time, if the BMC has that fault. IPMI 2.0 table 28-14. */
    void expireBootFlags(FakeFaults faults, long nowNanos) {
        if (faults.has(FakeFault.BOOT_FLAGS_NOT_KEPT)) {
            chassis.setBootOverride(BootFlags.NO_OVERRIDE);
        }
        if (bootFlagsSetNanos.isEmpty() || !faults.has(FakeFault.BOOT_FLAGS_EXPIRE)) {
            return;
        }
        Bytes clearing = bootOptions.getOrDefault(BootOption.VALID_BIT_CLEARING, Bytes.of(0));
        long limit = TimeUnit.SECONDS.toNanos(faults.number(FakeFault.BOOT_FLAGS_EXPIRE));
        if ((clearing.at(0) & NOT_AFTER_A_TIME) == 0 && nowNanos - bootFlagsSetNanos.getAsLong() >= limit) {
            bootFlagsSetNanos = OptionalLong.empty();
            chassis.setBootOverride(BootFlags.NO_OVERRIDE);
        }
    }

    private Reply bootOption(Bytes data) {
        if (data.length() != 3) {
            return Reply.of(CompletionCode.INVALID_LENGTH);
        }
        return BootOption.of(data.at(0) & 0x7f)
                .map(option -> Reply.of(option.getResponse(
                        option == BootOption.BOOT_FLAGS
                                ? BootFlags.report(chassis.bootOverride())
                                : bootOptions.getOrDefault(option, Bytes.copyOf(new byte[option.length()])))))
                .orElse(new Reply(PARAMETER_NOT_SUPPORTED, Bytes.EMPTY));
    }

    private Reply setBootOption(Bytes data, long nowNanos) {
        if (data.length() < 1) {
            return Reply.of(CompletionCode.INVALID_LENGTH);
        }
        Optional<BootOption> known = BootOption.of(data.at(0) & 0x7f);
        if (known.isEmpty()) {
            return new Reply(PARAMETER_NOT_SUPPORTED, Bytes.EMPTY);
        }
        BootOption option = known.get();
        Bytes content = data.slice(1, data.length());
        if (content.length() != option.length()) {
            return Reply.of(CompletionCode.INVALID_LENGTH);
        }
        if (option == BootOption.BOOT_FLAGS) {
            Optional<BootOverride> override = BootFlags.decode(content);
            if (override.isEmpty()) {
                return Reply.of(CompletionCode.INVALID_FIELD);
            }
            chassis.setBootOverride(override.get());
            bootFlagsSetNanos = OptionalLong.of(nowNanos);
        } else {
            bootOptions.put(option, content);
        }
        return Reply.of(CompletionCode.OK);
    }
}
