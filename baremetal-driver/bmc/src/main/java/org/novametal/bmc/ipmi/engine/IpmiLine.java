package org.novametal.bmc.ipmi.engine;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcOptions.SessionPolicy;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.IpmiCommand;
import org.novametal.bmc.ipmi.codec.RmcpFrame;
import org.novametal.bmc.ipmi.engine.Exchange.Kind;
import org.novametal.bmc.ipmi.session.IpmiSession;
import org.novametal.bmc.ipmi.session.SessionOutput;
import org.novametal.bmc.ipmi.session.SessionSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to one BMC for one user: its session and its queue of requests.
 *
 * <p>One request is under way, a few wait behind it ({@link WaitingExchanges}); more are refused. Datagrams are sent
 * through the {@link WayOut}. {@link #run} performs all steps that are possible, and is called again after each change.
 *
 * <p>Public methods are safe for several threads and return at once. All other methods and all state belong to the engine's
 * thread.
 */
public final class IpmiLine implements EngineClient {
    private static final Logger LOG = LoggerFactory.getLogger(IpmiLine.class);
    private static final long CLOSE_NANOS = Duration.ofMillis(600).toNanos();

    /** Whether a request is sent to a BMC that has not answered for a while. */
    public enum Urgency {
        /** Always sent. */
        CALL,
        /** Sent only occasionally, as a probe; otherwise fails at once. */
        POLL
    }

    private enum Life {
        OPEN,
        CLOSING,
        CLOSED
    }

    private final IpmiEngine engine;
    private final SessionSettings settings;
    private final SessionPolicy policy;
    private final IpmiSession session;
    private final WayOut way;
    private final WaitingExchanges queue;
    private final CircuitBreaker breaker = new CircuitBreaker();
    private final TimingWheel.Timer timer = new TimingWheel.Timer(this::due);
    private final AtomicInteger conversations = new AtomicInteger();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private Life life = Life.OPEN;
    private int generation;
    private @Nullable Exchange<?> current;
    private @Nullable PayloadHandler handler;

    private IpmiLine(IpmiEngine engine, SessionSettings settings, SessionPolicy policy, String host, int port) {
        this.engine = engine;
        this.settings = settings;
        this.policy = policy;
        this.session = new IpmiSession(settings, engine.sources(), this::nextConsoleSessionId);
        this.way = new WayOut(engine, this, host, port, this::lookedUp);
        this.queue = new WaitingExchanges(settings.name());
    }

    /**
     * Creates a line to a BMC, without contacting the BMC.
     *
     * @param host a host name or an IP address
     * @param port the UDP port
     */
    public static IpmiLine open(
            IpmiEngine engine, SessionSettings settings, SessionPolicy policy, String host, int port) {
        return new IpmiLine(engine, settings, policy, host, port);
    }

    /** The BMC's name in messages. */
    public String name() {
        return settings.name();
    }

    /**
     * Sends a request.
     *
     * @param deadlineNanos when the request fails at the latest, by the engine's clock
     * @param answer reads the answer
     * @return completes on the engine's thread, exceptionally only with a {@link BmcException}; cancelling it abandons the
     *     request
     */
    public <T> CompletableFuture<T> ask(
            Urgency urgency, IpmiCommand command, Bytes data, long deadlineNanos, AnswerReader<T> answer) {
        return ask(urgency, command.networkFunction(), command.code(), data, deadlineNanos, answer);
    }

    /** The same for a command without an {@link IpmiCommand}. */
    public <T> CompletableFuture<T> ask(
            Urgency urgency, int networkFunction, int command, Bytes data, long deadlineNanos, AnswerReader<T> answer) {
        Kind kind = switch (urgency) {
            case CALL -> Kind.CALL;
            case POLL -> Kind.POLL;
        };
        return ask(new Exchange<>(name(), this::wake, kind, networkFunction, command, data, deadlineNanos, answer));
    }

    /**
     * Sends a request of {@link Urgency#CALL} that must not be performed twice. When its answers are lost or refused, it fails
     * as {@link Reason#UNREACHABLE} or {@link Reason#PROTOCOL} although it may have been performed, so send it after another request has shown that the
     * session is alive.
     */
    public <T> CompletableFuture<T> askOnce(
            IpmiCommand command, Bytes data, long deadlineNanos, AnswerReader<T> answer) {
        return ask(new Exchange<>(
                name(), this::wake, Kind.ONCE, command.networkFunction(), command.code(), data, deadlineNanos, answer));
    }

    private <T> CompletableFuture<T> ask(Exchange<T> exchange) {
        if (!engine.post(() -> submit(exchange))) {
            exchange.completeExceptionally(closedFailure());
        }
        return exchange;
    }

    /** Begins several requests that belong together: the session stays open between them, regardless of the policy. */
    public void beginConversation() {
        conversations.incrementAndGet();
    }

    /** Ends what {@link #beginConversation} began. */
    public void endConversation() {
        if (conversations.decrementAndGet() == 0 && policy == SessionPolicy.CLOSE) {
            wake();
        }
    }

    /**
     * Fails the current and all waiting requests, then closes the session. Idempotent.
     *
     * @return completes when that is done, within a second
     */
    public CompletableFuture<Void> close() {
        if (!engine.post(this::beginToClose)) {
            closed.complete(null);
        }
        return closed;
    }

    /** Runs a task on the engine's thread and then this line's next steps; false when the engine is closed. */
    public boolean execute(Runnable task) {
        return engine.post(() -> {
            task.run();
            run(engine.nowNanos());
        });
    }

    /**
     * Sets the handler of other payloads in the session, replacing the previous one; null for none. While one is set, the
     * session policy does not close the session. Called on the engine's thread.
     */
    public void handlePayloads(@Nullable PayloadHandler next) {
        handler = next;
    }

    /** The BMC's id of the open session; empty where none is open. Called on the engine's thread. */
    public OptionalInt bmcSessionId() {
        return session.bmcSessionId();
    }

    /**
     * Sends a payload of the handler in the session. Called on the engine's thread.
     *
     * @return false where no session is open
     */
    public boolean sendPayload(Bytes payload) {
        PayloadHandler active = handler;
        if (active == null || !way.hasAddress() || !session.hasSession()) {
            return false;
        }
        for (SessionOutput output : session.send(active.type(), payload)) {
            if (output instanceof SessionOutput.Send send) {
                way.transmit(send.datagram());
            }
        }
        return true;
    }

    /** Runs the line's next steps on the engine's thread. */
    private void wake() {
        // A closed engine has failed all requests, so nothing is left to do.
        var _ = engine.post(() -> run(engine.nowNanos()));
    }

    private void submit(Exchange<?> exchange) {
        long now = engine.nowNanos();
        if (life != Life.OPEN || engine.isClosing()) {
            exchange.completeExceptionally(closedFailure());
        } else if (exchange.kind() == Kind.POLL && breaker.isOpen(now)) {
            exchange.completeExceptionally(failure(
                    Reason.UNREACHABLE,
                    "it did not answer the last " + breaker.failures() + " requests or more; the next poll is sent in "
                            + breaker.untilProbe(now).toSeconds() + " seconds, a call is sent at once"));
        } else if (current == null && queue.isEmpty()) {
            current = exchange;
            run(now);
        } else {
            queue.add(exchange);
            Exchange<?> asked = current;
            if (asked != null && exchange.kind() != Kind.POLL) {
                way.hurry(asked, now);
            }
            run(now);
        }
    }

    /** Performs all steps that are possible now. */
    private void run(long now) {
        try {
            boolean goesOn = true;
            while (goesOn) {
                goesOn = step(now);
            }
            arm(now);
        } catch (RuntimeException e) {
            broken(e, now);
        }
    }

    private boolean step(long now) {
        Exchange<?> asked = current;
        if (asked == null) {
            return beginNext();
        }
        if (asked.isDone()) {
            // The request was cancelled.
            transmitAll(session.abandon(), now);
            finish();
            return true;
        }
        if (!asked.isStarted() && asked.kind() != Kind.CLOSE && now - asked.deadlineNanos() >= 0) {
            tooLate(asked, now);
            return true;
        }
        if (asked.isStarted() && session.isTooLate(now)) {
            drive(session.tick(now), now);
            return true;
        }
        if (asked.isStarted() && now - wakeupNanos(asked) < 0) {
            return false;
        }
        if (!way.findAddress() || (!goesAhead(now) && !way.take(asked, now))) {
            return false;
        }
        drive(asked.isStarted() ? session.tick(now) : asked.start(session, now), now);
        if (current == asked && asked.kind() == Kind.CLOSE && !session.hasSession()) {
            // There was no session to close.
            finish();
        }
        return true;
    }

    private boolean beginNext() {
        current = queue.poll();
        if (current == null
                && policy == SessionPolicy.CLOSE
                && conversations.get() == 0
                && handler == null
                && session.hasSession()) {
            current = Exchange.closing(name(), engine.nowNanos() + CLOSE_NANOS);
        }
        return current != null;
    }

    private void tooLate(Exchange<?> asked, long now) {
        if (way.isLookingUp()) {
            breaker.unreachable(now, engine.random());
            asked.completeExceptionally(
                    failure(Reason.UNREACHABLE, "its name did not resolve in time; check the name service"));
        } else {
            asked.completeExceptionally(
                    failure(Reason.BUSY, "timed out in the queue behind earlier requests; try again"));
        }
        finish();
    }

    /** Called with the result of the look-up of the BMC's name. */
    private void lookedUp(Optional<InetAddress> found) {
        Exchange<?> asked = current;
        if (life == Life.CLOSED || asked == null) {
            return;
        }
        long now = engine.nowNanos();
        if (found.isPresent()) {
            way.attach(found.get());
        } else {
            breaker.unreachable(now, engine.random());
            asked.completeExceptionally(
                    failure(Reason.UNREACHABLE, "its name does not resolve; correct it, or the name service"));
            finish();
        }
        run(now);
    }

    /**
     * Whether this line sends without waiting for its turn or for a free slot of the send window: when Close Session is overdue,
     * or the line is no longer open, so that every BMC is sent Close Session even if its answer is lost.
     */
    private boolean goesAhead(long now) {
        Exchange<?> asked = current;
        boolean isOverdue = asked != null && asked.kind() == Kind.CLOSE && now - asked.deadlineNanos() >= 0;
        return isOverdue || life != Life.OPEN;
    }

    /** Called when this line, after waiting, may send requests to its BMC. */
    @Override
    public void turnCame(long now) {
        if (!way.turnCame()) {
            return;
        }
        if (current == null || session.isPausing()) {
            way.leaveTurn();
        }
        run(now);
    }

    /** Called when this line, after waiting, gets a slot of the send window. */
    @Override
    public void slotCame(long now) {
        if (!way.slotCame(now) && current == null) {
            way.leaveSlot();
        }
        run(now);
    }

    /** Called with a packet from the BMC. */
    @Override
    public void received(RmcpFrame frame, long now) {
        try {
            List<SessionOutput> outputs = session.receive(frame, now);
            if (!outputs.isEmpty() && current != null) {
                way.answered(now);
            }
            drive(outputs, now);
            if (current == null) {
                run(now);
            } else {
                arm(now);
            }
        } catch (RuntimeException e) {
            broken(e, now);
        }
    }

    @Override
    public void refused(String why) {
        session.refused(why);
    }

    private void due(long now) {
        way.expire(now);
        queue.expire(now);
        PayloadHandler active = handler;
        try {
            if (active != null && now - active.wakeupNanos() >= 0) {
                active.tick(now);
            }
        } catch (RuntimeException e) {
            broken(e, now);
        }
        run(now);
    }

    private void drive(List<SessionOutput> outputs, long now) {
        for (SessionOutput output : outputs) {
            switch (output) {
                case SessionOutput.Send send -> transmit(send.datagram(), now);
                case SessionOutput.Received other -> {
                    PayloadHandler active = handler;
                    if (active != null && active.type() == other.type()) {
                        active.received(other.payload(), other.sequence(), now);
                    }
                }
                case SessionOutput.Answered answered -> {
                    breaker.answered();
                    Exchange<?> asked = current;
                    finish();
                    if (asked != null) {
                        asked.answered(answered.response());
                    }
                }
                case SessionOutput.Failed failed -> failed(failed.failure(), now);
            }
        }
        if (session.isPausing()) {
            way.leave();
        }
        if (!session.hasSession()) {
            sessionEnded();
        }
    }

    private void failed(BmcException failure, long now) {
        Exchange<?> asked = current;
        if (failure.reason() != Reason.UNREACHABLE) {
            breaker.answered();
        } else if (way.keptSilent(settings.retryInterval().toNanos(), now)) {
            breaker.unreachable(now, engine.random());
        }
        finish();
        if (failure.reason() == Reason.UNREACHABLE && way.isByName()) {
            // The BMC's address may have changed: its name is looked up again.
            session.forget();
            way.detach();
        }
        if (asked != null) {
            asked.completeExceptionally(failure);
        }
    }

    private void sessionEnded() {
        PayloadHandler active = handler;
        if (active != null) {
            handler = null;
            active.ended(failure(Reason.UNREACHABLE, "the session ended"));
        }
    }

    private void transmitAll(List<SessionOutput> outputs, long now) {
        for (SessionOutput output : outputs) {
            if (output instanceof SessionOutput.Send send) {
                transmit(send.datagram(), now);
            }
        }
    }

    private void transmit(Bytes datagram, long now) {
        Exchange<?> asked = current;
        if (asked == null || goesAhead(now)) {
            way.sendAhead(datagram, now);
        } else {
            way.send(asked, datagram, now);
        }
    }

    /** Ends the request under way. */
    private void finish() {
        current = null;
        way.leave();
        if (life == Life.CLOSING) {
            closed();
        }
    }

    private void beginToClose() {
        beginToClose(engine.nowNanos() + CLOSE_NANOS);
    }

    /** Fails all requests and closes the session by the deadline; Close Session is sent even after the deadline. */
    @Override
    public void beginToClose(long deadlineNanos) {
        if (life != Life.OPEN) {
            return;
        }
        long now = engine.nowNanos();
        life = Life.CLOSING;
        Exchange<?> asked = current;
        List<Exchange<?>> waiting = queue.takeAll();
        way.dropHeld();
        boolean isClosingAlready = asked != null && asked.kind() == Kind.CLOSE;
        if (!isClosingAlready) {
            transmitAll(session.abandon(), now);
            current = session.hasSession() ? Exchange.closing(name(), deadlineNanos) : null;
            if (asked != null) {
                asked.completeExceptionally(closedFailure());
            }
        }
        waiting.forEach(exchange -> exchange.completeExceptionally(closedFailure()));
        PayloadHandler active = handler;
        handler = null;
        if (active != null) {
            active.ended(closedFailure());
        }
        if (current == null) {
            finish();
        } else {
            run(now);
        }
    }

    /** Ends a line whose BMC did not answer Close Session in time. */
    @Override
    public void abort() {
        session.forget();
        current = null;
        way.leave();
        closed();
    }

    private void closed() {
        if (life != Life.CLOSED) {
            life = Life.CLOSED;
            way.dropHeld();
            engine.wheel().cancel(timer);
            way.detach();
            closed.complete(null);
        }
    }

    /** Handles an unexpected exception: a defect in one line must not stop the others. */
    private void broken(RuntimeException e, long now) {
        LOG.error("BMC {}: unexpected failure of the IPMI client; the session is dropped", name(), e);
        session.forget();
        sessionEnded();
        Exchange<?> asked = current;
        finish();
        if (asked != null) {
            asked.completeExceptionally(new BmcException(
                    Reason.PROTOCOL,
                    "BMC " + name() + ": unexpected failure of the IPMI client; report this as a bug",
                    e));
        }
        if (life == Life.OPEN) {
            arm(now);
        }
    }

    private void arm(long now) {
        if (life == Life.CLOSED) {
            return;
        }
        long due = TimingWheel.earlier(queue.earliestDeadlineNanos(now), way.expiryNanos(), now);
        Exchange<?> asked = current;
        if (asked != null) {
            boolean isHeldUp = !goesAhead(now) && (!asked.isStarted() || way.isWaiting());
            due = TimingWheel.earlier(due, isHeldUp ? asked.deadlineNanos() : wakeupNanos(asked), now);
        }
        PayloadHandler active = handler;
        if (active != null) {
            due = TimingWheel.earlier(due, active.wakeupNanos(), now);
        }
        engine.wheel().set(timer, due);
    }

    private long wakeupNanos(Exchange<?> asked) {
        return way.notBeforeLate(session.wakeupNanos(), asked.deadlineNanos());
    }

    private BmcException closedFailure() {
        return failure(Reason.CLOSED, "this handle is closed; open another");
    }

    private BmcException failure(Reason reason, String what) {
        return new BmcException(reason, "BMC " + name() + ": " + what);
    }

    /**
     * The console session id for a new session, never 0: the line's number in the low bits, by which the engine finds this
     * line, and a changing number in the high bits.
     */
    private int nextConsoleSessionId() {
        if (generation == 0) {
            generation = engine.random().nextInt();
        }
        int id;
        do {
            generation++;
            id = generation << IpmiEngine.NUMBER_BITS | way.number();
        } while (id == 0);
        return id;
    }
}
