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
import org.novametal.bmc.ipmi.codec.DeviceId;
import org.novametal.bmc.ipmi.codec.IdentifyInterval;
import org.novametal.bmc.ipmi.codec.IpmiCommand;
import org.novametal.bmc.ipmi.codec.MalformedMessageException;
import org.novametal.bmc.ipmi.codec.SystemRestart;
import org.novametal.bmc.ipmi.session.RefusalReasons;

/**
 * The calls of a BMC as conversations of IPMI commands over any {@link Wire}, with what is known of BMCs that refuse, or do
 * not know, a part of them. Holds no state; as safe for several threads as its wire, which also sets each call's limit.
 */
public final class IpmiCommands
        implements BootDeviceControl, ChassisIdentify, DeviceInformation, RestartCauseInquiry, RawCommands {
    private static final int LONGEST_RAW_DATA = 64;
    private static final int UUID_BYTES = 16;

    /** The valid bit of the boot flags stays though no boot comes within 60 seconds: writing an image takes longer. */
    private static final Bytes KEEP_VALID_BIT = Bytes.of(0x08);

    private static final Bytes SET_IN_PROGRESS = Bytes.of(0x01);
    private static final Bytes SET_COMPLETE = Bytes.of(0x00);

    private final String subject;
    private final RawAccess rawAccess;
    private final Wire wire;

    /** Sends commands to the BMC and returns its answers. Deadlines are nanoseconds of its clock. */
    public interface Wire {
        /** Makes a call of one or more commands, each depending on the answer to the one before, by {@link BmcCalls}. */
        <T> T converse(Call<T> conversation) throws InterruptedException;

        /** Sends a command; gives its answer whatever the completion code. */
        Answer exchange(int networkFunction, int command, Bytes data, long deadlineNanos) throws InterruptedException;

        /** As {@link #exchange}, but the BMC never does it twice. Asked for when another answer has just come. */
        Answer exchangeOnce(IpmiCommand command, Bytes data, long deadlineNanos) throws InterruptedException;

        /** What has to come before {@link #exchangeOnce} when nothing was asked in this conversation. */
        void prepareForOnce(long deadlineNanos) throws InterruptedException;

        /** Waits a little for a machine that is changing; fails when the deadline is over, or the handle closed. */
        void pause(long deadlineNanos) throws InterruptedException;
    }

    /**
     * What a BMC answered.
     *
     * @param completionCode 0 where it did what it was asked
     * @param data what it answered; often empty where the code is not 0
     */
    public record Answer(int completionCode, Bytes data) {}

    /**
     * Commands to one BMC.
     *
     * @param subject how messages begin, such as {@code BMC ipmi://10.0.0.7}
     */
    public IpmiCommands(String subject, RawAccess rawAccess, Wire wire) {
        this.subject = subject;
        this.rawAccess = rawAccess;
        this.wire = wire;
    }

    /**
     * Itself, where it is such a capability, as {@link Bmc#capability} has it.
     *
     * @param <C> the capability
     */
    public <C extends BmcCapability> Optional<C> capability(Class<C> type) {
        return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
    }

    /** Reads the power, as {@link Bmc#readPower} has it. */
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

    /** Asks for a power change, as {@link Bmc#requestPower} has it. */
    public void requestPower(PowerAction action) throws InterruptedException {
        hold(deadlineNanos -> requestPower(action, deadlineNanos));
    }

    private void requestPower(PowerAction asked, long deadlineNanos) throws InterruptedException {
        PowerAction action = asked;
        if (asked == PowerAction.CYCLE) {
            // IPMI 2.0 §28.3 only recommends to refuse the cycle of a machine that is off: some take it and do nothing.
            action = readPower(deadlineNanos) == ChassisPower.OFF ? PowerAction.ON : asked;
        } else if (!asked.isRepeatable()) {
            wire.prepareForOnce(deadlineNanos);
        }
        Answer answer = control(action, deadlineNanos);
        if (answer.completionCode() == CompletionCode.OK.code()) {
            return;
        }
        if (!isUnknownOrRefused(answer)) {
            throw refusal(action.toString(), answer);
        }
        switch (action) {
            case ON -> succeedIf(ChassisPower.ON, action, answer, deadlineNanos);
            case OFF, SOFT_OFF -> succeedIf(ChassisPower.OFF, action, answer, deadlineNanos);
            case CYCLE -> offThenOn(deadlineNanos);
            case RESET, DIAGNOSTIC_INTERRUPT -> throw refusal(action.toString(), answer);
        }
    }

    private Answer control(PowerAction action, long deadlineNanos) throws InterruptedException {
        Bytes data = ChassisControl.encode(action);
        return action.isRepeatable()
                ? exchange(IpmiCommand.CHASSIS_CONTROL, data, deadlineNanos)
                : wire.exchangeOnce(IpmiCommand.CHASSIS_CONTROL, data, deadlineNanos);
    }

    /** Some BMCs refuse to switch to the state that the machine is in. */
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
        hold(deadlineNanos -> setBootOverride(override, deadlineNanos));
    }

    private void setBootOverride(BootOverride override, long deadlineNanos) throws InterruptedException {
        // Only the flags themselves have to be taken: many BMCs lack the parameters around them.
        setIfKnown(BootOption.SET_IN_PROGRESS, SET_IN_PROGRESS, deadlineNanos);
        setIfKnown(BootOption.VALID_BIT_CLEARING, KEEP_VALID_BIT, deadlineNanos);
        Bytes flags = BootOption.BOOT_FLAGS.setRequest(BootFlags.encode(override));
        ask(IpmiCommand.SET_SYSTEM_BOOT_OPTIONS, flags, deadlineNanos);
        setIfKnown(BootOption.SET_IN_PROGRESS, SET_COMPLETE, deadlineNanos);
    }

    private void setIfKnown(BootOption option, Bytes content, long deadlineNanos) throws InterruptedException {
        Answer answer = exchange(IpmiCommand.SET_SYSTEM_BOOT_OPTIONS, option.setRequest(content), deadlineNanos);
        if (answer.completionCode() != CompletionCode.OK.code() && !isUnknownOrRefused(answer)) {
            throw refusal("set boot option " + option, answer);
        }
    }

    private static boolean isUnknownOrRefused(Answer answer) {
        Reason reason = RefusalReasons.ofCompletionCode(answer.completionCode());
        return reason == Reason.REJECTED || reason == Reason.UNSUPPORTED;
    }

    @Override
    public void identify(Duration duration) throws InterruptedException {
        Bytes interval = IdentifyInterval.encode(duration);
        hold(deadlineNanos -> ask(IpmiCommand.CHASSIS_IDENTIFY, interval, deadlineNanos));
    }

    @Override
    public DeviceDescription readDevice() throws InterruptedException {
        DeviceId id = decode(ask(IpmiCommand.GET_DEVICE_ID), DeviceId::decode);
        // Bit 7 of the major number says that the device is busy; the minor one is decimal, a digit in each half.
        String firmware = String.format(Locale.ROOT, "%d.%02x", id.firmwareMajor() & 0x7f, id.firmwareMinor());
        return new DeviceDescription("IANA " + id.manufacturer(), String.valueOf(id.product()), firmware);
    }

    @Override
    public UUID readSystemUuid() throws InterruptedException {
        return decode(ask(IpmiCommand.GET_SYSTEM_GUID), IpmiCommands::uuid);
    }

    /** The last byte comes first. IPMI 2.0 §20.8. */
    private static UUID uuid(Bytes guid) {
        if (guid.length() != UUID_BYTES) {
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
            throw failure(
                    Reason.REJECTED, "raw commands are not allowed; allow them by an option where they are wanted");
        }
        Bytes content = Bytes.copyOf(data);
        Answer answer = wire.converse(deadlineNanos -> wire.exchange(networkFunction, command, content, deadlineNanos));
        return Bytes.of(answer.completionCode()).concat(answer.data()).toArray();
    }

    private interface Deed {
        void run(long deadlineNanos) throws InterruptedException;
    }

    private void hold(Deed deed) throws InterruptedException {
        boolean _ = wire.converse(deadlineNanos -> {
            deed.run(deadlineNanos);
            return true;
        });
    }

    /** A conversation of one command without data. */
    private Bytes ask(IpmiCommand command) throws InterruptedException {
        return wire.converse(deadlineNanos -> ask(command, Bytes.EMPTY, deadlineNanos));
    }

    /** The data of an answer whose completion code is 0. */
    private Bytes ask(IpmiCommand command, Bytes data, long deadlineNanos) throws InterruptedException {
        return done(command, exchange(command, data, deadlineNanos));
    }

    private Bytes done(IpmiCommand command, Answer answer) {
        if (answer.completionCode() != CompletionCode.OK.code()) {
            throw refusal(command.toString(), answer);
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

    private BmcException refusal(String what, Answer answer) {
        Reason reason = RefusalReasons.ofCompletionCode(answer.completionCode());
        return failure(
                reason,
                "it refused " + what + ": completion code " + CompletionCode.describe(answer.completionCode())
                        + (reason == Reason.PRIVILEGE_TOO_LOW ? "; log in with a higher level" : ""));
    }

    private BmcException failure(Reason reason, String what) {
        return failure(reason, what, null);
    }

    private BmcException failure(Reason reason, String what, @Nullable Throwable cause) {
        return new BmcException(reason, subject + ": " + what, cause);
    }
}
