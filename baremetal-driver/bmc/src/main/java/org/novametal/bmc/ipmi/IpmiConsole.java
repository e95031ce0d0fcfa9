package org.novametal.bmc.ipmi;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.SerialConsole;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.CompletionCode;
import org.novametal.bmc.ipmi.codec.IpmiCommand;
import org.novametal.bmc.ipmi.codec.IpmiResponse;
import org.novametal.bmc.ipmi.codec.PayloadActivation;
import org.novametal.bmc.ipmi.codec.PayloadActivationStatus;
import org.novametal.bmc.ipmi.codec.PayloadInstance;
import org.novametal.bmc.ipmi.codec.PayloadInstanceInfo;
import org.novametal.bmc.ipmi.codec.PayloadType;
import org.novametal.bmc.ipmi.engine.IpmiLine;
import org.novametal.bmc.ipmi.engine.IpmiLine.Urgency;
import org.novametal.bmc.ipmi.engine.PayloadHandler;
import org.novametal.bmc.ipmi.session.RefusalReasons;
import org.novametal.bmc.ipmi.sol.SolOutput;
import org.novametal.bmc.ipmi.sol.SolSettings;
import org.novametal.bmc.ipmi.sol.SolStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serial over LAN in the session of an {@link IpmiBmc}, which also carries polls and calls; one connection at a time.
 *
 * <p>A console that is active for another user is left alone unless the caller takes it over. A console that this handle lost
 * without deactivating it is reclaimed, and so is that of a process that died, if its session is the one that the BMC reports.
 * Source: IPMI 2.0 §15, §24.
 */
final class IpmiConsole {
    private static final Logger LOG = LoggerFactory.getLogger(IpmiConsole.class);
    private static final int INSTANCE = 1;
    /** Attempts to activate: on a network that loses one answer in ten, all five answers are lost once in 100,000 times. */
    private static final int MOST_ACTIVATIONS = 5;

    private static final long CLOSE_NANOS = TimeUnit.MILLISECONDS.toNanos(700);
    /** Extra wait in case the engine's thread does not run a posted task soon. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final IpmiBmc bmc;
    private final IpmiLine line;
    private final BmcOptions options;
    private final LongSupplier clock;
    private volatile @Nullable SolConnection last;

    private enum Activity {
        ACTIVE,
        INACTIVE,
        /** The BMC does not report it. */
        UNKNOWN
    }

    /** What to do about another user's active console. */
    enum OtherUser {
        KEEP,
        DISCONNECT
    }

    IpmiConsole(IpmiBmc bmc, IpmiLine line, BmcOptions options, LongSupplier clock) {
        this.bmc = bmc;
        this.line = line;
        this.options = options;
        this.clock = clock;
    }

    /**
     * Connects. Called within a conversation, so by one thread at a time.
     *
     * @param identity of the connection of an earlier process of this program, which is ended
     */
    SerialConsole.Connection connect(
            SerialConsole.Receiver receiver, OtherUser otherUser, Optional<String> identity, long deadlineNanos)
            throws InterruptedException {
        SolConnection before = last;
        if (before != null && before.isOpen()) {
            throw bmc.failure(Reason.BUSY, "its console is connected by this handle already; share that connection");
        }
        Activity activity = readActivity(deadlineNanos);
        if (activity == Activity.ACTIVE) {
            if (otherUser == OtherUser.KEEP
                    && (before == null || !before.isLeftOver())
                    && !isActiveFor(identity, deadlineNanos)) {
                throw taken();
            }
            deactivate(deadlineNanos);
        }
        SolConnection connection = new SolConnection(receiver);
        try {
            boolean isActivated = activate(connection, deadlineNanos);
            boolean mayDeactivate =
                    activity != Activity.UNKNOWN || (!isActivated && isActiveFor(identity, deadlineNanos));
            for (int tries = 1; !isActivated && mayDeactivate && tries < MOST_ACTIVATIONS; tries++) {
                // The console was inactive before: our first request activated it but its answer was lost, so the
                // retransmission failed.
                deactivate(deadlineNanos);
                isActivated = activate(connection, deadlineNanos);
            }
            if (!isActivated) {
                throw taken();
            }
            return connection;
        } catch (InterruptedException | RuntimeException e) {
            connection.giveUp(e);
            throw e;
        } finally {
            last = connection;
        }
    }

    private BmcException taken() {
        return bmc.failure(
                Reason.BUSY, "its console is active for somebody else; disconnect them, or take the console over");
    }

    /** Whether the console is active in the session with an identity. */
    private boolean isActiveFor(Optional<String> identity, long deadlineNanos) throws InterruptedException {
        if (identity.isEmpty()) {
            return false;
        }
        OptionalInt active = bmc.await(
                line.ask(
                        Urgency.CALL,
                        IpmiCommand.GET_PAYLOAD_INSTANCE_INFO,
                        PayloadInstanceInfo.request(PayloadType.SERIAL_OVER_LAN, INSTANCE),
                        deadlineNanos,
                        IpmiConsole::activeSession),
                deadlineNanos);
        boolean isOurs = active.isPresent() && identity.get().equals(identityOf(active.getAsInt()));
        if (isOurs) {
            LOG.info(
                    "BMC {}: its console is active in a session that this program left behind; taking it over",
                    line.name());
        }
        return isOurs;
    }

    /** The session in which the console is active; empty where the BMC does not report it. */
    private static OptionalInt activeSession(IpmiResponse response) {
        if (response.completionCode() != CompletionCode.OK.code()
                || response.data().length() < Integer.BYTES) {
            return OptionalInt.empty();
        }
        int id = PayloadInstanceInfo.decode(response.data()).sessionId();
        return id == 0 ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** A session's id at the BMC as text. */
    private static String identityOf(int bmcSessionId) {
        return String.format("session-%08x", bmcSessionId);
    }

    private Activity readActivity(long deadlineNanos) throws InterruptedException {
        return bmc.await(
                line.ask(
                        Urgency.CALL,
                        IpmiCommand.GET_PAYLOAD_ACTIVATION_STATUS,
                        PayloadActivationStatus.request(PayloadType.SERIAL_OVER_LAN),
                        deadlineNanos,
                        IpmiConsole::activity),
                deadlineNanos);
    }

    private static Activity activity(IpmiResponse response) {
        if (response.completionCode() != CompletionCode.OK.code()) {
            return Activity.UNKNOWN;
        }
        return PayloadActivationStatus.decode(response.data()).isActive(INSTANCE) ? Activity.ACTIVE : Activity.INACTIVE;
    }

    /** Returns false where the console is already active. */
    private boolean activate(SolConnection connection, long deadlineNanos) throws InterruptedException {
        return bmc.await(
                line.ask(
                        Urgency.CALL,
                        IpmiCommand.ACTIVATE_PAYLOAD,
                        PayloadInstance.SOL_ACTIVATION.encode(),
                        deadlineNanos,
                        response -> {
                            boolean isActivated = isActivated(response);
                            if (isActivated) {
                                connection.begin(PayloadActivation.decode(response.data()));
                            }
                            return isActivated;
                        }),
                deadlineNanos);
    }

    private boolean isActivated(IpmiResponse response) {
        return switch (response.completionCode()) {
            case 0 -> true;
            case PayloadInstance.ALREADY_ACTIVE -> false;
            case PayloadInstance.TYPE_DISABLED ->
                throw bmc.failure(
                        Reason.UNSUPPORTED,
                        "its serial over LAN is switched off; enable it in the BMC's configuration");
            case PayloadInstance.LIMIT_REACHED ->
                throw bmc.failure(Reason.BUSY, "it allows no further console; close one");
            case PayloadInstance.NOT_WITH_ENCRYPTION ->
                throw bmc.failure(
                        Reason.UNSUPPORTED_CIPHER,
                        "it supports serial over LAN only without encryption; encryption is required");
            default ->
                throw bmc.failure(
                        RefusalReasons.ofCompletionCode(response.completionCode()),
                        "it refused Activate Payload: completion code "
                                + CompletionCode.describe(response.completionCode()));
        };
    }

    private void deactivate(long deadlineNanos) throws InterruptedException {
        bmc.await(askToDeactivate(deadlineNanos), deadlineNanos);
    }

    /** Accepts any completion code. */
    private CompletableFuture<Integer> askToDeactivate(long deadlineNanos) {
        return line.ask(
                Urgency.CALL,
                IpmiCommand.DEACTIVATE_PAYLOAD,
                PayloadInstance.SOL_DEACTIVATION.encode(),
                deadlineNanos,
                IpmiResponse::completionCode);
    }

    /** One connection. The stream and the pending input are used only on the engine's thread. */
    private final class SolConnection implements PayloadHandler, SerialConsole.Connection {
        private final SerialConsole.Receiver receiver;
        private final AtomicLong numbers = new AtomicLong();
        private final AtomicBoolean closed = new AtomicBoolean();
        private final Map<Long, CompletableFuture<Long>> pending = new HashMap<>();
        private @Nullable SolStream stream;
        private volatile @Nullable BmcException cause;
        private volatile boolean hasBegun;
        private volatile Optional<String> identity = Optional.empty();
        private volatile boolean leftOver;

        SolConnection(SerialConsole.Receiver receiver) {
            this.receiver = receiver;
        }

        boolean isOpen() {
            return !closed.get() && cause == null;
        }

        /** Whether it ended without being deactivated at the BMC. */
        boolean isLeftOver() {
            return leftOver;
        }

        void begin(PayloadActivation activation) {
            SolSettings settings =
                    new SolSettings(options.retryInterval(), options.commandTimeout(), SolSettings.USUAL_KEEP_ALIVE);
            hasBegun = true;
            OptionalInt session = line.bmcSessionId();
            identity = session.isPresent() ? Optional.of(identityOf(session.getAsInt())) : Optional.empty();
            stream = new SolStream(line.name(), settings, activation.largestToBmc(), clock.getAsLong());
            line.handlePayloads(this);
        }

        @Override
        public PayloadType type() {
            return PayloadType.SERIAL_OVER_LAN;
        }

        @Override
        public void received(Bytes payload, int sessionSequence, long nowNanos) {
            SolStream open = stream;
            if (open != null) {
                perform(open.receive(payload, sessionSequence, nowNanos));
            }
        }

        @Override
        public void ended(BmcException failure) {
            leftOver = true;
            finish(failure);
        }

        @Override
        public long wakeupNanos() {
            SolStream open = stream;
            return open == null ? Long.MAX_VALUE : open.wakeupNanos();
        }

        @Override
        public void tick(long nowNanos) {
            SolStream open = stream;
            if (open != null) {
                perform(open.tick(nowNanos));
            }
        }

        private void perform(List<SolOutput> outputs) {
            for (SolOutput output : outputs) {
                switch (output) {
                    case SolOutput.Send send -> line.sendPayload(send.payload());
                    case SolOutput.Received data ->
                        call(() -> receiver.received(data.data().toArray()));
                    case SolOutput.Gap _ -> call(receiver::lost);
                    case SolOutput.Taken taken -> {
                        CompletableFuture<Long> waiting = pending.remove(taken.number());
                        if (waiting != null) {
                            waiting.complete(taken.number());
                        }
                    }
                    case SolOutput.AskWhetherActive _ -> askWhetherActive();
                    case SolOutput.Ended ended -> {
                        leftOver = isUnanswered(ended.cause());
                        finish(ended.cause());
                    }
                }
            }
        }

        private void call(Runnable callback) {
            if (closed.get()) {
                return;
            }
            try {
                callback.run();
            } catch (RuntimeException e) {
                // The engine's thread serves all BMCs, so it must survive a receiver's exception.
                LOG.error("BMC {}: the receiver of its console failed", line.name(), e);
            }
        }

        private void askWhetherActive() {
            long deadlineNanos = clock.getAsLong() + options.commandTimeout().toNanos();
            var _ = line.ask(
                            Urgency.CALL,
                            IpmiCommand.GET_PAYLOAD_ACTIVATION_STATUS,
                            PayloadActivationStatus.request(PayloadType.SERIAL_OVER_LAN),
                            deadlineNanos,
                            IpmiConsole::activity)
                    .whenComplete((activity, failure) -> {
                        if (activity == Activity.INACTIVE) {
                            finish(bmc.failure(Reason.BUSY, "it has ended the console"));
                        } else if (failure instanceof BmcException unanswered && isUnanswered(unanswered)) {
                            ended(unanswered);
                        }
                    });
        }

        private void finish(BmcException failure) {
            if (cause != null) {
                return;
            }
            cause = failure;
            detach();
            pending.values().forEach(waiting -> waiting.completeExceptionally(failure));
            pending.clear();
            call(() -> receiver.ended(failure));
        }

        private void detach() {
            if (stream != null) {
                stream = null;
                line.handlePayloads(null);
            }
        }

        @Override
        public Optional<String> identity() {
            return identity;
        }

        @Override
        public void write(byte[] bytes) throws InterruptedException {
            if (bytes.length > 0) {
                Bytes data = Bytes.copyOf(bytes);
                type((open, number) -> open.type(number, data, clock.getAsLong()));
            }
        }

        @Override
        public void sendBreak() throws InterruptedException {
            type((open, number) -> open.sendBreak(number, clock.getAsLong()));
        }

        private void type(Typing typing) throws InterruptedException {
            long number = numbers.incrementAndGet();
            CompletableFuture<Long> taken = new CompletableFuture<>();
            post(() -> begin(number, taken, typing));
            try {
                await(taken, options.commandTimeout().toNanos());
            } catch (TimeoutException e) {
                post(() -> takeBack(number));
                awaitEnd(taken);
            } catch (InterruptedException e) {
                post(() -> takeBack(number));
                throw e;
            }
        }

        private void awaitEnd(CompletableFuture<Long> taken) throws InterruptedException {
            try {
                await(taken, GRACE_NANOS);
            } catch (TimeoutException e) {
                throw new IllegalStateException("the engine did not cancel the pending input in time", e);
            }
        }

        private void await(CompletableFuture<Long> taken, long nanos) throws InterruptedException, TimeoutException {
            try {
                taken.get(nanos, TimeUnit.NANOSECONDS);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof BmcException failure) {
                    throw new BmcException(failure.reason(), failure.getMessage(), failure);
                }
                throw new IllegalStateException("unexpected failure while typing", e);
            }
        }

        private void post(Runnable task) {
            if (!line.execute(task)) {
                throw bmc.failure(Reason.CLOSED, "this handle is closed; open another");
            }
        }

        private void begin(long number, CompletableFuture<Long> taken, Typing typing) {
            SolStream open = stream;
            if (open == null) {
                taken.completeExceptionally(gone());
            } else {
                pending.put(number, taken);
                perform(typing.into(open, number));
            }
        }

        private BmcException gone() {
            BmcException why = cause;
            return why == null
                    ? bmc.failure(Reason.CLOSED, "this console connection is closed; connect again")
                    : new BmcException(why.reason(), why.getMessage(), why);
        }

        private void takeBack(long number) {
            CompletableFuture<Long> waiting = pending.remove(number);
            SolStream open = stream;
            if (waiting == null || open == null) {
                return;
            }
            open.cancel(number);
            waiting.completeExceptionally(bmc.failure(
                    Reason.BUSY,
                    "it did not accept all typed characters within " + options.commandTimeout()
                            + (open.isTransferUnavailable() ? ": the machine is off or asleep" : "; type again")));
        }

        @Override
        public void close() {
            if (!closed.compareAndSet(false, true)) {
                return;
            }
            line.beginConversation();
            try {
                Optional<CompletableFuture<Integer>> asked = leave();
                if (asked.isPresent()) {
                    asked.get().get(CLOSE_NANOS + GRACE_NANOS, TimeUnit.NANOSECONDS);
                }
            } catch (ExecutionException | TimeoutException e) {
                // The BMC deactivates the console when the session ends, at the latest when the session times out.
                leftOver = true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                line.endConversation();
            }
        }

        /** Ends the connection without waiting, because it is not returned to the caller. */
        void giveUp(Exception reason) {
            if (closed.compareAndSet(false, true)) {
                // The BMC may have activated the console although its answer did not arrive.
                leftOver = !hasBegun
                        && (reason instanceof InterruptedException
                                || (reason instanceof BmcException failure && isUnanswered(failure)));
                var _ = leave();
            }
        }

        /** Stops input and output, then deactivates the console at the BMC if this connection activated it. */
        private Optional<CompletableFuture<Integer>> leave() {
            if (cause != null || !hasBegun) {
                return Optional.empty();
            }
            boolean isPosted = line.execute(() -> {
                detach();
                pending.values().forEach(waiting -> waiting.completeExceptionally(gone()));
                pending.clear();
            });
            return isPosted ? Optional.of(askToDeactivate(clock.getAsLong() + CLOSE_NANOS)) : Optional.empty();
        }
    }

    private static boolean isUnanswered(BmcException failure) {
        return failure.reason() == Reason.UNREACHABLE || failure.reason() == Reason.PROTOCOL;
    }

    private interface Typing {
        List<SolOutput> into(SolStream stream, long number);
    }
}
