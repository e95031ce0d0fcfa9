package org.novametal.bmc.ipmi;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCalls;
import org.novametal.bmc.BmcCalls.Call;
import org.novametal.bmc.BmcCapability;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.PowerPolling;
import org.novametal.bmc.SerialConsole;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.IpmiCommand;
import org.novametal.bmc.ipmi.codec.IpmiResponse;
import org.novametal.bmc.ipmi.command.IpmiCommands;
import org.novametal.bmc.ipmi.command.IpmiCommands.Answer;
import org.novametal.bmc.ipmi.engine.IpmiLine;
import org.novametal.bmc.ipmi.engine.IpmiLine.Urgency;

/**
 * A BMC that speaks IPMI 2.0 over LAN (RMCP+). It opens a session with the first call and keeps it for the next ones, or
 * closes it after each, as set in the {@link BmcOptions}; a session that the BMC has dropped is replaced within the call.
 *
 * <p>A call is a conversation of one or more requests, run by {@link BmcCalls}; polls may be sent between its requests. The
 * {@link IpmiLine} sends all requests, in order.
 *
 * <p>A request whose answer is lost is sent again, and may thus be performed twice; for most requests this is harmless. A
 * {@link PowerAction} that is not repeatable is performed at most once: the BMC drops a retransmission of a request that it
 * has already received. Where no valid answer comes at all, the call fails as {@link Reason#UNREACHABLE}, or as {@link
 * Reason#PROTOCOL} where answers came that had to be refused, and its message says that the action may have been performed; only the machine's state shows whether it was.
 */
public final class IpmiBmc implements Bmc, PowerPolling, SerialConsole {
    /** The UDP port of IPMI, 623 (asf-rmcp). */
    public static final int DEFAULT_PORT = 623;

    private static final long CLOSE_MILLIS = 900;
    /** Extra wait in case {@link IpmiLine} fails to complete a request by its deadline. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final BmcAddress address;
    private final BmcOptions options;
    private final IpmiLine line;
    private final LongSupplier clock;
    private final IpmiConsole console;
    private final LineWire wire = new LineWire();
    private final IpmiCommands commands;
    private final BmcCalls calls;

    IpmiBmc(BmcAddress address, BmcOptions options, IpmiLine line, LongSupplier clock) {
        this.address = address;
        this.options = options;
        this.line = line;
        this.clock = clock;
        this.calls = new BmcCalls("BMC " + address, options, clock);
        this.console = new IpmiConsole(this, line, options, clock);
        this.commands = new IpmiCommands("BMC " + address, options.rawAccess(), wire);
    }

    @Override
    public BmcAddress address() {
        return address;
    }

    @Override
    public <C extends BmcCapability> Optional<C> capability(Class<C> type) {
        return type.isInstance(this) ? Optional.of(type.cast(this)) : commands.capability(type);
    }

    @Override
    public ChassisPower readPower() throws InterruptedException {
        return commands.readPower();
    }

    @Override
    public CompletableFuture<ChassisPower> pollPower(Duration limit) {
        if (calls.isClosed()) {
            return CompletableFuture.failedFuture(failure(Reason.CLOSED, "this handle is closed; open another"));
        }
        return line.ask(
                Urgency.POLL,
                IpmiCommand.GET_CHASSIS_STATUS,
                Bytes.EMPTY,
                clock.getAsLong() + limit.toNanos(),
                response -> commands.power(answer(response)));
    }

    @Override
    public void requestPower(PowerAction action) throws InterruptedException {
        commands.requestPower(action);
    }

    @Override
    public Connection connect(Receiver receiver) throws InterruptedException {
        return wire.converse(deadlineNanos ->
                console.connect(receiver, IpmiConsole.OtherUser.KEEP, Optional.empty(), deadlineNanos));
    }

    @Override
    public Connection resume(Receiver receiver, String identity) throws InterruptedException {
        return wire.converse(deadlineNanos ->
                console.connect(receiver, IpmiConsole.OtherUser.KEEP, Optional.of(identity), deadlineNanos));
    }

    @Override
    public Connection takeOver(Receiver receiver) throws InterruptedException {
        return wire.converse(deadlineNanos ->
                console.connect(receiver, IpmiConsole.OtherUser.DISCONNECT, Optional.empty(), deadlineNanos));
    }

    @Override
    public void close() {
        calls.close();
        try {
            line.close().get(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // The line drops the session, which then times out at the BMC.
            return;
        }
    }

    private static Answer answer(IpmiResponse response) {
        return new Answer(response.completionCode(), response.data());
    }

    /** Sends commands through the line. */
    private final class LineWire implements IpmiCommands.Wire {
        @Override
        public <T> T converse(Call<T> call) throws InterruptedException {
            line.beginConversation();
            try {
                return calls.make(call);
            } finally {
                line.endConversation();
            }
        }

        @Override
        public Answer exchange(int networkFunction, int command, Bytes data, long deadlineNanos)
                throws InterruptedException {
            return await(
                    line.ask(Urgency.CALL, networkFunction, command, data, deadlineNanos, IpmiBmc::answer),
                    deadlineNanos);
        }

        @Override
        public Answer exchangeOnce(IpmiCommand command, Bytes data, long deadlineNanos) throws InterruptedException {
            return await(line.askOnce(command, data, deadlineNanos, IpmiBmc::answer), deadlineNanos);
        }

        @Override
        public void prepareForOnce(long deadlineNanos) throws InterruptedException {
            IpmiCommand status = IpmiCommand.GET_CHASSIS_STATUS;
            // Any answer shows that the session is alive; this request opens one where none is.
            Answer _ = exchange(status.networkFunction(), status.code(), Bytes.EMPTY, deadlineNanos);
        }

        /** Waits; throws as soon as the handle is closed. */
        @Override
        public void pause(long deadlineNanos) throws InterruptedException {
            long nanos = options.retryInterval().toNanos();
            long left = deadlineNanos - clock.getAsLong();
            calls.pause(Duration.ofNanos(Math.min(nanos, left)));
            if (left <= nanos) {
                throw failure(
                        Reason.NOT_DONE,
                        "power cycle: the machine was not off within " + options.commandTimeout() + "; try again");
            }
        }
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
                    Reason.PROTOCOL,
                    "BMC " + address + ": the IPMI client missed its own deadline; report this as a bug",
                    e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BmcException failure) {
                // A new exception, for the caller's stack trace.
                throw new BmcException(failure.reason(), failure.getMessage(), failure);
            }
            throw new IllegalStateException("unexpected failure of a request to BMC " + address, e);
        }
    }

    BmcException failure(Reason reason, String what) {
        return calls.failure(reason, what);
    }
}
