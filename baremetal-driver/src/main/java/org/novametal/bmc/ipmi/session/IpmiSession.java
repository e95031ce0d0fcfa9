package org.novametal.bmc.ipmi.session;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.ipmi.codec.AuthenticationCapabilities;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.CipherSuite;
import org.novametal.bmc.ipmi.codec.CompletionCode;
import org.novametal.bmc.ipmi.codec.IpmiCommand;
import org.novametal.bmc.ipmi.codec.IpmiRequest;
import org.novametal.bmc.ipmi.codec.IpmiResponse;
import org.novametal.bmc.ipmi.codec.LegacyFrame;
import org.novametal.bmc.ipmi.codec.MalformedMessageException;
import org.novametal.bmc.ipmi.codec.OpenSessionRequest;
import org.novametal.bmc.ipmi.codec.OpenSessionResponse;
import org.novametal.bmc.ipmi.codec.PayloadType;
import org.novametal.bmc.ipmi.codec.Rakp1;
import org.novametal.bmc.ipmi.codec.Rakp2;
import org.novametal.bmc.ipmi.codec.Rakp3;
import org.novametal.bmc.ipmi.codec.Rakp4;
import org.novametal.bmc.ipmi.codec.RakpTranscript;
import org.novametal.bmc.ipmi.codec.RmcpFrame;
import org.novametal.bmc.ipmi.codec.RmcpStatus;
import org.novametal.bmc.ipmi.codec.SessionFrame;
import org.novametal.bmc.ipmi.codec.SetupRefusal;
import org.novametal.bmc.ipmi.session.SessionOutput.Answered;
import org.novametal.bmc.ipmi.session.SessionOutput.Failed;
import org.novametal.bmc.ipmi.session.SessionOutput.Send;
import org.novametal.bmc.ipmi.session.SessionState.Calling;
import org.novametal.bmc.ipmi.session.SessionState.Closing;
import org.novametal.bmc.ipmi.session.SessionState.Discovering;
import org.novametal.bmc.ipmi.session.SessionState.Identifying;
import org.novametal.bmc.ipmi.session.SessionState.Idle;
import org.novametal.bmc.ipmi.session.SessionState.NoSession;
import org.novametal.bmc.ipmi.session.SessionState.Opening;
import org.novametal.bmc.ipmi.session.SessionState.Proving;
import org.novametal.bmc.ipmi.session.SessionState.RaisingPrivilege;

/**
 * The remote console's side of the session with one BMC, without I/O: requests, datagrams and the passing of time go in,
 * {@link SessionOutput}s come out. One request is under way at a time.
 *
 * <p>A request opens a session where none is open, and leaves it open. Whoever drives the machine sends what it asks to be
 * sent, hands it what the BMC sends, and calls {@link #tick} at {@link #wakeupNanos}. Repeated, late and foreign packets
 * change nothing. A request that stays without an answer is sent again, in the end in a new session; so a command may reach
 * the BMC more than once when answers get lost, as with every IPMI client.
 *
 * <p>Times are nanoseconds of one monotonic clock. Not for several threads: the owner is whoever drives it.
 *
 * <p>Source: IPMI 2.0 §13.14 to 13.32 (opening a session), §6.12 (sessions).
 */
public final class IpmiSession {
    /** A BMC drops a session that is silent for 60 seconds (±3, IPMI 2.0 §6.12.15); older ones are opened anew. */
    private static final long IDLE_LIMIT_NANOS = Duration.ofSeconds(55).toNanos();
    /** How often one packet is sent before the session, or the attempt to open one, is given up for a new one. */
    private static final int TRIES = 3;
    /** How many sessions are opened for one request. */
    private static final int LOGINS = 4;

    private final SessionSettings settings;
    private final RandomGenerator random;
    private final IntSupplier consoleSessionIds;
    private final long retryNanos;

    private SessionState state = new NoSession();
    private @Nullable Call call;
    private Bytes lastDatagram = Bytes.EMPTY;
    private long resendAtNanos;
    private long heardAtNanos;
    private int tries;
    private int logins;
    private int tag;
    private int requestSequence;
    private CipherSuite preferred = CipherSuite.SUITE_17;

    private record Call(IpmiCommand command, Bytes data, long deadlineNanos) {}

    /**
     * A machine without a session.
     *
     * @param settings which BMC, which user
     * @param random a source that nobody can predict
     * @param consoleSessionIds gives the number of each new session, not 0, another one than that of the session before
     */
    public IpmiSession(SessionSettings settings, RandomGenerator random, IntSupplier consoleSessionIds) {
        this.settings = settings;
        this.random = random;
        this.consoleSessionIds = consoleSessionIds;
        this.retryNanos = settings.retryInterval().toNanos();
        this.tag = random.nextInt(256);
        this.requestSequence = random.nextInt(64);
    }

    /**
     * Begins a request. It ends with one {@link Answered} or {@link Failed}, or by {@link #abandon}.
     *
     * @param deadlineNanos when it fails as {@link Reason#UNREACHABLE}
     * @throws IllegalStateException when another one is under way
     */
    public List<SessionOutput> request(IpmiCommand command, Bytes data, long nowNanos, long deadlineNanos) {
        if (call != null) {
            throw new IllegalStateException("BMC " + settings.name() + ": one request is under way, asked for another");
        }
        call = new Call(command, data, deadlineNanos);
        logins = 0;
        List<SessionOutput> outputs = new ArrayList<>();
        switch (state) {
            case Idle idle when nowNanos - heardAtNanos < IDLE_LIMIT_NANOS -> callIn(idle.channel(), nowNanos, outputs);
            case Idle idle -> leave(idle.channel(), nowNanos, outputs);
            case NoSession _ -> discover(nowNanos, outputs);
            case Discovering _, Opening _, Identifying _, Proving _, RaisingPrivilege _, Calling _, Closing _ ->
                throw new IllegalStateException("BMC " + settings.name() + " is still asked: " + state.doing());
        }
        return outputs;
    }

    /** Gives up the request under way; its answer, when it comes, is ignored. Keeps the session where one is open. */
    public void abandon() {
        call = null;
        state = switch (state) {
            case RaisingPrivilege _ -> new NoSession();
            case Calling calling -> new Idle(calling.channel());
            case Idle idle -> idle;
            case NoSession _, Discovering _, Opening _, Identifying _, Proving _, Closing _ -> new NoSession();
        };
    }

    /**
     * Begins to close the session; empty where none is open. Ends with {@link #hasSession} being false, at the latest at
     * the deadline.
     */
    public List<SessionOutput> close(long nowNanos, long deadlineNanos) {
        abandon();
        List<SessionOutput> outputs = new ArrayList<>();
        if (state instanceof Idle idle) {
            call = new Call(IpmiCommand.CLOSE_SESSION, Bytes.EMPTY, deadlineNanos);
            Closing closing = new Closing(idle.channel(), closeRequest(idle.channel()));
            enter(closing, idle.channel().wrap(closing.request()), nowNanos, outputs);
        }
        return outputs;
    }

    /** Whether a session is open, or being closed. */
    public boolean hasSession() {
        return switch (state) {
            case RaisingPrivilege _, Calling _, Idle _, Closing _ -> true;
            case NoSession _, Discovering _, Opening _, Identifying _, Proving _ -> false;
        };
    }

    /** When {@link #tick} has something to do; {@link Long#MAX_VALUE} while nothing is under way. */
    public long wakeupNanos() {
        Call current = call;
        if (current == null) {
            return Long.MAX_VALUE;
        }
        return current.deadlineNanos() - resendAtNanos < 0 ? current.deadlineNanos() : resendAtNanos;
    }

    /** Does what time asks for: sends again, opens another session, or gives up. */
    public List<SessionOutput> tick(long nowNanos) {
        List<SessionOutput> outputs = new ArrayList<>();
        Call current = call;
        if (current == null) {
            return outputs;
        }
        if (nowNanos - current.deadlineNanos() >= 0) {
            fail(
                    Reason.UNREACHABLE,
                    state.doing() + " had no answer in time; is it there, and does its network let UDP"
                            + " port 623 (or the one given) through?",
                    outputs);
        } else if (nowNanos - resendAtNanos >= 0) {
            sendAgain(nowNanos, outputs);
        }
        return outputs;
    }

    /** Takes in what came from the BMC's address. Whatever does not fit is ignored. */
    public List<SessionOutput> receive(RmcpFrame frame, long nowNanos) {
        List<SessionOutput> outputs = new ArrayList<>();
        if (call == null) {
            return outputs;
        }
        try {
            switch (frame) {
                case LegacyFrame legacy -> receiveOutsideSession(legacy, nowNanos, outputs);
                case SessionFrame packet -> receive(packet, nowNanos, outputs);
            }
        } catch (MalformedMessageException e) {
            return outputs;
        }
        return outputs;
    }

    private void receiveOutsideSession(LegacyFrame frame, long nowNanos, List<SessionOutput> outputs) {
        if (!(state instanceof Discovering discovering)) {
            return;
        }
        IpmiResponse response = IpmiResponse.decode(frame.payload());
        if (!response.answers(discovering.request())) {
            return;
        }
        if (response.completionCode() != CompletionCode.OK.code()) {
            failByCode(response.completionCode(), outputs);
        } else if (!AuthenticationCapabilities.decode(response.data()).hasIpmi2()) {
            fail(Reason.UNSUPPORTED, "it does not offer IPMI 2.0 (RMCP+)", outputs);
        } else {
            openSession(preferred, nowNanos, outputs);
        }
    }

    private void receive(SessionFrame frame, long nowNanos, List<SessionOutput> outputs) {
        switch (state) {
            case Opening opening
            when is(frame, PayloadType.OPEN_SESSION_RESPONSE) ->
                opened(opening, OpenSessionResponse.decode(frame.payload()), nowNanos, outputs);
            case Identifying identifying
            when is(frame, PayloadType.RAKP_2) ->
                identified(identifying, Rakp2.decode(frame.payload()), nowNanos, outputs);
            case Proving proving
            when is(frame, PayloadType.RAKP_4) -> proved(proving, Rakp4.decode(frame.payload()), nowNanos, outputs);
            case RaisingPrivilege raising ->
                answerTo(raising.request(), raising.channel(), frame, nowNanos)
                        .ifPresent(response -> privilegeRaised(raising, response, nowNanos, outputs));
            case Calling calling ->
                answerTo(calling.request(), calling.channel(), frame, nowNanos)
                        .ifPresent(response -> end(new Idle(calling.channel()), new Answered(response), outputs));
            case Closing closing ->
                answerTo(closing.request(), closing.channel(), frame, nowNanos)
                        .ifPresent(response -> end(new NoSession(), new Answered(response), outputs));
            case NoSession _, Discovering _, Opening _, Identifying _, Proving _, Idle _ -> {}
        }
    }

    private static boolean is(SessionFrame frame, PayloadType type) {
        return frame.type() == type && frame.sessionId() == 0;
    }

    private Optional<IpmiResponse> answerTo(
            IpmiRequest request, SecureChannel channel, SessionFrame frame, long nowNanos) {
        Optional<IpmiResponse> answer = channel.unwrap(frame).filter(response -> response.answers(request));
        answer.ifPresent(_ -> heardAtNanos = nowNanos);
        return answer;
    }

    private void opened(Opening opening, OpenSessionResponse response, long nowNanos, List<SessionOutput> outputs) {
        OpenSessionRequest request = opening.request();
        switch (response) {
            case SetupRefusal refusal -> {
                if (refusal.answers(request.tag(), request.consoleSessionId())) {
                    refusedToOpen(opening, refusal.status(), nowNanos, outputs);
                }
            }
            case OpenSessionResponse.Accepted accepted -> {
                if (accepted.tag() != request.tag() || accepted.consoleSessionId() != request.consoleSessionId()) {
                    return;
                }
                Optional<CipherSuite> chosen =
                        CipherSuite.of(accepted.authentication(), accepted.integrity(), accepted.confidentiality());
                if (!chosen.equals(Optional.of(opening.suite()))) {
                    fail(
                            Reason.UNSUPPORTED_CIPHER,
                            "asked for cipher suite " + opening.suite().id()
                                    + " it chose algorithms " + accepted.authentication() + ", " + accepted.integrity()
                                    + ", "
                                    + accepted.confidentiality(),
                            outputs);
                    return;
                }
                Rakp1 first = new Rakp1(
                        nextTag(),
                        accepted.bmcSessionId(),
                        randomBytes(Rakp1.RANDOM_LENGTH),
                        Rakp1.roleByName(settings.privilege()),
                        Bytes.copyOf(settings.credentials().username().getBytes(StandardCharsets.UTF_8)));
                SessionState next = new Identifying(first, request.consoleSessionId(), opening.suite());
                enterOutsideSession(next, PayloadType.RAKP_1, first.encode(), nowNanos, outputs);
            }
        }
    }

    private void refusedToOpen(Opening opening, int status, long nowNanos, List<SessionOutput> outputs) {
        boolean isCipher = RefusalReasons.ofStatus(status) == Reason.UNSUPPORTED_CIPHER;
        if (isCipher && opening.suite() == CipherSuite.SUITE_17) {
            openSession(CipherSuite.SUITE_3, nowNanos, outputs);
            return;
        }
        // The next request begins with the strongest again: the BMC may have been configured anew.
        preferred = CipherSuite.SUITE_17;
        failByStatus(status, outputs);
    }

    private void identified(Identifying identifying, Rakp2 response, long nowNanos, List<SessionOutput> outputs) {
        Rakp1 first = identifying.request();
        switch (response) {
            case SetupRefusal refusal -> {
                if (refusal.answers(first.tag(), identifying.consoleSessionId())) {
                    refusedInExchange(refusal.status(), nowNanos, outputs);
                }
            }
            case Rakp2.Accepted accepted -> {
                if (accepted.tag() != first.tag() || accepted.consoleSessionId() != identifying.consoleSessionId()) {
                    return;
                }
                RakpTranscript transcript = new RakpTranscript(
                        identifying.suite(),
                        settings.credentials(),
                        first,
                        identifying.consoleSessionId(),
                        accepted.bmcRandom(),
                        accepted.bmcGuid());
                if (!transcript.rakp2Code().matches(accepted.code())) {
                    // So that the BMC frees the half-open session at once.
                    Rakp3 refusal = new Rakp3(
                            nextTag(), RmcpStatus.INVALID_INTEGRITY_CHECK.code(), first.bmcSessionId(), Bytes.EMPTY);
                    outputs.add(new Send(SessionFrame.outsideSession(PayloadType.RAKP_3, refusal.encode())
                            .encode()));
                    fail(
                            Reason.WRONG_PASSWORD,
                            "it answered RAKP 1 with a code that this password does not give; is it right?",
                            outputs);
                    return;
                }
                Rakp3 third = new Rakp3(nextTag(), RmcpStatus.OK.code(), first.bmcSessionId(), transcript.rakp3Code());
                SessionState next = new Proving(third, identifying.consoleSessionId(), transcript, identifying.suite());
                enterOutsideSession(next, PayloadType.RAKP_3, third.encode(), nowNanos, outputs);
            }
        }
    }

    private void proved(Proving proving, Rakp4 response, long nowNanos, List<SessionOutput> outputs) {
        int tagOfThird = proving.request().tag();
        switch (response) {
            case SetupRefusal refusal -> {
                if (refusal.answers(tagOfThird, proving.consoleSessionId())) {
                    refusedInExchange(refusal.status(), nowNanos, outputs);
                }
            }
            case Rakp4.Accepted accepted -> {
                if (accepted.tag() == tagOfThird && accepted.consoleSessionId() == proving.consoleSessionId()) {
                    activate(proving, accepted, nowNanos, outputs);
                }
            }
        }
    }

    private void activate(Proving proving, Rakp4.Accepted accepted, long nowNanos, List<SessionOutput> outputs) {
        if (!proving.transcript().rakp4Check().matches(accepted.check())) {
            fail(
                    Reason.WRONG_KEY,
                    "it answered RAKP 3 with a check value that this key does not give;"
                            + " does the BMC have a key K_g, and is it the one given?",
                    outputs);
            return;
        }
        preferred = proving.suite();
        heardAtNanos = nowNanos;
        SecureChannel channel = new SecureChannel(
                proving.transcript().seal(),
                proving.consoleSessionId(),
                proving.request().bmcSessionId(),
                random);
        IpmiRequest request = IpmiRequest.of(
                IpmiCommand.SET_SESSION_PRIVILEGE_LEVEL,
                nextRequestSequence(),
                Bytes.of(settings.privilege().code()));
        enter(new RaisingPrivilege(channel, request), channel.wrap(request), nowNanos, outputs);
    }

    private void privilegeRaised(
            RaisingPrivilege raising, IpmiResponse response, long nowNanos, List<SessionOutput> outputs) {
        if (response.completionCode() == CompletionCode.OK.code()) {
            callIn(raising.channel(), nowNanos, outputs);
            return;
        }
        outputs.add(new Send(raising.channel().wrap(closeRequest(raising.channel()))));
        // 0x80: not for this user; 0x81: above the user's or the channel's limit. IPMI 2.0 table 22-20.
        Reason reason = response.completionCode() == 0x80 || response.completionCode() == 0x81
                ? Reason.PRIVILEGE_TOO_LOW
                : RefusalReasons.ofCompletionCode(response.completionCode());
        fail(
                reason,
                "it refused level " + settings.privilege() + ": completion code "
                        + CompletionCode.describe(response.completionCode()),
                outputs);
    }

    /** A BMC that has forgotten the session that is being opened is asked to open another. */
    private void refusedInExchange(int status, long nowNanos, List<SessionOutput> outputs) {
        boolean isForgotten =
                status == RmcpStatus.INVALID_SESSION_ID.code() || status == RmcpStatus.INACTIVE_SESSION_ID.code();
        if (isForgotten && logins < LOGINS) {
            openSession(preferred, nowNanos, outputs);
        } else {
            failByStatus(status, outputs);
        }
    }

    private void sendAgain(long nowNanos, List<SessionOutput> outputs) {
        switch (state) {
            case RaisingPrivilege raising
            when tries < TRIES -> repeat(raising.channel().wrap(raising.request()), nowNanos, outputs);
            case Calling calling
            when tries < TRIES -> repeat(calling.channel().wrap(calling.request()), nowNanos, outputs);
            case Closing closing -> repeat(closing.channel().wrap(closing.request()), nowNanos, outputs);
            case RaisingPrivilege raising -> leave(raising.channel(), nowNanos, outputs);
            case Calling calling -> leave(calling.channel(), nowNanos, outputs);
            case Identifying _, Proving _ when tries >= TRIES -> openSession(preferred, nowNanos, outputs);
            case Discovering _, Opening _, Identifying _, Proving _ -> repeat(lastDatagram, nowNanos, outputs);
            case NoSession _, Idle _ -> {}
        }
    }

    /** Goes over to a new session; the old one is closed without waiting, in case that the BMC still keeps it. */
    private void leave(SecureChannel channel, long nowNanos, List<SessionOutput> outputs) {
        outputs.add(new Send(channel.wrap(closeRequest(channel))));
        discover(nowNanos, outputs);
    }

    private void discover(long nowNanos, List<SessionOutput> outputs) {
        IpmiRequest request = IpmiRequest.of(
                IpmiCommand.GET_CHANNEL_AUTHENTICATION_CAPABILITIES,
                nextRequestSequence(),
                AuthenticationCapabilities.request(settings.privilege()));
        Bytes datagram = LegacyFrame.outsideSession(request.encode()).encode();
        enter(new Discovering(request), datagram, nowNanos, outputs);
    }

    private void openSession(CipherSuite suite, long nowNanos, List<SessionOutput> outputs) {
        logins++;
        OpenSessionRequest request =
                OpenSessionRequest.of(nextTag(), settings.privilege(), consoleSessionIds.getAsInt(), suite);
        enterOutsideSession(
                new Opening(request, suite), PayloadType.OPEN_SESSION_REQUEST, request.encode(), nowNanos, outputs);
    }

    private void callIn(SecureChannel channel, long nowNanos, List<SessionOutput> outputs) {
        Call current = call;
        if (current == null) {
            state = new Idle(channel);
            return;
        }
        IpmiRequest request = IpmiRequest.of(current.command(), nextRequestSequence(), current.data());
        enter(new Calling(channel, request), channel.wrap(request), nowNanos, outputs);
    }

    private void enterOutsideSession(
            SessionState next, PayloadType type, Bytes payload, long nowNanos, List<SessionOutput> outputs) {
        enter(next, SessionFrame.outsideSession(type, payload).encode(), nowNanos, outputs);
    }

    private void enter(SessionState next, Bytes datagram, long nowNanos, List<SessionOutput> outputs) {
        state = next;
        tries = 0;
        repeat(datagram, nowNanos, outputs);
    }

    private void repeat(Bytes datagram, long nowNanos, List<SessionOutput> outputs) {
        lastDatagram = datagram;
        tries++;
        resendAtNanos = nowNanos + retryNanos;
        outputs.add(new Send(datagram));
    }

    private void failByStatus(int status, List<SessionOutput> outputs) {
        fail(
                RefusalReasons.ofStatus(status),
                "it refused " + state.doing() + " of user '"
                        + settings.credentials().username() + "': status " + RmcpStatus.describe(status),
                outputs);
    }

    private void failByCode(int code, List<SessionOutput> outputs) {
        fail(
                RefusalReasons.ofCompletionCode(code),
                "it refused " + state.doing() + ": completion code " + CompletionCode.describe(code),
                outputs);
    }

    private void fail(Reason reason, String what, List<SessionOutput> outputs) {
        String message = "BMC " + settings.name() + ": " + what;
        end(new NoSession(), new Failed(new BmcException(reason, message)), outputs);
    }

    private void end(SessionState next, SessionOutput last, List<SessionOutput> outputs) {
        state = next;
        call = null;
        outputs.add(last);
    }

    private static Bytes bmcSessionId(SecureChannel channel) {
        int id = channel.bmcSessionId();
        return Bytes.of(id, id >> 8, id >> 16, id >> 24);
    }

    private IpmiRequest closeRequest(SecureChannel channel) {
        return IpmiRequest.of(IpmiCommand.CLOSE_SESSION, nextRequestSequence(), bmcSessionId(channel));
    }

    private Bytes randomBytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return Bytes.copyOf(bytes);
    }

    private int nextTag() {
        tag = tag + 1 & 0xff;
        return tag;
    }

    private int nextRequestSequence() {
        requestSequence = requestSequence + 1 & 0x3f;
        return requestSequence;
    }
}
