package org.novametal.bmc.ipmi.command;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcCalls;
import org.novametal.bmc.BmcCalls.Call;
import org.novametal.bmc.BmcCapability;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcOptions.RawAccess;
import org.novametal.bmc.BootDeviceControl;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.bmc.ChassisIdentify;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.DeviceDescription;
import org.novametal.bmc.DeviceInformation;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.RawCommands;
import org.novametal.bmc.RestartCause;
import org.novametal.bmc.RestartCauseInquiry;
import org.novametal.bmc.ipmi.codec.BootFlags;
import org.novametal.bmc.ipmi.codec.BootOption;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.ChassisControl;
import org.novametal.bmc.ipmi.codec.ChassisStatus;
import org.novametal.bmc.ipmi.codec.CompletionCode;
import org.novametal.bmc.ipmi.codec.CompletionCode.Readiness;
import org.novametal.bmc.ipmi.codec.DeviceId;
import org.novametal.bmc.ipmi.codec.IdentifyInterval;
import org.novametal.bmc.ipmi.codec.IpmiCommand;
import org.novametal.bmc.ipmi.codec.MalformedMessageException;
import org.novametal.bmc.ipmi.codec.SystemRestart;
import org.novametal.bmc.ipmi.session.RefusalReasons;

/**
 * Performs the calls of a BMC as conversations of IPMI commands over any {@link Wire}, with workarounds for BMCs that
 * refuse or do not support some commands. Stateless; as safe for several threads as its wire, which also sets each call's
 * deadline.
 */
public final class IpmiCommands
        implements BootDeviceControl, ChassisIdentify, DeviceInformation, RestartCauseInquiry, RawCommands {
    private static final int LONGEST_RAW_DATA = 64;
    private static final int UUID_BYTES = 16;

    /**
     * Keeps the valid bit of the boot flags set if no boot follows within 60 seconds, because writing an image takes
     * longer.
     */
    private static final Bytes KEEP_VALID_BIT = Bytes.of(0x08);

    private static final Bytes SET_IN_PROGRESS = Bytes.of(0x01);
    private static final Bytes SET_COMPLETE = Bytes.of(0x00);

    private final String subject;
    private final RawAccess rawAccess;
    private final Wire wire;

    /** Sends commands to the BMC and returns its answers. Deadlines are nanoseconds of the wire's clock. */
    public interface Wire {
        /** Makes a call of one or more commands, each depending on the previous answer, through {@link BmcCalls}. */
        <T> T converse(Call<T> conversation) throws InterruptedException;

        /** Sends a command and returns its answer, with any completion code. */
        Answer exchange(int networkFunction, int command, Bytes data, long deadlineNanos) throws InterruptedException;

        /**
         * Like {@link #exchange}, but the BMC never performs the command twice. Called just after another answer has
         * arrived.
         */
        Answer exchangeOnce(IpmiCommand command, Bytes data, long deadlineNanos) throws InterruptedException;

        /** Must be called before {@link #exchangeOnce} if no command was sent in this conversation. */
        void prepareForOnce(long deadlineNanos) throws InterruptedException;

        /**
         * Waits briefly for a machine that is changing its state; fails when the deadline has passed or the handle is
         * closed.
         */
        void pause(long deadlineNanos) throws InterruptedException;
    }

    /**
     * A BMC's answer to a command.
     *
     * @param completionCode 0 where the command succeeded
     * @param data the answer's data; often empty where the code is not 0
     */
    public record Answer(int completionCode, Bytes data) {}

    /**
     * Commands to one BMC.
     *
     * @param subject the beginning of messages, such as {@code BMC ipmi://10.0.0.7}
     */
    public IpmiCommands(String subject, RawAccess rawAccess, Wire wire) {
        this.subject = subject;
        this.rawAccess = rawAccess;
        this.wire = wire;
    }

    /**
     * This object if it has the capability, as specified by {@link Bmc#capability}.
     *
     * @param <C> the capability's type
     */
    public <C extends BmcCapability> Optional<C> capability(Class<C> type) {
        return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
    }

    /** Reads the power, as specified by {@link Bmc#readPower}. */
    public ChassisPower readPower() throws InterruptedException {
        return wire.converse(this::readPower);
    }

    private ChassisPower readPower(long deadlineNanos) throws InterruptedException {
        return power(ask(IpmiCommand.GET_CHASSIS_STATUS, Bytes.EMPTY, deadlineNanos));
    }

    /** The power in an answer to Get Chassis Status. */
    public ChassisPower power(Answer status) {
        return power(done(IpmiCommand.GET_CHASSIS_STATUS, status));
    }

    private ChassisPower power(Bytes status) {
        return decode(status, ChassisStatus::decode).power();
    }

    /** Requests a power change, as specified by {@link Bmc#requestPower}. */
    public void requestPower(PowerAction action) throws InterruptedException {
        perform(deadlineNanos -> requestPower(action, deadlineNanos));
    }

    private void requestPower(PowerAction asked, long deadlineNanos) throws InterruptedException {
        PowerAction action = asked;
        if (asked == PowerAction.CYCLE) {
            // IPMI 2.0 §28.3 only recommends to refuse the cycle of a machine that is off: some BMCs accept it and do
            // nothing.
            action = readPower(deadlineNanos) == ChassisPower.OFF ? PowerAction.ON : asked;
        } else if (!asked.isRepeatable()) {
            wire.prepareForOnce(deadlineNanos);
        }
        Answer answer = control(action, deadlineNanos);
        if (answer.completionCode() == CompletionCode.OK.code()) {
            return;
        }
        if (answer.completionCode() == CompletionCode.INSUFFICIENT_PRIVILEGE.code()) {
            throw refusal(action.toString(), answer);
        }
        switch (action) {
            case ON -> succeedIf(ChassisPower.ON, action, answer, deadlineNanos);
            case OFF, SOFT_OFF -> succeedIf(ChassisPower.OFF, action, answer, deadlineNanos);
            case CYCLE -> {
                if (CompletionCode.readiness(answer.completionCode()) == Readiness.NOT_YET) {
                    throw refusal(action.toString(), answer);
                }
                offThenOn(deadlineNanos);
            }
            case RESET, DIAGNOSTIC_INTERRUPT -> {
                // Some BMCs refuse it for a machine that is off with the code of an unspecified error.
                if (readPower(deadlineNanos) == ChassisPower.OFF) {
                    throw refusal(Reason.REJECTED, action + " of a machine that is off", answer);
                }
                throw refusal(action.toString(), answer);
            }
        }
    }

    private Answer control(PowerAction action, long deadlineNanos) throws InterruptedException {
        Bytes data = ChassisControl.encode(action);
        return action.isRepeatable()
                ? exchange(IpmiCommand.CHASSIS_CONTROL, data, deadlineNanos)
                : wire.exchangeOnce(IpmiCommand.CHASSIS_CONTROL, data, deadlineNanos);
    }

    /** Ignores a refusal if the machine is in the wanted state: some BMCs refuse to switch to the present state. */
    private void succeedIf(ChassisPower wanted, PowerAction action, Answer answer, long deadlineNanos)
            throws InterruptedException {
        if (readPower(deadlineNanos) != wanted) {
            throw refusal(action.toString(), answer);
        }
    }

    private void offThenOn(long deadlineNanos) throws InterruptedException {
        if (readPower(deadlineNanos) == ChassisPower.ON) {
            requestPower(PowerAction.OFF, deadlineNanos);
            while (readPower(deadlineNanos) == ChassisPower.ON) {
                wire.pause(deadlineNanos);
            }
        }
        requestPower(PowerAction.ON, deadlineNanos);
    }

    @Override
    public BootOverride readBootOverride() throws InterruptedException {
        return wire.converse(this::readBootOverride);
    }

    private BootOverride readBootOverride(long deadlineNanos) throws InterruptedException {
        Bytes data = ask(IpmiCommand.GET_SYSTEM_BOOT_OPTIONS, BootOption.BOOT_FLAGS.getRequest(), deadlineNanos);
        Bytes flags = decode(data, BootOption.BOOT_FLAGS::readResponse);
        return decode(flags, BootFlags::decode)
                .orElseThrow(() -> failure(
                        Reason.UNSUPPORTED,
                        "its boot flags " + flags + " name an unsupported boot device; set another"));
    }

    @Override
    public void setBootOverride(BootOverride override) throws InterruptedException {
        perform(deadlineNanos -> {
            setBootOverride(override, deadlineNanos);
            if (!isKept(override, deadlineNanos)) {
                setBootOverride(override, deadlineNanos);
                if (!isKept(override, deadlineNanos)) {
                    throw failure(
                            Reason.NOT_DONE,
                            "it accepted the boot device " + override.device() + ", but reports another");
                }
            }
        });
    }

    /** Whether the BMC reports the device that was set; also true where it does not report its boot flags. */
    private boolean isKept(BootOverride override, long deadlineNanos) throws InterruptedException {
        Answer answer = bootFlags(deadlineNanos);
        if (answer.completionCode() != CompletionCode.OK.code()) {
            return true;
        }
        try {
            return BootFlags.names(override.device(), BootOption.BOOT_FLAGS.readResponse(answer.data()));
        } catch (MalformedMessageException e) {
            return true;
        }
    }

    private void setBootOverride(BootOverride override, long deadlineNanos) throws InterruptedException {
        BootFirmware mode =
                override.firmware() == BootFirmware.UNSPECIFIED ? presentMode(deadlineNanos) : override.firmware();
        // Only the boot flags must be accepted: many BMCs lack the other parameters.
        setIfKnown(BootOption.SET_IN_PROGRESS, SET_IN_PROGRESS, deadlineNanos);
        setIfKnown(BootOption.VALID_BIT_CLEARING, KEEP_VALID_BIT, deadlineNanos);
        Bytes flags = BootOption.BOOT_FLAGS.setRequest(
                BootFlags.encode(new BootOverride(override.device(), override.persistence(), mode)));
        ask(IpmiCommand.SET_SYSTEM_BOOT_OPTIONS, flags, deadlineNanos);
        setIfKnown(BootOption.SET_IN_PROGRESS, SET_COMPLETE, deadlineNanos);
    }

    /**
     * The boot mode that the BMC reports. The flags have one bit for it and no value for "unchanged", so the present bit is
     * sent again; a BMC that does not report its flags gets the bit of BIOS.
     */
    private BootFirmware presentMode(long deadlineNanos) throws InterruptedException {
        Answer answer = bootFlags(deadlineNanos);
        if (answer.completionCode() == CompletionCode.OK.code()) {
            return decode(answer.data(), data -> BootFlags.mode(BootOption.BOOT_FLAGS.readResponse(data)));
        }
        if (isUnknownOrRefused(answer)) {
            return BootFirmware.BIOS;
        }
        throw refusal("get boot option " + BootOption.BOOT_FLAGS, answer);
    }

    private Answer bootFlags(long deadlineNanos) throws InterruptedException {
        return exchange(IpmiCommand.GET_SYSTEM_BOOT_OPTIONS, BootOption.BOOT_FLAGS.getRequest(), deadlineNanos);
    }

    private void setIfKnown(BootOption option, Bytes content, long deadlineNanos) throws InterruptedException {
        Answer answer = exchange(IpmiCommand.SET_SYSTEM_BOOT_OPTIONS, option.setRequest(content), deadlineNanos);
        if (answer.completionCode() != CompletionCode.OK.code() && !isUnknownOrRefused(answer)) {
            throw refusal("set boot option " + option, answer);
        }
    }

    /** Whether the BMC can do without: it does not know the command or refuses it, with whatever code. */
    private static boolean isUnknownOrRefused(Answer answer) {
        return answer.completionCode() != CompletionCode.INSUFFICIENT_PRIVILEGE.code()
                && CompletionCode.readiness(answer.completionCode()) != Readiness.NOT_YET;
    }

    @Override
    public void identify(Duration duration) throws InterruptedException {
        Bytes interval = IdentifyInterval.encode(duration);
        perform(deadlineNanos -> ask(IpmiCommand.CHASSIS_IDENTIFY, interval, deadlineNanos));
    }

    @Override
    public DeviceDescription readDevice() throws InterruptedException {
        DeviceId id = decode(ask(IpmiCommand.GET_DEVICE_ID), DeviceId::decode);
        // Bit 7 of the major number means that the device is busy; the minor number is binary coded decimal.
        String firmware = String.format(Locale.ROOT, "%d.%02x", id.firmwareMajor() & 0x7f, id.firmwareMinor());
        return new DeviceDescription("IANA " + id.manufacturer(), String.valueOf(id.product()), firmware);
    }

    @Override
    public UUID readSystemUuid() throws InterruptedException {
        return decode(ask(IpmiCommand.GET_SYSTEM_GUID), IpmiCommands::uuid);
    }

    /** Decodes a GUID, which has its last byte first; bytes that follow it are ignored. IPMI 2.0 §20.8. */
    private static UUID uuid(Bytes guid) {
        if (guid.length() < UUID_BYTES) {
            throw new MalformedMessageException("a GUID of " + guid.length() + " bytes");
        }
        long[] halves = new long[2];
        for (int i = 0; i < UUID_BYTES; i++) {
            int half = i / Long.BYTES;
            halves[half] = halves[half] << 8 | guid.at(UUID_BYTES - 1 - i);
        }
        return new UUID(halves[0], halves[1]);
    }

    @Override
    public RestartCause readRestartCause() throws InterruptedException {
        return decode(ask(IpmiCommand.GET_SYSTEM_RESTART_CAUSE), SystemRestart::decode)
                .cause();
    }

    @Override
    public byte[] raw(int networkFunction, int command, byte[] data) throws InterruptedException {
        if (networkFunction < 0
                || networkFunction > 62
                || networkFunction % 2 != 0
                || command < 0
                || command > 0xff
                || data.length > LONGEST_RAW_DATA) {
            throw new IllegalArgumentException("raw command " + command + " of network function " + networkFunction
                    + " with " + data.length + " bytes: the function is even and at most 62, the command at most 255,"
                    + " the data at most " + LONGEST_RAW_DATA + " bytes");
        }
        if (rawAccess != RawAccess.ALLOWED) {
            throw failure(Reason.REJECTED, "raw commands are not allowed; allow them with BmcOptions.withRawAccess");
        }
        Bytes content = Bytes.copyOf(data);
        Answer answer = wire.converse(deadlineNanos -> wire.exchange(networkFunction, command, content, deadlineNanos));
        return Bytes.of(answer.completionCode()).concat(answer.data()).toArray();
    }

    private interface Action {
        void run(long deadlineNanos) throws InterruptedException;
    }

    private void perform(Action action) throws InterruptedException {
        boolean _ = wire.converse(deadlineNanos -> {
            action.run(deadlineNanos);
            return true;
        });
    }

    /** Sends one command without data as a whole conversation. */
    private Bytes ask(IpmiCommand command) throws InterruptedException {
        return wire.converse(deadlineNanos -> ask(command, Bytes.EMPTY, deadlineNanos));
    }

    /** Sends a command and returns the answer's data; throws for a completion code other than 0. */
    private Bytes ask(IpmiCommand command, Bytes data, long deadlineNanos) throws InterruptedException {
        return done(command, exchange(command, data, deadlineNanos));
    }

    private Bytes done(IpmiCommand command, Answer answer) {
        if (answer.completionCode() != CompletionCode.OK.code()) {
            throw refusal(command, answer);
        }
        return answer.data();
    }

    private Answer exchange(IpmiCommand command, Bytes data, long deadlineNanos) throws InterruptedException {
        return wire.exchange(command.networkFunction(), command.code(), data, deadlineNanos);
    }

    private interface Decoder<T> {
        T decode(Bytes data);
    }

    private <T> T decode(Bytes data, Decoder<T> decoder) {
        try {
            return decoder.decode(data);
        } catch (MalformedMessageException e) {
            throw failure(Reason.PROTOCOL, "it answered " + data + ": " + e.getMessage(), e);
        }
    }

    private BmcException refusal(IpmiCommand command, Answer answer) {
        return refusal(RefusalReasons.ofCompletionCode(command, answer.completionCode()), command.text(), answer);
    }

    private BmcException refusal(String what, Answer answer) {
        return refusal(RefusalReasons.ofCompletionCode(answer.completionCode()), what, answer);
    }

    private BmcException refusal(Reason reason, String what, Answer answer) {
        return failure(
                reason,
                "it refused " + what + ": completion code " + CompletionCode.describe(answer.completionCode())
                        + (reason == Reason.PRIVILEGE_TOO_LOW ? "; log in with a higher privilege level" : ""));
    }

    private BmcException failure(Reason reason, String what) {
        return failure(reason, what, null);
    }

    private BmcException failure(Reason reason, String what, @Nullable Throwable cause) {
        return new BmcException(reason, subject + ": " + what, cause);
    }
}
