package org.novametal.bmc.ipmi;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCapability;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.BootDeviceControl;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.ipmi.codec.BootFlags;
import org.novametal.bmc.ipmi.codec.BootOption;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.ChassisControl;
import org.novametal.bmc.ipmi.codec.ChassisStatus;
import org.novametal.bmc.ipmi.codec.CompletionCode;
import org.novametal.bmc.ipmi.codec.DeviceId;
import org.novametal.bmc.ipmi.codec.IpmiCommand;
import org.novametal.bmc.ipmi.codec.IpmiResponse;
import org.novametal.bmc.ipmi.codec.MalformedMessageException;
import org.novametal.bmc.ipmi.codec.RmcpFrame;
import org.novametal.bmc.ipmi.session.IpmiSession;
import org.novametal.bmc.ipmi.session.RefusalReasons;
import org.novametal.bmc.ipmi.session.SessionOutput;
import org.novametal.bmc.ipmi.session.SessionSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A BMC that speaks IPMI 2.0 over LAN (RMCP+). It opens a session with the first call and keeps it for the next ones; a
 * session that the BMC has forgotten is replaced within the call.
 *
 * <p>One lock, {@code turn}, is held by the thread whose call is under way; it owns the session and the line. {@code life}
 * and {@code line} are the only fields read without it.
 */
public final class IpmiBmc implements Bmc, BootDeviceControl {
    /** The UDP port of IPMI, 623 (asf-rmcp). */
    public static final int DEFAULT_PORT = 623;

    private static final Logger LOG = LoggerFactory.getLogger(IpmiBmc.class);

    private static final Duration CLOSE_TURN_LIMIT = Duration.ofMillis(300);
    private static final Duration CLOSE_SESSION_LIMIT = Duration.ofMillis(600);
    /** The valid bit of the boot flags stays though no boot comes within 60 seconds: writing an image takes longer. */
    private static final Bytes KEEP_VALID_BIT = Bytes.of(0x08);

    private static final Bytes SET_IN_PROGRESS = Bytes.of(0x01);
    private static final Bytes SET_COMPLETE = Bytes.of(0x00);

    private enum Life {
        OPEN,
        CLOSED
    }

    private final BmcAddress address;
    private final BmcOptions options;
    private final IpmiBmcFactory factory;
    private final IpmiTransport transport;
    private final LongSupplier clock;
    private final IpmiSession session;
    private final ReentrantLock turn = new ReentrantLock(true);
    private final AtomicReference<Life> life = new AtomicReference<>(Life.OPEN);
    private volatile @Nullable IpmiLine line;

    IpmiBmc(
            BmcAddress address,
            SessionSettings settings,
            BmcOptions options,
            IpmiBmcFactory factory,
            IpmiTransport transport,
            RandomGenerator random,
            LongSupplier clock) {
        this.address = address;
        this.options = options;
        this.factory = factory;
        this.transport = transport;
        this.clock = clock;
        this.session = new IpmiSession(settings, random, this::nextConsoleSessionId);
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

    /** Reads who made the BMC and what firmware it runs. Blocks as the other calls do. */
    public DeviceId readDeviceId() throws InterruptedException {
        return inTurn(
                deadlineNanos -> decode(ask(IpmiCommand.GET_DEVICE_ID, Bytes.EMPTY, deadlineNanos), DeviceId::decode));
    }

    @Override
    public void close() {
        if (!life.compareAndSet(Life.OPEN, Life.CLOSED)) {
            return;
        }
        factory.forget(this);
        IpmiLine waiting = line;
        if (waiting != null) {
            waiting.wake();
        }
        try {
            if (turn.tryLock(CLOSE_TURN_LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
                try {
                    closeSession();
                } finally {
                    turn.unlock();
                }
            }
        } catch (BmcException e) {
            LOG.debug("BMC {}: its session was left open, and times out there", address, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            IpmiLine last = line;
            if (last != null) {
                hangUp(last);
            }
        }
    }

    private void closeSession() throws InterruptedException {
        IpmiLine current = line;
        if (current != null && session.hasSession()) {
            long now = clock.getAsLong();
            drive(current, session.close(now, now + CLOSE_SESSION_LIMIT.toNanos()), Life.CLOSED);
        }
    }

    private ChassisPower readPower(long deadlineNanos) throws InterruptedException {
        return decode(ask(IpmiCommand.GET_CHASSIS_STATUS, Bytes.EMPTY, deadlineNanos), ChassisStatus::decode)
                .power();
    }

    private void requestPower(PowerAction action, long deadlineNanos) throws InterruptedException {
        IpmiResponse response = exchange(IpmiCommand.CHASSIS_CONTROL, ChassisControl.encode(action), deadlineNanos);
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
                waitARetryInterval(deadlineNanos);
            }
        }
        requestPower(PowerAction.ON, deadlineNanos);
    }

    private void waitARetryInterval(long deadlineNanos) throws InterruptedException {
        long now = clock.getAsLong();
        long end = now + Math.min(options.retryInterval().toNanos(), deadlineNanos - now);
        IpmiLine current = openLine();
        while (end - clock.getAsLong() > 0) {
            // What comes meanwhile is an answer to nothing.
            current.poll(end - clock.getAsLong());
            requireLife(Life.OPEN);
        }
        if (deadlineNanos - clock.getAsLong() <= 0) {
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
        IpmiResponse response = exchange(command, data, deadlineNanos);
        if (response.completionCode() != CompletionCode.OK.code()) {
            throw refusal(command.toString(), response);
        }
        return response.data();
    }

    private IpmiResponse exchange(IpmiCommand command, Bytes data, long deadlineNanos) throws InterruptedException {
        IpmiLine current = openLine();
        current.clear();
        // After the queue was cleared: a close() before that has left its mark in life, one after it wakes the wait.
        requireLife(Life.OPEN);
        SessionOutput last;
        try {
            last = drive(current, session.request(command, data, clock.getAsLong(), deadlineNanos), Life.OPEN);
        } finally {
            session.abandon();
        }
        return switch (last) {
            case SessionOutput.Answered answered -> answered.response();
            case SessionOutput.Failed failed -> {
                if (failed.failure().reason() == Reason.UNREACHABLE) {
                    hangUp(current);
                }
                throw failed.failure();
            }
            case SessionOutput.Send send -> throw new IllegalStateException("nothing ends with " + send);
        };
    }

    /** Does what the session wants until it has an end. */
    private SessionOutput drive(IpmiLine current, List<SessionOutput> first, Life wanted) throws InterruptedException {
        List<SessionOutput> outputs = first;
        while (true) {
            for (SessionOutput output : outputs) {
                switch (output) {
                    case SessionOutput.Send send -> current.send(send.datagram());
                    case SessionOutput.Answered _, SessionOutput.Failed _ -> {
                        return output;
                    }
                }
            }
            RmcpFrame frame = current.poll(session.wakeupNanos() - clock.getAsLong());
            requireLife(wanted);
            long now = clock.getAsLong();
            outputs = frame == null ? List.of() : session.receive(frame, now);
            if (outputs.isEmpty()) {
                outputs = session.tick(now);
            }
        }
    }

    /** The line to the BMC; its name is looked up when there is none. */
    private IpmiLine openLine() {
        IpmiLine current = line;
        if (current == null) {
            int port = address.port() == -1 ? DEFAULT_PORT : address.port();
            try {
                current = transport.attach(new InetSocketAddress(InetAddress.getByName(address.host()), port));
            } catch (UnknownHostException e) {
                throw new BmcException(
                        Reason.UNREACHABLE,
                        "BMC " + address + ": its name does not resolve; correct it, or the name service",
                        e);
            }
            line = current;
            if (life.get() == Life.CLOSED) {
                hangUp(current);
            }
        }
        return current;
    }

    /** So that the name is looked up again: the BMC may have moved. */
    private void hangUp(IpmiLine current) {
        line = null;
        current.close();
    }

    private int nextConsoleSessionId() {
        return openLine().nextConsoleSessionId();
    }

    private interface Conversation<T> {
        T hold(long deadlineNanos) throws InterruptedException;
    }

    private <T> T inTurn(Conversation<T> conversation) throws InterruptedException {
        long deadlineNanos = clock.getAsLong() + options.commandTimeout().toNanos();
        requireLife(Life.OPEN);
        if (!turn.tryLock(options.commandTimeout().toNanos(), TimeUnit.NANOSECONDS)) {
            throw failure(Reason.BUSY, "other calls had it for " + options.commandTimeout() + "; ask again");
        }
        try {
            return conversation.hold(deadlineNanos);
        } finally {
            turn.unlock();
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

    private void requireLife(Life wanted) {
        if (life.get() != wanted) {
            throw failure(Reason.CLOSED, "this handle is closed; open another");
        }
    }

    private BmcException refusal(String what, IpmiResponse response) {
        return failure(
                RefusalReasons.ofCompletionCode(response.completionCode()),
                "it refused " + what + ": completion code " + CompletionCode.describe(response.completionCode()));
    }

    private BmcException failure(Reason reason, String what) {
        return new BmcException(reason, "BMC " + address + ": " + what);
    }
}
