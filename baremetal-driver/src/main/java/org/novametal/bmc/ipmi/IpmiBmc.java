package org.novametal.bmc.ipmi;

import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCapability;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.BmcOptions.RawAccess;
import org.novametal.bmc.BootDeviceControl;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.ChassisIdentify;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.DeviceDescription;
import org.novametal.bmc.DeviceInformation;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.PowerPolling;
import org.novametal.bmc.RawCommands;
import org.novametal.bmc.RestartCause;
import org.novametal.bmc.RestartCauseInquiry;
import org.novametal.bmc.SerialConsole;
import org.novametal.bmc.ipmi.codec.BootFlags;
import org.novametal.bmc.ipmi.codec.BootOption;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.ChassisControl;
import org.novametal.bmc.ipmi.codec.ChassisStatus;
import org.novametal.bmc.ipmi.codec.CompletionCode;
import org.novametal.bmc.ipmi.codec.DeviceId;
import org.novametal.bmc.ipmi.codec.IdentifyInterval;
import org.novametal.bmc.ipmi.codec.IpmiCommand;
import org.novametal.bmc.ipmi.codec.IpmiResponse;
import org.novametal.bmc.ipmi.codec.MalformedMessageException;
import org.novametal.bmc.ipmi.codec.SystemRestart;
import org.novametal.bmc.ipmi.engine.IpmiLine;
import org.novametal.bmc.ipmi.engine.IpmiLine.Urgency;
import org.novametal.bmc.ipmi.session.RefusalReasons;

/**
 * A BMC that speaks IPMI 2.0 over LAN (RMCP+). It opens a session with the first call and keeps it for the next ones, or
 * closes it after each, as the {@link BmcOptions} say; a session that the BMC has forgotten is replaced within the call.
 *
 * <p>A call is a conversation of one or more requests. One lock, {@code turn}, is held by the thread whose conversation is
 * under way; polls go between its requests. All that is sent goes by the {@link IpmiLine}, which puts requests in order.
 *
 * <p>A request whose answer is lost is sent again, and may so be done twice; most do no harm then. Those of {@link PowerAction}
 * that do are done at most once: the BMC drops what is sent again when it has it already. Where no answer comes at all they
 * fail as {@link Reason#UNREACHABLE} and say that they may have been done; only a look at the machine tells.
 */
public final class IpmiBmc
        implements Bmc,
                BootDeviceControl,
                PowerPolling,
                ChassisIdentify,
                DeviceInformation,
                RestartCauseInquiry,
                SerialConsole,
                RawCommands {
    /** The UDP port of IPMI, 623 (asf-rmcp). */
    public static final int DEFAULT_PORT = 623;

    /** How many callers wait for their turn at most. */
    private static final int MOST_CALLERS = 64;

    private static final int LONGEST_RAW_DATA = 64;
    private static final long CLOSE_MILLIS = 900;
    /** The line completes each request by its deadline; this is for the case that it does not. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** The valid bit of the boot flags stays though no boot comes within 60 seconds: writing an image takes longer. */
    private static final Bytes KEEP_VALID_BIT = Bytes.of(0x08);

    private static final Bytes SET_IN_PROGRESS = Bytes.of(0x01);
    private static final Bytes SET_COMPLETE = Bytes.of(0x00);

    private final BmcAddress address;
    private final BmcOptions options;
    private final IpmiLine line;
    private final LongSupplier clock;
    private final IpmiConsole console;
    private final ReentrantLock turn = new ReentrantLock(true);
    private final AtomicInteger callers = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);

    IpmiBmc(BmcAddress address, BmcOptions options, IpmiLine line, LongSupplier clock) {
        this.address = address;
        this.options = options;
        this.line = line;
        this.clock = clock;
        this.console = new IpmiConsole(this, line, options, clock);
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
        return converse(this::readPower);
    }

    @Override
    public CompletableFuture<ChassisPower> pollPower(Duration limit) {
        if (closed.getCount() == 0) {
            return CompletableFuture.failedFuture(closedFailure());
        }
        return line.ask(
                Urgency.POLL,
                IpmiCommand.GET_CHASSIS_STATUS,
                Bytes.EMPTY,
                clock.getAsLong() + limit.toNanos(),
                response -> power(done(IpmiCommand.GET_CHASSIS_STATUS, response)));
    }

    @Override
    public void requestPower(PowerAction action) throws InterruptedException {
        converse(deadlineNanos -> {
            requestPower(action, deadlineNanos);
            return action;
        });
    }

    @Override
    public BootOverride readBootOverride() throws InterruptedException {
        return converse(deadlineNanos -> {
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
        converse(deadlineNanos -> {
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
        Bytes data = IdentifyInterval.encode(duration);
        converse(deadlineNanos -> ask(IpmiCommand.CHASSIS_IDENTIFY, data, deadlineNanos));
    }

    @Override
    public DeviceDescription readDevice() throws InterruptedException {
        DeviceId id = converse(
                deadlineNanos -> decode(ask(IpmiCommand.GET_DEVICE_ID, Bytes.EMPTY, deadlineNanos), DeviceId::decode));
        return new DeviceDescription(
                "IANA " + id.manufacturer(),
                String.valueOf(id.product()),
                String.format(Locale.ROOT, "%d.%02x", id.firmwareMajor() & 0x7f, id.firmwareMinor()));
    }

    @Override
    public UUID readSystemUuid() throws InterruptedException {
        return converse(
                deadlineNanos -> decode(ask(IpmiCommand.GET_SYSTEM_GUID, Bytes.EMPTY, deadlineNanos), IpmiBmc::uuid));
    }

    @Override
    public RestartCause readRestartCause() throws InterruptedException {
        return converse(deadlineNanos -> decode(
                        ask(IpmiCommand.GET_SYSTEM_RESTART_CAUSE, Bytes.EMPTY, deadlineNanos), SystemRestart::decode))
                .cause();
    }

    @Override
    public Connection connect(Receiver receiver) throws InterruptedException {
        return converse(deadlineNanos -> console.connect(receiver, deadlineNanos));
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
        if (options.rawAccess() != RawAccess.ALLOWED) {
            throw failure(
                    Reason.REJECTED, "raw commands are not allowed; allow them by an option where they are wanted");
        }
        return converse(deadlineNanos -> await(
                line.ask(
                        Urgency.CALL,
                        networkFunction,
                        command,
                        Bytes.copyOf(data),
                        deadlineNanos,
                        response -> Bytes.of(response.completionCode())
                                .concat(response.data())
                                .toArray()),
                deadlineNanos));
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            line.close().get(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // The session times out at the BMC; the line gives it up by itself.
            return;
        }
    }

    private ChassisPower readPower(long deadlineNanos) throws InterruptedException {
        return power(ask(IpmiCommand.GET_CHASSIS_STATUS, Bytes.EMPTY, deadlineNanos));
    }

    private ChassisPower power(Bytes status) {
        return decode(status, ChassisStatus::decode).power();
    }

    /** The whole of it in reverse order, as IPMI 2.0 §20.8 has it. */
    private static UUID uuid(Bytes guid) {
        if (guid.length() != 16) {
            throw new MalformedMessageException("a GUID of " + guid.length() + " bytes");
        }
        byte[] forward = new byte[guid.length()];
        for (int i = 0; i < forward.length; i++) {
            forward[i] = (byte) guid.at(forward.length - 1 - i);
        }
        HexFormat hex = HexFormat.of();
        return new UUID(
                HexFormat.fromHexDigitsToLong(hex.formatHex(forward, 0, 8)),
                HexFormat.fromHexDigitsToLong(hex.formatHex(forward, 8, 16)));
    }

    private void requestPower(PowerAction asked, long deadlineNanos) throws InterruptedException {
        // IPMI 2.0 §28.3 only recommends to refuse the cycle of a machine that is off: some take it and do nothing.
        boolean isStart = asked == PowerAction.CYCLE && readPower(deadlineNanos) == ChassisPower.OFF;
        PowerAction action = isStart ? PowerAction.ON : asked;
        IpmiResponse response = control(action, deadlineNanos);
        if (response.completionCode() == CompletionCode.OK.code()) {
            return;
        }
        Reason reason = RefusalReasons.ofCompletionCode(response.completionCode());
        if (reason != Reason.REJECTED && reason != Reason.UNSUPPORTED) {
            throw refusal(action.toString(), response);
        }
        switch (action) {
            case ON -> succeedIf(ChassisPower.ON, action, response, deadlineNanos);
            case OFF, SOFT_OFF -> succeedIf(ChassisPower.OFF, action, response, deadlineNanos);
            case CYCLE -> offThenOn(deadlineNanos);
            case RESET, DIAGNOSTIC_INTERRUPT -> throw refusal(action.toString(), response);
        }
    }

    private IpmiResponse control(PowerAction action, long deadlineNanos) throws InterruptedException {
        Bytes data = ChassisControl.encode(action);
        if (action.isRepeatable()) {
            return exchange(IpmiCommand.CHASSIS_CONTROL, data, deadlineNanos);
        }
        // Whatever the answer: it shows that the session is alive, or opens one that is.
        IpmiResponse _ = exchange(IpmiCommand.GET_CHASSIS_STATUS, Bytes.EMPTY, deadlineNanos);
        return await(
                line.askOnce(IpmiCommand.CHASSIS_CONTROL, data, deadlineNanos, response -> response), deadlineNanos);
    }

    /** Some BMCs refuse to switch to the state that the machine is in. */
    private void succeedIf(ChassisPower wanted, PowerAction action, IpmiResponse response, long deadlineNanos)
            throws InterruptedException {
        if (readPower(deadlineNanos) != wanted) {
            throw refusal(action.toString(), response);
        }
    }

    private void offThenOn(long deadlineNanos) throws InterruptedException {
        if (readPower(deadlineNanos) == ChassisPower.ON) {
            requestPower(PowerAction.OFF, deadlineNanos);
            while (readPower(deadlineNanos) == ChassisPower.ON) {
                pause(options.retryInterval().toNanos(), deadlineNanos);
            }
        }
        requestPower(PowerAction.ON, deadlineNanos);
    }

    /** Waits, but not on when the handle is closed. */
    private void pause(long nanos, long deadlineNanos) throws InterruptedException {
        long left = deadlineNanos - clock.getAsLong();
        if (closed.await(Math.min(nanos, left), TimeUnit.NANOSECONDS)) {
            throw closedFailure();
        }
        if (left <= nanos) {
            throw failure(
                    Reason.BUSY,
                    "asked to cycle the power, the machine was not off within " + options.commandTimeout()
                            + "; ask again");
        }
    }

    private void setIfKnown(BootOption option, Bytes content, long deadlineNanos) throws InterruptedException {
        IpmiResponse response =
                exchange(IpmiCommand.SET_SYSTEM_BOOT_OPTIONS, option.setRequest(content), deadlineNanos);
        if (response.completionCode() != CompletionCode.OK.code()) {
            Reason reason = RefusalReasons.ofCompletionCode(response.completionCode());
            if (reason != Reason.REJECTED && reason != Reason.UNSUPPORTED) {
                throw refusal("set boot option " + option, response);
            }
        }
    }

    /** The data of an answer whose completion code is 0. */
    private Bytes ask(IpmiCommand command, Bytes data, long deadlineNanos) throws InterruptedException {
        return done(command, exchange(command, data, deadlineNanos));
    }

    private Bytes done(IpmiCommand command, IpmiResponse response) {
        if (response.completionCode() != CompletionCode.OK.code()) {
            throw refusal(command.toString(), response);
        }
        return response.data();
    }

    private IpmiResponse exchange(IpmiCommand command, Bytes data, long deadlineNanos) throws InterruptedException {
        return await(line.ask(Urgency.CALL, command, data, deadlineNanos, response -> response), deadlineNanos);
    }

    <T> T await(CompletableFuture<T> asked, long deadlineNanos) throws InterruptedException {
        try {
            return asked.get(deadlineNanos - clock.getAsLong() + GRACE_NANOS, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            asked.cancel(true);
            throw e;
        } catch (TimeoutException e) {
            asked.cancel(true);
            throw new BmcException(
                    Reason.PROTOCOL, "BMC " + address + ": our client did not keep the deadline; report that", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BmcException failure) {
                // A new one: its stack trace is that of the caller.
                throw new BmcException(failure.reason(), String.valueOf(failure.getMessage()), failure);
            }
            throw new IllegalStateException("a request to BMC " + address + " failed in a way of its own", e);
        }
    }

    private interface Conversation<T> {
        T hold(long deadlineNanos) throws InterruptedException;
    }

    private <T> T converse(Conversation<T> conversation) throws InterruptedException {
        long deadlineNanos = clock.getAsLong() + options.commandTimeout().toNanos();
        requireOpen();
        if (callers.incrementAndGet() > MOST_CALLERS) {
            callers.decrementAndGet();
            throw failure(Reason.BUSY, MOST_CALLERS + " calls wait for it already; ask again");
        }
        line.beginConversation();
        try {
            if (!turn.tryLock(options.commandTimeout().toNanos(), TimeUnit.NANOSECONDS)) {
                throw failure(Reason.BUSY, "other calls had it for " + options.commandTimeout() + "; ask again");
            }
            try {
                requireOpen();
                return conversation.hold(deadlineNanos);
            } finally {
                turn.unlock();
            }
        } finally {
            callers.decrementAndGet();
            line.endConversation();
        }
    }

    private interface Decoder<T> {
        T decode(Bytes data);
    }

    private <T> T decode(Bytes data, Decoder<T> decoder) {
        try {
            return decoder.decode(data);
        } catch (MalformedMessageException e) {
            throw new BmcException(Reason.PROTOCOL, "BMC " + address + " answered " + data + ": " + e.getMessage(), e);
        }
    }

    private void requireOpen() {
        if (closed.getCount() == 0) {
            throw closedFailure();
        }
    }

    private BmcException closedFailure() {
        return failure(Reason.CLOSED, "this handle is closed; open another");
    }

    private BmcException refusal(String what, IpmiResponse response) {
        return failure(
                RefusalReasons.ofCompletionCode(response.completionCode()),
                "it refused " + what + ": completion code " + CompletionCode.describe(response.completionCode()));
    }

    BmcException failure(Reason reason, String what) {
        return new BmcException(reason, "BMC " + address + ": " + what);
    }
}
