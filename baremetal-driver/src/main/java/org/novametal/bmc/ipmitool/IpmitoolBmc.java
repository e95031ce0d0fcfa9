package org.novametal.bmc.ipmitool;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.apache.commons.exec.CommandLine;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCapability;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcOptions;
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
import org.novametal.bmc.ipmitool.IpmitoolOutput.Meaning;
import org.novametal.process.ChildProcess;

/**
 * A BMC behind {@code ipmitool}. Each command is a run of {@code ipmitool raw}, so that answers are bytes and completion codes
 * and not prose, with a session of its own. ipmitool sends such a command once and waits 15 seconds; only what comes before,
 * the opening of the session, is repeated when it is lost.
 *
 * <p>One lock, {@code turn}, is held by the thread whose call is under way; it owns {@code suite}. {@code closed} and {@code
 * running} are read without it.
 */
final class IpmitoolBmc
        implements Bmc, BootDeviceControl, ChassisIdentify, DeviceInformation, RestartCauseInquiry, RawCommands {
    private static final int DEFAULT_PORT = 623;
    private static final int MAXIMUM_RAW_BYTES = 64;
    private static final int UUID_BYTES = 16;
    private static final ChildProcess.Limits LIMITS = new ChildProcess.Limits(16 * 1024, Duration.ofMillis(500));

    /** The valid bit of the boot flags stays though no boot comes within 60 seconds: writing an image takes longer. */
    private static final Bytes KEEP_VALID_BIT = Bytes.of(0x08);

    private static final Bytes SET_IN_PROGRESS = Bytes.of(0x01);
    private static final Bytes SET_COMPLETE = Bytes.of(0x00);

    private final BmcAddress address;
    private final BmcCredentials credentials;
    private final BmcOptions options;
    private final IpmitoolBmcFactory factory;
    private final ReentrantLock turn = new ReentrantLock(true);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable ChildProcess running;
    private Suite suite = Suite.SHA256;

    /** The cipher suites that we take, the better one first. */
    private enum Suite {
        SHA256("17"),
        SHA1("3");

        private final String number;

        Suite(String number) {
            this.number = number;
        }
    }

    private interface Call<T> {
        T run(long deadlineNanos) throws InterruptedException;
    }

    IpmitoolBmc(BmcAddress address, BmcCredentials credentials, BmcOptions options, IpmitoolBmcFactory factory) {
        this.address = address;
        this.credentials = credentials;
        this.options = options;
        this.factory = factory;
    }

    @Override
    public BmcAddress address() {
        return address;
    }

    @Override
    public <C extends BmcCapability> Optional<C> capability(Class<C> type) {
        return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
    }

    @Override
    public ChassisPower readPower() throws InterruptedException {
        return inTurn(this::readPower);
    }

    @Override
    public void requestPower(PowerAction action) throws InterruptedException {
        inTurn(deadlineNanos -> {
            requestPower(action, deadlineNanos);
            return action;
        });
    }

    @Override
    public BootOverride readBootOverride() throws InterruptedException {
        return inTurn(deadlineNanos -> {
            Bytes data = ask(IpmiCommand.GET_SYSTEM_BOOT_OPTIONS, BootOption.BOOT_FLAGS.getRequest(), deadlineNanos);
            Bytes flags = decode(data, BootOption.BOOT_FLAGS::readResponse);
            return decode(flags, BootFlags::decode)
                    .orElseThrow(() -> failure(
                            Reason.UNSUPPORTED,
                            "its boot flags " + flags + " name a device that we have no word for; set another"));
        });
    }

    @Override
    public void setBootOverride(BootOverride override) throws InterruptedException {
        inTurn(deadlineNanos -> {
            // Only the flags themselves have to be taken: many BMCs lack the parameters around them.
            setIfKnown(BootOption.SET_IN_PROGRESS, SET_IN_PROGRESS, deadlineNanos);
            setIfKnown(BootOption.VALID_BIT_CLEARING, KEEP_VALID_BIT, deadlineNanos);
            Bytes flags = BootOption.BOOT_FLAGS.setRequest(BootFlags.encode(override));
            ask(IpmiCommand.SET_SYSTEM_BOOT_OPTIONS, flags, deadlineNanos);
            setIfKnown(BootOption.SET_IN_PROGRESS, SET_COMPLETE, deadlineNanos);
            return override;
        });
    }

    @Override
    public void identify(Duration duration) throws InterruptedException {
        inTurn(deadlineNanos -> ask(IpmiCommand.CHASSIS_IDENTIFY, IdentifyInterval.encode(duration), deadlineNanos));
    }

    @Override
    public DeviceDescription readDevice() throws InterruptedException {
        DeviceId id = inTurn(
                deadlineNanos -> decode(ask(IpmiCommand.GET_DEVICE_ID, Bytes.EMPTY, deadlineNanos), DeviceId::decode));
        // Bit 7 of the major number says that the device is busy; the minor one is decimal, a digit in each half.
        String firmware = String.format(Locale.ROOT, "%d.%02x", id.firmwareMajor() & 0x7f, id.firmwareMinor());
        return new DeviceDescription("IANA " + id.manufacturer(), String.valueOf(id.product()), firmware);
    }

    @Override
    public UUID readSystemUuid() throws InterruptedException {
        Bytes data = inTurn(deadlineNanos -> ask(IpmiCommand.GET_SYSTEM_GUID, Bytes.EMPTY, deadlineNanos));
        if (data.length() != UUID_BYTES) {
            throw failure(Reason.PROTOCOL, "its system GUID has " + data.length() + " bytes, not " + UUID_BYTES);
        }
        // The last byte comes first. IPMI 2.0 §20.8.
        long[] halves = new long[2];
        for (int i = 0; i < UUID_BYTES; i++) {
            int half = i / Long.BYTES;
            halves[half] = halves[half] << 8 | data.at(UUID_BYTES - 1 - i);
        }
        return new UUID(halves[0], halves[1]);
    }

    @Override
    public RestartCause readRestartCause() throws InterruptedException {
        return inTurn(deadlineNanos -> decode(
                        ask(IpmiCommand.GET_SYSTEM_RESTART_CAUSE, Bytes.EMPTY, deadlineNanos), SystemRestart::decode)
                .cause());
    }

    @Override
    public byte[] raw(int networkFunction, int command, byte[] data) throws InterruptedException {
        if (networkFunction < 0 || networkFunction > 62 || networkFunction % 2 != 0) {
            throw new IllegalArgumentException(
                    "network function " + networkFunction + " is not an even number from 0 to 62");
        }
        if (command < 0 || command > 255 || data.length > MAXIMUM_RAW_BYTES) {
            throw new IllegalArgumentException("raw command " + command + " with " + data.length
                    + " bytes; it must be 0 to 255 with at most " + MAXIMUM_RAW_BYTES + " bytes");
        }
        if (options.rawAccess() == BmcOptions.RawAccess.REFUSED) {
            throw failure(Reason.REJECTED, "raw commands are not allowed; allow them in the options of this BMC");
        }
        Bytes content = Bytes.copyOf(data);
        Meaning.Answer answer = inTurn(deadlineNanos -> exchange(networkFunction, command, content, deadlineNanos));
        byte[] whole = new byte[answer.data().length() + 1];
        whole[0] = (byte) answer.completionCode();
        System.arraycopy(answer.data().toArray(), 0, whole, 1, whole.length - 1);
        return whole;
    }

    @Override
    public void close() {
        closed.countDown();
        factory.forget(this);
        ChildProcess child = running;
        if (child != null) {
            child.kill();
        }
    }

    private <T> T inTurn(Call<T> call) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + options.commandTimeout().toNanos();
        requireOpen();
        if (!turn.tryLock(options.commandTimeout().toNanos(), TimeUnit.NANOSECONDS)) {
            throw failure(Reason.BUSY, "other calls to it took all of " + options.commandTimeout());
        }
        try {
            return call.run(deadlineNanos);
        } finally {
            turn.unlock();
        }
    }

    private ChassisPower readPower(long deadlineNanos) throws InterruptedException {
        return decode(ask(IpmiCommand.GET_CHASSIS_STATUS, Bytes.EMPTY, deadlineNanos), ChassisStatus::decode)
                .power();
    }

    private void requestPower(PowerAction asked, long deadlineNanos) throws InterruptedException {
        // IPMI 2.0 §28.3 only recommends to refuse the cycle of a machine that is off: some take it and do nothing.
        boolean isStart = asked == PowerAction.CYCLE && readPower(deadlineNanos) == ChassisPower.OFF;
        PowerAction action = isStart ? PowerAction.ON : asked;
        IpmiCommand command = IpmiCommand.CHASSIS_CONTROL;
        int code = exchange(command.networkFunction(), command.code(), ChassisControl.encode(action), deadlineNanos)
                .completionCode();
        if (code == CompletionCode.OK.code()) {
            return;
        }
        Reason reason = RefusalReasons.ofCompletionCode(code);
        if (reason != Reason.REJECTED && reason != Reason.UNSUPPORTED) {
            throw refusal(action.toString(), code);
        }
        switch (action) {
            case ON -> succeedIf(ChassisPower.ON, action, code, deadlineNanos);
            case OFF, SOFT_OFF -> succeedIf(ChassisPower.OFF, action, code, deadlineNanos);
            case CYCLE -> offThenOn(deadlineNanos);
            case RESET, DIAGNOSTIC_INTERRUPT -> throw refusal(action.toString(), code);
        }
    }

    /** Some BMCs refuse to switch to the state that the machine is in. */
    private void succeedIf(ChassisPower wanted, PowerAction action, int code, long deadlineNanos)
            throws InterruptedException {
        if (readPower(deadlineNanos) != wanted) {
            throw refusal(action.toString(), code);
        }
    }

    private void offThenOn(long deadlineNanos) throws InterruptedException {
        if (readPower(deadlineNanos) == ChassisPower.ON) {
            requestPower(PowerAction.OFF, deadlineNanos);
            while (readPower(deadlineNanos) == ChassisPower.ON) {
                if (closed.await(options.retryInterval().toNanos(), TimeUnit.NANOSECONDS)) {
                    requireOpen();
                }
            }
        }
        requestPower(PowerAction.ON, deadlineNanos);
    }

    private void setIfKnown(BootOption option, Bytes content, long deadlineNanos) throws InterruptedException {
        IpmiCommand command = IpmiCommand.SET_SYSTEM_BOOT_OPTIONS;
        int code = exchange(command.networkFunction(), command.code(), option.setRequest(content), deadlineNanos)
                .completionCode();
        if (code != CompletionCode.OK.code()) {
            Reason reason = RefusalReasons.ofCompletionCode(code);
            if (reason != Reason.REJECTED && reason != Reason.UNSUPPORTED) {
                throw refusal("set boot option " + option, code);
            }
        }
    }

    /** The data of an answer whose completion code is 0. */
    private Bytes ask(IpmiCommand command, Bytes data, long deadlineNanos) throws InterruptedException {
        Meaning.Answer answer = exchange(command.networkFunction(), command.code(), data, deadlineNanos);
        if (answer.completionCode() != CompletionCode.OK.code()) {
            throw refusal(command.toString(), answer.completionCode());
        }
        return answer.data();
    }

    private Meaning.Answer exchange(int networkFunction, int command, Bytes data, long deadlineNanos)
            throws InterruptedException {
        while (true) {
            switch (run(networkFunction, command, data, deadlineNanos)) {
                case Meaning.Answer answer -> {
                    return answer;
                }
                case Meaning.Failure(Reason why, String text) -> {
                    if (why != Reason.UNSUPPORTED_CIPHER || suite == Suite.SHA1 || isLan()) {
                        throw failure(why, text);
                    }
                    suite = Suite.SHA1;
                }
            }
        }
    }

    private Meaning run(int networkFunction, int command, Bytes data, long deadlineNanos) throws InterruptedException {
        if (!factory.children().tryAcquire(remainingNanos(deadlineNanos), TimeUnit.NANOSECONDS)) {
            throw failure(
                    Reason.BUSY,
                    "other runs of ipmitool took all of " + options.commandTimeout() + "; too many BMCs need it");
        }
        try {
            requireOpen();
            ChildProcess child = ChildProcess.start(
                    commandLine(networkFunction, command, data),
                    environment(),
                    factory.home(),
                    credentials.password() + "\n",
                    ChildProcess.ErrorStream.APART,
                    LIMITS);
            running = child;
            if (closed.getCount() == 0) {
                child.kill();
            }
            ChildProcess.End end = child.await(Duration.ofNanos(remainingNanos(deadlineNanos)));
            requireOpen();
            return switch (end) {
                case ChildProcess.End.Exited(int exitCode, String output, String errors) ->
                    IpmitoolOutput.read(networkFunction, command, exitCode, output, errors);
                case ChildProcess.End.Killed _ ->
                    throw failure(Reason.UNREACHABLE, "no answer within " + options.commandTimeout());
                case ChildProcess.End.NotStarted(String why) ->
                    throw failure(
                            Reason.UNSUPPORTED,
                            "the program " + factory.program() + " cannot be run: " + why
                                    + "; install the package ipmitool");
            };
        } finally {
            running = null;
            factory.children().release();
        }
    }

    private CommandLine commandLine(int networkFunction, int command, Bytes data) {
        long seconds = Math.max(1, options.retryInterval().plusMillis(999).toSeconds());
        // In half of the time, so that it can still say which step was not answered.
        long tries = Math.max(1, options.commandTimeout().toSeconds() / seconds / 2);
        CommandLine line = new CommandLine(factory.program());
        List<String> session =
                isLan() ? List.of("-I", "lan", "-A", "MD5") : List.of("-I", "lanplus", "-C", suite.number);
        add(line, List.of("-v"));
        add(line, session);
        add(
                line,
                List.of(
                        "-H",
                        address.host(),
                        "-p",
                        String.valueOf(address.port() == -1 ? DEFAULT_PORT : address.port())));
        add(
                line,
                List.of(
                        "-U",
                        credentials.username(),
                        "-f",
                        "/dev/stdin",
                        "-L",
                        options.privilege().name()));
        add(line, List.of("-N", String.valueOf(seconds), "-R", String.valueOf(tries)));
        credentials.key().ifPresent(_ -> add(line, List.of("-K")));
        add(line, List.of("raw", hex(networkFunction), hex(command)));
        for (int i = 0; i < data.length(); i++) {
            add(line, List.of(hex(data.at(i))));
        }
        return line;
    }

    private static void add(CommandLine line, List<String> arguments) {
        arguments.forEach(argument -> line.addArgument(argument, false));
    }

    private static String hex(int number) {
        return "0x" + Integer.toHexString(number);
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("LC_ALL", "C");
        environment.put("HOME", factory.home().toString());
        credentials.key().ifPresent(key -> environment.put("IPMI_KGKEY", key));
        return environment;
    }

    private boolean isLan() {
        return address.scheme().equals(IpmitoolBmcFactory.SCHEME_LAN);
    }

    private static long remainingNanos(long deadlineNanos) {
        return Math.max(0, deadlineNanos - System.nanoTime());
    }

    private void requireOpen() {
        if (closed.getCount() == 0) {
            throw failure(Reason.CLOSED, "this handle is closed; open another");
        }
    }

    private <T> T decode(Bytes data, Function<Bytes, T> decoder) {
        try {
            return decoder.apply(data);
        } catch (MalformedMessageException e) {
            throw new BmcException(Reason.PROTOCOL, "BMC " + address + " by ipmitool: " + e.getMessage(), e);
        }
    }

    private BmcException refusal(String what, int code) {
        return failure(
                RefusalReasons.ofCompletionCode(code),
                "it answered " + what + " with " + CompletionCode.describe(code));
    }

    private BmcException failure(Reason reason, String text) {
        return new BmcException(reason, "BMC " + address + " by ipmitool: " + text);
    }
}
