package org.novametal.bmc.ipmi.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.CipherSuite;
import org.novametal.bmc.ipmi.codec.CompletionCode;
import org.novametal.bmc.ipmi.codec.IpmiCommand;
import org.novametal.bmc.ipmi.codec.IpmiRequest;
import org.novametal.bmc.ipmi.codec.IpmiResponse;
import org.novametal.bmc.ipmi.codec.MalformedMessageException;
import org.novametal.bmc.ipmi.codec.PayloadType;
import org.novametal.bmc.ipmi.codec.RmcpFrame;
import org.novametal.bmc.ipmi.codec.SeenQuirks;
import org.novametal.bmc.ipmi.codec.SessionFrame;
import org.novametal.bmc.ipmi.codec.WireQuirk;
import org.novametal.bmc.ipmi.session.SessionOutput.Answered;
import org.novametal.bmc.ipmi.session.SessionOutput.Failed;
import org.novametal.bmc.ipmi.session.SessionOutput.Received;
import org.novametal.bmc.ipmi.session.SessionOutput.Send;
import org.novametal.bmc.ipmi.session.SessionState.Calling;
import org.novametal.bmc.ipmi.session.SessionState.Closing;
import org.novametal.bmc.ipmi.session.SessionState.Idle;
import org.novametal.bmc.ipmi.session.SessionState.NoSession;
import org.novametal.bmc.ipmi.session.SessionState.Opening;
import org.novametal.bmc.ipmi.session.SessionState.Resting;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The remote console's side of the session with one BMC, without I/O: requests, datagrams and the current time go in,
 * {@link SessionOutput}s come out. One request is under way at a time.
 *
 * <p>A request opens a session where none is open, and leaves it open. The owner sends the datagrams of {@link Send},
 * passes in all packets from the BMC, and calls {@link #tick} at {@link #wakeupNanos}. A request without an answer is sent
 * again after growing pauses, finally in a new session; so a command may reach the BMC more than once when answers get lost,
 * as with every IPMI client; but see {@link #requestOnce}. When a BMC is busy, or has no free session, the request is sent
 * again after a pause, until its deadline.
 *
 * <p>Duplicate and late packets are dropped. Any other packet that does not belong to the session is rejected and remembered:
 * if the request then gets no answer, its failure describes the last rejected packet. BMCs may depart from the specification
 * as {@link WireQuirk} lists.
 *
 * <p>Besides requests, a session carries other payloads: {@link #send} sends one, {@link Received} contains a received one.
 *
 * <p>Times are nanoseconds of one monotonic clock. Not for several threads: used by its owner only.
 *
 * <p>Source: IPMI 2.0 §13.14 to 13.32 (opening a session), §6.12 (sessions).
 */
public final class IpmiSession {
    private static final Logger LOG = LoggerFactory.getLogger(IpmiSession.class);

    /**
     * A BMC drops a session without traffic for 60 seconds (±3, IPMI 2.0 §6.12.15); past this limit a new one is opened.
     */
    private static final long IDLE_LIMIT_NANOS = Duration.ofSeconds(55).toNanos();

    private final SessionSettings settings;
    private final SessionSources sources;
    private final SessionSources.Numbers numbers;
    private final SeenQuirks quirks;

    private SessionState state = new NoSession();
    private @Nullable Call call;
    private long resendAtNanos;
    private long heardAtNanos;
    private int tries;
    private int rests;
    /**
     * The cipher suite that the BMC accepted last; null while none is known, or after the BMC refused to open a session.
     */
    private @Nullable CipherSuite known;

    /** Why the last packet from the BMC's address was refused since the request began; null when none was. */
    private @Nullable String refusedPacket;

    private record Call(
            int networkFunction, int command, Bytes data, long beginNanos, long deadlineNanos, boolean isOnce) {
        boolean isReading() {
            return IpmiCommand.of(networkFunction, command)
                    .filter(IpmiCommand::isReading)
                    .isPresent();
        }

        /** Until when an error without a cause is taken as "not yet". */
        long patientUntilNanos() {
            return beginNanos + (deadlineNanos - beginNanos) / 2;
        }
    }

    /**
     * A state machine without a session.
     *
     * @param settings the BMC and the user
     * @param sources random generator and ciphers of the thread that drives it
     * @param consoleSessionIds supplies the console session id of each new session: not 0, and different from the previous
     *     session's
     */
    public IpmiSession(SessionSettings settings, SessionSources sources, IntSupplier consoleSessionIds) {
        this.settings = settings;
        this.sources = sources;
        this.numbers = new SessionSources.Numbers(consoleSessionIds);
        this.quirks = new SeenQuirks(quirk -> LOG.debug("BMC {}: {} ({})", settings.name(), quirk.symptom(), quirk));
    }

    /**
     * Begins a request. It ends with one {@link Answered} or {@link Failed}, or by {@link #abandon}.
     *
     * @param deadlineNanos when the request fails as {@link Reason#UNREACHABLE}
     * @throws IllegalStateException when another one is under way
     */
    public List<SessionOutput> request(IpmiCommand command, Bytes data, long nowNanos, long deadlineNanos) {
        return request(command.networkFunction(), command.code(), data, nowNanos, deadlineNanos);
    }

    /**
     * The same for a command without an {@link IpmiCommand}.
     *
     * @param networkFunction even, 0 to 62
     * @param command 0 to 255
     */
    public List<SessionOutput> request(
            int networkFunction, int command, Bytes data, long nowNanos, long deadlineNanos) {
        return begin(new Call(networkFunction, command, data, nowNanos, deadlineNanos, false), nowNanos);
    }

    /**
     * The same for a request that must not be performed twice. Only the identical datagram is sent again: a BMC that
     * received the first one drops the copy by its session sequence number (IPMI 2.0 §6.12.13), any other accepts it. When
     * none is answered, the request fails as {@link Reason#UNREACHABLE} before the deadline and is not sent in another
     * session, because it may have been performed.
     */
    public List<SessionOutput> requestOnce(
            int networkFunction, int command, Bytes data, long nowNanos, long deadlineNanos) {
        return begin(new Call(networkFunction, command, data, nowNanos, deadlineNanos, true), nowNanos);
    }

    private List<SessionOutput> begin(Call next, long nowNanos) {
        if (call != null) {
            throw new IllegalStateException("BMC " + settings.name() + ": another request is under way");
        }
        call = next;
        rests = 0;
        refusedPacket = null;
        List<SessionOutput> outputs = new ArrayList<>(2);
        switch (state) {
            case Idle idle when nowNanos - heardAtNanos < IDLE_LIMIT_NANOS -> callIn(idle.channel(), nowNanos, outputs);
            case Idle idle -> leave(idle.channel(), nowNanos, outputs);
            case NoSession _ -> open(nowNanos, outputs);
            case Opening _, Calling _, Resting _, Closing _ ->
                throw new IllegalStateException("BMC " + settings.name() + " has a request under way");
        }
        return outputs;
    }

    /**
     * Gives up the request under way; its answer, when it comes, is ignored. Keeps the session where one is open.
     *
     * @return the datagrams to send
     */
    public List<SessionOutput> abandon() {
        call = null;
        List<SessionOutput> outputs = List.of();
        switch (state) {
            case Opening opening -> {
                outputs = opening.opening().giveUp();
                state = new NoSession();
            }
            case Calling calling -> state = new Idle(calling.channel());
            case Resting resting -> state = new Idle(resting.channel());
            case Closing _ -> state = new NoSession();
            case Idle _, NoSession _ -> {}
        }
        return outputs;
    }

    /**
     * Forgets the session without closing it at the BMC, and the BMC's cipher suite: another BMC may have taken its place.
     */
    public void forget() {
        call = null;
        known = null;
        state = new NoSession();
    }

    /**
     * Gives up what is under way and begins to close the session: Close Session is sent even after the deadline, and once
     * more where no answer comes. At the end {@link #hasSession} is false, at the latest at the deadline; at once where no
     * session is open.
     */
    public List<SessionOutput> close(long nowNanos, long deadlineNanos) {
        List<SessionOutput> outputs = new ArrayList<>(abandon());
        if (state instanceof Idle idle) {
            IpmiRequest request = idle.channel().closeRequest(numbers.nextRequestSequence());
            call = new Call(
                    request.networkFunction(), request.command(), request.data(), nowNanos, deadlineNanos, false);
            state = new Closing(idle.channel(), request);
            resendAtNanos = nowNanos + Math.min(pauseNanos(1), (deadlineNanos - nowNanos) / 2);
            outputs.add(new Send(idle.channel().wrap(request)));
        }
        return outputs;
    }

    /** Whether a session is open, or being closed. */
    public boolean hasSession() {
        return switch (state) {
            case Idle _, Calling _, Resting _, Closing _ -> true;
            case Opening _, NoSession _ -> false;
        };
    }

    /** Whether the session pauses: nothing is expected from the BMC until {@link #wakeupNanos}. */
    public boolean isPausing() {
        return switch (state) {
            case Resting _ -> true;
            case Opening opening -> opening.opening().isPausing();
            case Idle _, Calling _, Closing _, NoSession _ -> false;
        };
    }

    /** When {@link #tick} must be called next; {@link Long#MAX_VALUE} while no request is under way. */
    public long wakeupNanos() {
        Call current = call;
        if (current == null) {
            return Long.MAX_VALUE;
        }
        long resend = state instanceof Opening opening ? opening.opening().wakeupNanos() : resendAtNanos;
        return current.deadlineNanos() - resend < 0 ? current.deadlineNanos() : resend;
    }

    /** Whether the next {@link #tick} fails the request instead of sending. */
    public boolean isTooLate(long nowNanos) {
        Call current = call;
        return current != null && nowNanos - current.deadlineNanos() >= 0;
    }

    /** Performs the due action: sends the request again, opens another session, or fails the request. */
    public List<SessionOutput> tick(long nowNanos) {
        List<SessionOutput> outputs = new ArrayList<>(2);
        if (isTooLate(nowNanos)) {
            giveUp(outputs);
        } else if (call != null) {
            sendAgain(nowNanos, outputs);
        }
        return outputs;
    }

    /**
     * Sends a payload other than a request in the open session.
     *
     * @throws IllegalStateException where no session is open
     */
    public List<SessionOutput> send(PayloadType type, Bytes payload) {
        SecureChannel channel = channel();
        if (channel == null) {
            throw new IllegalStateException("BMC " + settings.name() + ": no session is open to send " + type);
        }
        return List.of(new Send(channel.wrap(type, payload)));
    }

    /** The id that the BMC gave the open session, by which it reports it to other sessions; empty where none is open. */
    public OptionalInt bmcSessionId() {
        SecureChannel channel = channel();
        return channel == null ? OptionalInt.empty() : OptionalInt.of(channel.bmcSessionId());
    }

    /** Records that a packet from the BMC's address could not be read; the request's failure says why. */
    public void refused(String why) {
        refusedPacket = why;
    }

    /** Processes a packet from the BMC's address. Unexpected packets are ignored. */
    public List<SessionOutput> receive(RmcpFrame frame, long nowNanos) {
        List<SessionOutput> outputs = new ArrayList<>(2);
        try {
            switch (state) {
                case Opening opening -> {
                    opening.opening().receive(frame, nowNanos, outputs);
                    follow(opening.opening(), nowNanos, outputs);
                }
                case Idle _, Calling _, Resting _, Closing _ -> {
                    if (frame instanceof SessionFrame packet) {
                        receiveInSession(packet, nowNanos, outputs);
                    }
                }
                case NoSession _ -> {}
            }
        } catch (MalformedMessageException e) {
            refused(e.getMessage());
        }
        return outputs;
    }

    private void receiveInSession(SessionFrame packet, long nowNanos, List<SessionOutput> outputs) {
        SecureChannel channel = channel();
        Bytes payload = channel == null ? null : channel.unwrap(packet);
        if (channel == null || payload == null) {
            return;
        }
        heardAtNanos = nowNanos;
        if (packet.type() != PayloadType.IPMI) {
            outputs.add(new Received(packet.type(), packet.sequence(), payload));
            return;
        }
        IpmiResponse response = IpmiResponse.decode(payload, quirks);
        switch (state) {
            case Calling calling -> {
                response.requireAnswerTo(calling.request(), quirks);
                answered(calling, response, nowNanos, outputs);
            }
            case Closing closing -> {
                response.requireAnswerTo(closing.request(), quirks);
                end(new NoSession(), new Answered(response), outputs);
            }
            case Idle _, Resting _, NoSession _, Opening _ -> {}
        }
    }

    private void answered(Calling calling, IpmiResponse response, long nowNanos, List<SessionOutput> outputs) {
        int code = response.completionCode();
        Call current = call;
        if (code == CompletionCode.OK.code() || current == null) {
            end(new Idle(calling.channel()), new Answered(response), outputs);
        } else if (current.isOnce() && CompletionCode.mayHaveBeenPerformed(code)) {
            end(
                    new Idle(calling.channel()),
                    new Failed(noAnswer(calling.request(), "completion code " + CompletionCode.describe(code))),
                    outputs);
        } else if (isWorthWaiting(current, code, nowNanos)) {
            rests++;
            state = new Resting(calling.channel(), response);
            resendAtNanos = nowNanos + pauseNanos(rests);
        } else {
            end(new Idle(calling.channel()), new Answered(response), outputs);
        }
    }

    /** Whether the BMC may only be busy, or starting: an error without a cause may also be its last word. */
    private boolean isWorthWaiting(Call current, int code, long nowNanos) {
        return switch (CompletionCode.readiness(code)) {
            case NOT_YET -> true;
            case UNCERTAIN -> {
                boolean isWaiting = current.isReading() && nowNanos - current.patientUntilNanos() < 0;
                if (isWaiting) {
                    quirks.note(WireQuirk.NOT_READY_CODE);
                }
                yield isWaiting;
            }
            case REFUSED -> false;
        };
    }

    private void giveUp(List<SessionOutput> outputs) {
        switch (state) {
            case Opening opening -> {
                BmcException failure = opening.opening().tooLate(refusedPacket);
                outputs.addAll(opening.opening().giveUp());
                known = null;
                end(new NoSession(), new Failed(failure), outputs);
            }
            case Calling calling ->
                // The session is kept: if the BMC is only slow, a new session could use up its last free one.
                end(new Idle(calling.channel()), new Failed(noAnswer(calling.request())), outputs);
            case Resting resting -> end(new Idle(resting.channel()), new Answered(resting.busy()), outputs);
            case Closing closing -> end(new NoSession(), new Failed(noAnswer(closing.request())), outputs);
            case Idle _, NoSession _ -> throw new IllegalStateException("a request in a state without requests");
        }
    }

    private BmcException noAnswer(IpmiRequest request) {
        return refusedPacket == null
                ? noAnswer(request, "no answer in time")
                : settings.failure(
                        Reason.PROTOCOL,
                        unanswered(
                                request,
                                "no valid answer in time; the last packet from its address was refused: "
                                        + refusedPacket));
    }

    private BmcException noAnswer(IpmiRequest request, String instead) {
        return settings.failure(Reason.UNREACHABLE, unanswered(request, instead));
    }

    private String unanswered(IpmiRequest request, String instead) {
        Call current = call;
        return IpmiCommand.describe(request.networkFunction(), request.command()) + " had " + instead
                + (current != null && current.isOnce()
                        ? "; it may have been done, so it is not sent again: check the machine's state"
                        : "");
    }

    private void sendAgain(long nowNanos, List<SessionOutput> outputs) {
        switch (state) {
            case Opening opening -> {
                opening.opening().tick(nowNanos, outputs);
                follow(opening.opening(), nowNanos, outputs);
            }
            case Calling _, Resting _, Closing _ when nowNanos - resendAtNanos < 0 -> {}
            case Calling calling when tries < SessionOpening.TRIES -> repeat(calling, nowNanos, outputs);
            case Calling calling -> {
                if (call != null && call.isOnce()) {
                    end(new Idle(calling.channel()), new Failed(noAnswer(calling.request())), outputs);
                } else {
                    leave(calling.channel(), nowNanos, outputs);
                }
            }
            case Resting resting -> callIn(resting.channel(), nowNanos, outputs);
            case Closing closing -> {
                outputs.add(new Send(closing.channel().wrap(closing.request())));
                resendAtNanos = call == null ? nowNanos : call.deadlineNanos();
            }
            case Idle _, NoSession _ -> {}
        }
    }

    /** Changes to a new session; the old one is closed without waiting for the answer, in case the BMC still has it. */
    private void leave(SecureChannel channel, long nowNanos, List<SessionOutput> outputs) {
        outputs.add(new Send(channel.wrap(channel.closeRequest(numbers.nextRequestSequence()))));
        open(nowNanos, outputs);
    }

    private void open(long nowNanos, List<SessionOutput> outputs) {
        Call current = call;
        long patientUntilNanos = current == null ? nowNanos : current.patientUntilNanos();
        SessionOpening opening = new SessionOpening(settings, sources, numbers, quirks, patientUntilNanos);
        state = new Opening(opening);
        opening.begin(known, nowNanos, outputs);
    }

    private void follow(SessionOpening opening, long nowNanos, List<SessionOutput> outputs) {
        if (opening.state() instanceof OpeningState.Opened opened) {
            known = opened.suite();
            heardAtNanos = nowNanos;
            callIn(opened.channel(), nowNanos, outputs);
        } else if (opening.state() instanceof OpeningState.Refused refused) {
            known = null;
            end(new NoSession(), new Failed(refused.failure()), outputs);
        }
    }

    private void callIn(SecureChannel channel, long nowNanos, List<SessionOutput> outputs) {
        Call current = call;
        if (current == null) {
            state = new Idle(channel);
            return;
        }
        IpmiRequest request = new IpmiRequest(
                IpmiRequest.CONSOLE_ADDRESS,
                numbers.nextRequestSequence(),
                current.networkFunction(),
                current.command(),
                current.data());
        Bytes datagram = channel.wrap(request);
        state = new Calling(channel, request, datagram);
        tries = 0;
        repeat(datagram, nowNanos, outputs);
    }

    private void repeat(Calling calling, long nowNanos, List<SessionOutput> outputs) {
        boolean isOnce = call != null && call.isOnce();
        repeat(isOnce ? calling.datagram() : calling.channel().wrap(calling.request()), nowNanos, outputs);
    }

    private void repeat(Bytes datagram, long nowNanos, List<SessionOutput> outputs) {
        tries++;
        resendAtNanos = nowNanos + pauseNanos(tries);
        outputs.add(new Send(datagram));
    }

    private long pauseNanos(int count) {
        return sources.pauseNanos(settings.retryInterval().toNanos(), count);
    }

    private void end(SessionState next, SessionOutput last, List<SessionOutput> outputs) {
        state = next;
        call = null;
        outputs.add(last);
    }

    private @Nullable SecureChannel channel() {
        return switch (state) {
            case Idle idle -> idle.channel();
            case Calling calling -> calling.channel();
            case Resting resting -> resting.channel();
            case Closing closing -> closing.channel();
            case NoSession _, Opening _ -> null;
        };
    }
}
