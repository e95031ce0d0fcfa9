package org.novametal.bmc.ipmi.engine;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
 * One BMC for one user: its session, and the requests that wait for it.
 *
 * <p>One request is under way, a few wait behind it ({@link WaitingExchanges}); more are refused. What it sends goes by the
 * {@link WayOut}; {@link #run} goes as far as it can, and is called again when something has changed.
 *
 * <p>Public methods are safe for several threads and return at once. All else, and all state, belongs to the engine's thread.
 */
public final class IpmiLine implements EngineClient {
    private static final Logger LOG = LoggerFactory.getLogger(IpmiLine.class);
    private static final long CLOSE_NANOS = Duration.ofMillis(600).toNanos();

    /** Whether a request is sent to a BMC that has not answered for a while. */
    public enum Urgency {
        /** It is, always. */
        CALL,
        /** Only now and then, as a probe; else it fails at once. */
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
     * A line to a BMC, which is not asked anything yet.
     *
     * @param host a host name or an IP address
     * @param port the UDP port
     */
    public static IpmiLine open(
            IpmiEngine engine, SessionSettings settings, SessionPolicy policy, String host, int port) {
        return new IpmiLine(engine, settings, policy, host, port);
    }

    /** How messages name the BMC. */
    public String name() {
        return settings.name();
    }

    /**
     * Asks.
     *
     * @param deadlineNanos when it fails at the latest, by the engine's clock
     * @param answer reads the answer
     * @return completes on the engine's thread, exceptionally with a {@link BmcException} alone; cancelling it gives the
     *     request up
     */
    public <T> CompletableFuture<T> ask(
            Urgency urgency, IpmiCommand command, Bytes data, long deadlineNanos, AnswerReader<T> answer) {
        return ask(urgency, command.networkFunction(), command.code(), data, deadlineNanos, answer);
    }

    /** The same with a command that has no name. */
    public <T> CompletableFuture<T> ask(
            Urgency urgency, int networkFunction, int command, Bytes data, long deadlineNanos, AnswerReader<T> answer) {
        Kind kind = switch (urgency) {
            case CALL -> Kind.CALL;
            case POLL -> Kind.POLL;
        };
        return ask(new Exchange<>(name(), this::wake, kind, networkFunction, command, data, deadlineNanos, answer));
    }

    /**
     * Asks, always, for what must not be done twice. When answers are lost it fails as {@link Reason#UNREACHABLE} and may have been done, so send it after another request has shown that the session is alive.
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

    /** Begins several requests that belong together: the session stays open between them, whatever the policy. */
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
     * Fails what is asked and what waits, then closes the session. Idempotent.
     *
     * @return completes when that is done, within a second
     */
    public CompletableFuture<Void> close() {
        if (!engine.post(this::beginToClose)) {
            closed.complete(null);
        }
        return closed;
    }

    /** Does something with this line on the engine's thread; false when the engine is closed. */
    public boolean execute(Runnable task) {
        return engine.post(() -> {
            task.run();
            run(engine.nowNanos());
        });
    }

    /**
     * Lets a handler speak in the session, in place of the one before; null for none. While there is one, the session is not
     * closed by policy. On the engine's thread.
     */
    public void handlePayloads(@Nullable PayloadHandler next) {
        handler = next;
    }

    /**
     * Sends a payload of the handler's in the session. On the engine's thread.
     *
     * @return false where no session is open
     */
    public boolean sendPayload(Bytes payload) {
        PayloadHandler speaking = handler;
        if (speaking == null || !way.hasAddress() || !session.hasSession()) {
            return false;
        }
        for (SessionOutput output : session.send(speaking.type(), payload)) {
            if (output instanceof SessionOutput.Send send) {
                way.transmit(send.datagram());
            }
        }
        return true;
    }

    /** Looks whether there is something to do. */
    private void wake() {
        // Nothing to look at where the engine is closed: it has failed all.
        var _ = engine.post(() -> run(engine.nowNanos()));
    }

    private void submit(Exchange<?> exchange) {
        long now = engine.nowNanos();
        if (life != Life.OPEN || engine.isClosing()) {
            exchange.completeExceptionally(closedFailure());
        } else if (exchange.kind() == Kind.POLL && breaker.isOpen(now)) {
            exchange.completeExceptionally(failure(
                    Reason.UNREACHABLE,
                    "it did not answer the last " + breaker.failures() + " times or more; polls ask it again in "
                            + breaker.untilProbe(now).toSeconds() + " seconds, a call at once"));
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

    /** Goes as far as possible. */
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
            // Cancelled.
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
            // There was none to close.
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
                    failure(Reason.UNREACHABLE, "its name did not resolve in time; is the name service there?"));
        } else {
            asked.completeExceptionally(
                    failure(Reason.BUSY, "timed out in the queue behind earlier requests; ask again"));
        }
        finish();
    }

    /** The BMC's name was looked up. */
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
     * Whether requests skip turn and slot: Close Session must be sent to every BMC, even if its answer is lost.
     */
    private boolean goesAhead(long now) {
        Exchange<?> asked = current;
        boolean isOverdue = asked != null && asked.kind() == Kind.CLOSE && now - asked.deadlineNanos() >= 0;
        return isOverdue || life != Life.OPEN;
    }

    /** The turn, waited for, has come. */
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

    /** The slot, waited for, has come. */
    @Override
    public void slotCame(long now) {
        if (!way.slotCame(now) && current == null) {
            way.leaveSlot();
        }
        run(now);
    }

    /** What came from the BMC. */
    @Override
    public void received(RmcpFrame frame, long now) {
        try {
            List<SessionOutput> outputs = session.receive(frame, now);
            if (!outputs.isEmpty() && current != null) {
                way.heard(now);
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

    private void due(long now) {
        way.expire(now);
        queue.expire(now);
        PayloadHandler speaking = handler;
        try {
            if (speaking != null && now - speaking.wakeupNanos() >= 0) {
                speaking.tick(now);
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
                    PayloadHandler speaking = handler;
                    if (speaking != null && speaking.type() == other.type()) {
                        speaking.received(other.payload(), other.sequence(), now);
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
            // The BMC may have moved: its name is looked up again.
            session.forget();
            way.detach();
        }
        if (asked != null) {
            asked.completeExceptionally(failure);
        }
    }

    private void sessionEnded() {
        PayloadHandler speaking = handler;
        if (speaking != null) {
            handler = null;
            speaking.ended(failure(Reason.UNREACHABLE, "the session ended"));
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

    /** The request under way is over. */
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

    /** Fails what is asked, and closes the session until then; when that is over, Close Session is sent nevertheless. */
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
        PayloadHandler speaking = handler;
        handler = null;
        if (speaking != null) {
            speaking.ended(closedFailure());
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

    /** A defect of this client in one line must not stop the others. */
    private void broken(RuntimeException e, long now) {
        LOG.error("BMC {}: our client failed; its session is given up", name(), e);
        session.forget();
        sessionEnded();
        Exchange<?> asked = current;
        finish();
        if (asked != null) {
            asked.completeExceptionally(
                    new BmcException(Reason.PROTOCOL, "BMC " + name() + ": our client failed on it", e));
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
        PayloadHandler speaking = handler;
        if (speaking != null) {
            due = TimingWheel.earlier(due, speaking.wakeupNanos(), now);
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

    /** A number for a new session that leads its packets here: above the line's number one that changes, never 0. */
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
