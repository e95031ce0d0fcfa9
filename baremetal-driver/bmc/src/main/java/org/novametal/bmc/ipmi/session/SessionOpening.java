package org.novametal.bmc.ipmi.session;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.ipmi.codec.AuthenticationCapabilities;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.CipherSuite;
import org.novametal.bmc.ipmi.codec.CompletionCode;
import org.novametal.bmc.ipmi.codec.CompletionCode.Readiness;
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
import org.novametal.bmc.ipmi.codec.SeenQuirks;
import org.novametal.bmc.ipmi.codec.SessionFrame;
import org.novametal.bmc.ipmi.codec.SetupRefusal;
import org.novametal.bmc.ipmi.codec.WireQuirk;
import org.novametal.bmc.ipmi.session.OpeningState.BackingOff;
import org.novametal.bmc.ipmi.session.OpeningState.Discovering;
import org.novametal.bmc.ipmi.session.OpeningState.Identified;
import org.novametal.bmc.ipmi.session.OpeningState.Identifying;
import org.novametal.bmc.ipmi.session.OpeningState.ListingSuites;
import org.novametal.bmc.ipmi.session.OpeningState.NotBegun;
import org.novametal.bmc.ipmi.session.OpeningState.Opened;
import org.novametal.bmc.ipmi.session.OpeningState.Proposing;
import org.novametal.bmc.ipmi.session.OpeningState.Proving;
import org.novametal.bmc.ipmi.session.OpeningState.RaisingPrivilege;
import org.novametal.bmc.ipmi.session.OpeningState.Refused;
import org.novametal.bmc.ipmi.session.OpeningState.SuiteQuestion;
import org.novametal.bmc.ipmi.session.SessionOutput.Send;

/**
 * The opening of one session, from discovery to the wanted privilege level, as a state machine of {@link OpeningState}s. It
 * ends in state {@link Opened} or {@link Refused}; the owner enforces the deadline.
 *
 * <p>Cipher suites are proposed from the strongest on. The BMC's list of them is requested only after a proposal that had
 * no answer or when all were refused: most BMCs never need this request, and some do not answer it outside of a session.
 *
 * <p>Owned by its {@link IpmiSession}. Source: IPMI 2.0 §13.14 to 13.31.
 */
final class SessionOpening {
    /** How often one packet is sent before the opening continues differently. */
    static final int TRIES = 3;
    /** Maximum number of attempts to open a session at a BMC that forgets the session during the opening. */
    private static final int LOGINS = 4;
    /** Maximum number of further sessions at a BMC whose answers arrive so late that RAKP 1 was repeated in vain. */
    private static final int LATE_LOGINS = 2;
    /** How many times longer each of these sessions waits before a packet is repeated. */
    private static final int LATE_GROWTH = 4;

    private final SessionSettings settings;
    private final SessionSources sources;
    private final SessionSources.Numbers numbers;
    private final SeenQuirks quirks;
    private final EnumSet<CipherSuite> refused = EnumSet.noneOf(CipherSuite.class);

    private OpeningState state = new NotBegun();
    private Bytes lastDatagram = Bytes.EMPTY;
    private long wakeupNanos;
    private int tries;
    private int logins;
    private int backOffs;
    private int rests;
    /** Until when an error without a cause is taken as "not yet" by a command that need not succeed. */
    private final long patientUntilNanos;
    /** The last answer "not yet" to the present request; the request is repeated at the next wakeup. */
    private @Nullable BmcException notYet;
    /** The status of a refusal that named neither request nor session; counts when it comes again. */
    private OptionalInt bareStatus = OptionalInt.empty();

    private boolean hasDamagedProof;
    /** How many sessions failed because the BMC held another random number than the one that arrived. */
    private int lateLogins;
    /** How many times RAKP 3 was computed in the present session. */
    private int proofs;

    /**
     * An opening that was not begun.
     *
     * @param patientUntilNanos until when the opening waits for a BMC that answers an error without a cause to a request that
     *     it can do without
     */
    SessionOpening(
            SessionSettings settings,
            SessionSources sources,
            SessionSources.Numbers numbers,
            SeenQuirks quirks,
            long patientUntilNanos) {
        this.settings = settings;
        this.sources = sources;
        this.numbers = numbers;
        this.quirks = quirks;
        this.patientUntilNanos = patientUntilNanos;
    }

    /**
     * Begins the opening.
     *
     * @param known the suite that the BMC accepted last time, which skips discovery; null for none
     */
    void begin(@Nullable CipherSuite known, long nowNanos, List<SessionOutput> outputs) {
        if (known == null) {
            discover(nowNanos, outputs);
        } else {
            propose(known, nowNanos, outputs);
        }
    }

    OpeningState state() {
        return state;
    }

    long wakeupNanos() {
        return wakeupNanos;
    }

    /** Whether nothing is expected from the BMC until the next {@link #tick}. */
    boolean isPausing() {
        return state instanceof BackingOff || notYet != null;
    }

    /**
     * The failure to report when the deadline has passed.
     *
     * @param refusedPacket why the last packet from the BMC's address was refused; null when none was
     */
    BmcException tooLate(@Nullable String refusedPacket) {
        if (state instanceof BackingOff backingOff) {
            return backingOff.refusal();
        }
        BmcException last = notYet;
        if (last != null) {
            return last;
        }
        return refusedPacket == null
                ? settings.failure(
                        Reason.UNREACHABLE,
                        state.doing()
                                + " had no answer in time; check that the BMC is up and that its network passes UDP"
                                + " port 623 (or the one given)")
                : settings.failure(
                        Reason.PROTOCOL,
                        state.doing() + " had no valid answer in time; the last packet from its address was refused: "
                                + refusedPacket);
    }

    /** Sends the last packet again, or continues differently. */
    void tick(long nowNanos, List<SessionOutput> outputs) {
        if (nowNanos - wakeupNanos < 0) {
            return;
        }
        if (notYet != null) {
            askAgain(nowNanos, outputs);
            return;
        }
        switch (state) {
            case RaisingPrivilege raising
            when tries < TRIES -> repeat(raising.channel().wrap(raising.request()), nowNanos, outputs);
            case RaisingPrivilege _ -> {
                outputs.addAll(giveUp());
                discover(nowNanos, outputs);
            }
            case Identifying identifying
            when tries >= TRIES -> {
                outputs.addAll(giveUp());
                propose(identifying.suite(), nowNanos, outputs);
            }
            case Proving proving
            when tries >= TRIES -> {
                outputs.addAll(giveUp());
                propose(proving.suite(), nowNanos, outputs);
            }
            case Proposing proposing
            when tries >= TRIES ->
                listSuites(new SuiteQuestion.NoAnswerTo(proposing.suite()), Bytes.EMPTY, nowNanos, outputs);
            case ListingSuites listing when tries >= TRIES -> judgeSuites(listing, nowNanos, outputs);
            case BackingOff _ -> discover(nowNanos, outputs);
            case Discovering _, ListingSuites _, Proposing _, Identifying _, Proving _ ->
                repeat(lastDatagram, nowNanos, outputs);
            case NotBegun _, Opened _, Refused _ -> {}
        }
    }

    /** Sends the request that the BMC could not perform yet again, as a new one. */
    private void askAgain(long nowNanos, List<SessionOutput> outputs) {
        switch (state) {
            case Discovering _ -> discover(nowNanos, outputs);
            case ListingSuites listing -> listSuites(listing.question(), listing.soFar(), nowNanos, outputs);
            case RaisingPrivilege raising -> raisePrivilege(raising.channel(), raising.suite(), nowNanos, outputs);
            case Proposing _, Identifying _, Proving _, BackingOff _, NotBegun _, Opened _, Refused _ ->
                throw new IllegalStateException("no command is under way in state " + state);
        }
    }

    /** Waits for a BMC that cannot perform the present command yet. */
    private void rest(int completionCode, long nowNanos) {
        if (CompletionCode.readiness(completionCode) == Readiness.UNCERTAIN) {
            quirks.note(WireQuirk.NOT_READY_CODE);
        }
        rests++;
        notYet = settings.failure(
                Reason.BUSY,
                "it was not ready for " + state.doing() + " in time: completion code "
                        + CompletionCode.describe(completionCode));
        wakeupNanos = nowNanos + sources.pauseNanos(settings.retryInterval().toNanos(), rests);
    }

    /**
     * Processes a packet from the BMC. Unexpected packets are ignored.
     *
     * @throws MalformedMessageException when the packet is refused
     */
    void receive(RmcpFrame frame, long nowNanos, List<SessionOutput> outputs) {
        switch (frame) {
            case LegacyFrame legacy -> receiveOutsideSession(legacy.payload(), nowNanos, outputs);
            case SessionFrame packet -> receive(packet, nowNanos, outputs);
        }
    }

    /** The datagrams that abandon the session, so that the BMC frees it. */
    List<SessionOutput> giveUp() {
        return switch (state) {
            case RaisingPrivilege raising -> List.of(closing(raising.channel()));
            case Identifying identifying ->
                List.of(refusal(identifying.request().bmcSessionId(), RmcpStatus.NO_RESOURCES));
            // The BMC may have accepted RAKP 3 and opened the session, or may still be waiting for it.
            case Proving proving ->
                List.of(closing(channel(proving)), refusal(proving.request().bmcSessionId(), RmcpStatus.NO_RESOURCES));
            case NotBegun _, Discovering _, ListingSuites _, Proposing _, BackingOff _, Opened _, Refused _ ->
                List.of();
        };
    }

    private void receiveOutsideSession(Bytes payload, long nowNanos, List<SessionOutput> outputs) {
        switch (state) {
            case Discovering discovering -> {
                IpmiResponse response = IpmiResponse.decode(payload, quirks);
                response.requireAnswerTo(discovering.request(), quirks);
                discovered(response, nowNanos, outputs);
            }
            case ListingSuites listing -> {
                IpmiResponse response = IpmiResponse.decode(payload, quirks);
                response.requireAnswerTo(listing.request(), quirks);
                listed(listing, response, nowNanos, outputs);
            }
            case Proposing _,
                    Identifying _,
                    Proving _,
                    RaisingPrivilege _,
                    BackingOff _,
                    NotBegun _,
                    Opened _,
                    Refused _ -> {}
        }
    }

    private void receive(SessionFrame frame, long nowNanos, List<SessionOutput> outputs) {
        boolean isOutside = frame.sessionId() == 0;
        switch (state) {
            case Proposing proposing
            when isOutside && frame.type() == PayloadType.OPEN_SESSION_RESPONSE ->
                proposed(proposing, OpenSessionResponse.decode(frame.payload()), nowNanos, outputs);
            case Identifying identifying
            when isOutside && frame.type() == PayloadType.RAKP_2 ->
                identified(identifying, Rakp2.decode(frame.payload()), nowNanos, outputs);
            case Proving proving
            when isOutside && frame.type() == PayloadType.RAKP_2 -> {
                if (Rakp2.decode(frame.payload()) instanceof Rakp2.Accepted later) {
                    identifiedAgain(proving, later, nowNanos, outputs);
                }
            }
            case Proving proving
            when isOutside && frame.type() == PayloadType.RAKP_4 ->
                proved(proving, Rakp4.decode(frame.payload()), nowNanos, outputs);
            case RaisingPrivilege raising
            when !isOutside && frame.type() == PayloadType.IPMI -> {
                Bytes payload = raising.channel().unwrap(frame);
                if (payload != null) {
                    IpmiResponse response = IpmiResponse.decode(payload, quirks);
                    response.requireAnswerTo(raising.request(), quirks);
                    privilegeRaised(raising, response, nowNanos, outputs);
                }
            }
            case Discovering _, ListingSuites _ -> {
                if (isOutside && frame.type() == PayloadType.IPMI) {
                    receiveOutsideSession(frame.payload(), nowNanos, outputs);
                }
            }
            case Proposing _,
                    Identifying _,
                    Proving _,
                    RaisingPrivilege _,
                    BackingOff _,
                    NotBegun _,
                    Opened _,
                    Refused _ -> {}
        }
    }

    private void discover(long nowNanos, List<SessionOutput> outputs) {
        IpmiRequest request = IpmiRequest.of(
                IpmiCommand.GET_CHANNEL_AUTHENTICATION_CAPABILITIES,
                numbers.nextRequestSequence(),
                AuthenticationCapabilities.request(settings.privilege()));
        enter(new Discovering(request), outsideSession(request), nowNanos, outputs);
    }

    private void discovered(IpmiResponse response, long nowNanos, List<SessionOutput> outputs) {
        int code = response.completionCode();
        Readiness readiness = CompletionCode.readiness(code);
        if (code != CompletionCode.OK.code() && notYet != null) {
            // A further answer to the same request.
            return;
        }
        if (code != CompletionCode.OK.code()
                && (readiness == Readiness.NOT_YET
                        || (readiness == Readiness.UNCERTAIN && nowNanos - patientUntilNanos < 0))) {
            rest(code, nowNanos);
        } else if (code != CompletionCode.OK.code()) {
            quirks.note(WireQuirk.DISCOVERY_REFUSED);
            propose(suiteToTry(), nowNanos, outputs);
        } else if (response.data().length() < AuthenticationCapabilities.LEAST_LENGTH) {
            quirks.note(WireQuirk.MISSING_BYTES);
            propose(suiteToTry(), nowNanos, outputs);
        } else if (!AuthenticationCapabilities.decode(response.data()).hasIpmi2()) {
            refuse(Reason.UNSUPPORTED, "it does not offer IPMI 2.0 (RMCP+)");
        } else {
            propose(suiteToTry(), nowNanos, outputs);
        }
    }

    /** The strongest suite that was not refused; after each pause another one, in case it was the suite that was refused. */
    private CipherSuite suiteToTry() {
        List<CipherSuite> left = List.copyOf(EnumSet.complementOf(refused));
        return left.isEmpty() ? CipherSuite.SUITE_17 : left.get(backOffs % left.size());
    }

    private Optional<CipherSuite> strongestNotRefused() {
        return EnumSet.complementOf(refused).stream().findFirst();
    }

    private void propose(CipherSuite suite, long nowNanos, List<SessionOutput> outputs) {
        logins++;
        OpenSessionRequest request =
                OpenSessionRequest.of(numbers.nextTag(), settings.privilege(), numbers.nextConsoleSessionId(), suite);
        enter(
                new Proposing(request, suite),
                outsideSession(PayloadType.OPEN_SESSION_REQUEST, request.encode()),
                nowNanos,
                outputs);
    }

    private void proposed(
            Proposing proposing, OpenSessionResponse response, long nowNanos, List<SessionOutput> outputs) {
        OpenSessionRequest request = proposing.request();
        switch (response) {
            case SetupRefusal refusal -> {
                Asked asked = new Asked(request.tag(), request.consoleSessionId(), 0, proposing.suite());
                if (!counts(refusal, asked, nowNanos, outputs)) {
                    return;
                }
                switch (RefusalReasons.ofStatus(refusal.status())) {
                    case NO_FREE_SESSION, UNKNOWN_USER, PRIVILEGE_TOO_LOW -> refusedBy(refusal.status(), nowNanos);
                    case UNSUPPORTED_CIPHER -> suiteRefused(proposing.suite(), refusal.status(), nowNanos, outputs);
                    default -> {
                        quirks.note(WireQuirk.SUITE_STATUS);
                        suiteRefused(proposing.suite(), refusal.status(), nowNanos, outputs);
                    }
                }
            }
            case OpenSessionResponse.Accepted accepted -> {
                OptionalInt bmcSessionId = bmcSessionId(request, accepted);
                if (bmcSessionId.isEmpty()) {
                    throw otherSession("Open Session", accepted.tag(), accepted.consoleSessionId());
                }
                noteEcho(accepted.tag(), request.tag(), accepted.consoleSessionId(), request.consoleSessionId());
                identify(proposing, accepted, bmcSessionId.getAsInt(), nowNanos, outputs);
            }
        }
    }

    /**
     * The BMC's session id in an answer to a proposal; empty for an answer to another one. Some BMCs swap the two ids, or do
     * not echo the console's id; then the tag must be right.
     */
    private static OptionalInt bmcSessionId(OpenSessionRequest request, OpenSessionResponse.Accepted accepted) {
        int ours = request.consoleSessionId();
        if (accepted.consoleSessionId() == ours) {
            return OptionalInt.of(accepted.bmcSessionId());
        }
        boolean isTagged = accepted.tag() == request.tag();
        if (isTagged && accepted.bmcSessionId() == ours) {
            return OptionalInt.of(accepted.consoleSessionId());
        }
        boolean namesNone = accepted.consoleSessionId() == 0 || accepted.consoleSessionId() == accepted.bmcSessionId();
        return isTagged && namesNone ? OptionalInt.of(accepted.bmcSessionId()) : OptionalInt.empty();
    }

    private void noteEcho(int tag, int requestTag, int sessionId, int consoleSessionId) {
        if (tag != requestTag) {
            quirks.note(WireQuirk.SETUP_TAG);
        }
        if (sessionId != consoleSessionId) {
            quirks.note(WireQuirk.SETUP_SESSION_ID);
        }
    }

    /** Whether a session id in an answer belongs to the present session, or to none. */
    private static boolean isEcho(int sessionId, int consoleSessionId, int bmcSessionId) {
        return sessionId == consoleSessionId || sessionId == bmcSessionId || sessionId == 0;
    }

    private static MalformedMessageException otherSession(String message, int tag, int sessionId) {
        return new MalformedMessageException(String.format(
                "answer to %s with message tag %d and session id 0x%08x, which are not those of the request",
                message, tag, sessionId));
    }

    /**
     * Whether a refusal ends the present step. One that names neither request nor session is answered by another proposal, and
     * counts when it comes again or after a few proposals.
     */
    private boolean counts(SetupRefusal refusal, Asked asked, long nowNanos, List<SessionOutput> outputs) {
        boolean isNamed = refusal.answers(asked.tag(), asked.consoleSessionId())
                || (refusal.tag() == asked.tag()
                        && refusal.consoleSessionId().equals(OptionalInt.of(asked.bmcSessionId())));
        if (!isNamed && !refusal.isBare()) {
            throw otherSession(
                    "'" + state.doing() + "'",
                    refusal.tag(),
                    refusal.consoleSessionId().orElse(0));
        }
        if (isNamed || bareStatus.equals(OptionalInt.of(refusal.status())) || logins >= LOGINS) {
            return true;
        }
        quirks.note(WireQuirk.BARE_REFUSAL);
        bareStatus = OptionalInt.of(refusal.status());
        outputs.addAll(giveUp());
        propose(asked.suite(), nowNanos, outputs);
        return false;
    }

    /** What identifies the answers to a request of the session set-up. */
    private record Asked(int tag, int consoleSessionId, int bmcSessionId, CipherSuite suite) {}

    private void suiteRefused(CipherSuite suite, int status, long nowNanos, List<SessionOutput> outputs) {
        refused.add(suite);
        Optional<CipherSuite> next = strongestNotRefused();
        if (next.isPresent()) {
            propose(next.get(), nowNanos, outputs);
        } else {
            listSuites(new SuiteQuestion.AllRefused(status), Bytes.EMPTY, nowNanos, outputs);
        }
    }

    private void listSuites(SuiteQuestion question, Bytes soFar, long nowNanos, List<SessionOutput> outputs) {
        IpmiRequest request = IpmiRequest.of(
                IpmiCommand.GET_CHANNEL_CIPHER_SUITES,
                numbers.nextRequestSequence(),
                CipherSuite.listRequest(soFar.length() / CipherSuite.LIST_PIECE));
        enter(new ListingSuites(request, soFar, question), outsideSession(request), nowNanos, outputs);
    }

    private void listed(ListingSuites listing, IpmiResponse response, long nowNanos, List<SessionOutput> outputs) {
        if (response.completionCode() != CompletionCode.OK.code()
                || response.data().length() < 1) {
            judgeSuites(listing, nowNanos, outputs);
            return;
        }
        Bytes piece = response.data().slice(1, response.data().length());
        Bytes all = listing.soFar().concat(piece);
        if (piece.length() == CipherSuite.LIST_PIECE && all.length() < CipherSuite.LONGEST_LIST) {
            listSuites(listing.question(), all, nowNanos, outputs);
        } else {
            judgeSuites(new ListingSuites(listing.request(), all, listing.question()), nowNanos, outputs);
        }
    }

    /** Continues with the BMC's list of suites, which is empty where the BMC did not answer. */
    private void judgeSuites(ListingSuites listing, long nowNanos, List<SessionOutput> outputs) {
        List<Integer> offered = listed(listing.soFar());
        String offer = offered.isEmpty()
                ? "it does not list its cipher suites"
                : "it offers cipher suites "
                        + offered.stream().map(String::valueOf).collect(Collectors.joining(", "));
        switch (listing.question()) {
            case SuiteQuestion.AllRefused all ->
                refuse(
                        RefusalReasons.ofStatus(all.status()),
                        "it refused cipher suites 17 and 3: status " + RmcpStatus.describe(all.status()) + "; "
                                + offer);
            case SuiteQuestion.NoAnswerTo silent -> {
                EnumSet<CipherSuite> candidates = EnumSet.complementOf(refused);
                if (offered.isEmpty()) {
                    // Alternates between the suites until the deadline, because packets may only have been lost.
                    if (candidates.size() > 1) {
                        candidates.remove(silent.suite());
                    }
                } else {
                    candidates.removeIf(suite -> !offered.contains(suite.id()));
                }
                Optional<CipherSuite> next = candidates.stream().findFirst();
                if (next.isPresent()) {
                    propose(next.get(), nowNanos, outputs);
                } else {
                    refuse(Reason.UNSUPPORTED_CIPHER, offer + "; only 17 and 3 are supported");
                }
            }
        }
    }

    private static List<Integer> listed(Bytes records) {
        try {
            return CipherSuite.listed(records);
        } catch (MalformedMessageException e) {
            // Treated as no list: the list only decides which suite is proposed next.
            return List.of();
        }
    }

    private void identify(
            Proposing proposing,
            OpenSessionResponse.Accepted accepted,
            int bmcSessionId,
            long nowNanos,
            List<SessionOutput> outputs) {
        CipherSuite proposed = proposing.suite();
        if (!isSame(accepted.authentication(), proposed.authentication())
                || !isSame(accepted.integrity(), proposed.integrity())
                || !isSame(accepted.confidentiality(), CipherSuite.CONFIDENTIALITY)) {
            refuse(
                    Reason.UNSUPPORTED_CIPHER,
                    "it answered the proposal of cipher suite "
                            + proposing.suite().id() + " with algorithms "
                            + accepted.authentication() + ", " + accepted.integrity() + ", "
                            + accepted.confidentiality());
            return;
        }
        Rakp1 first = new Rakp1(
                numbers.nextTag(),
                bmcSessionId,
                sources.bytes(Rakp1.RANDOM_LENGTH),
                Rakp1.roleByName(settings.privilege()),
                Bytes.copyOf(settings.credentials().username().getBytes(StandardCharsets.UTF_8)));
        enter(
                new Identifying(first, proposing.request().consoleSessionId(), proposing.suite()),
                outsideSession(PayloadType.RAKP_1, first.encode()),
                nowNanos,
                outputs);
    }

    private boolean isSame(int named, int proposed) {
        if (named == OpenSessionResponse.UNNAMED) {
            quirks.note(WireQuirk.MISSING_BYTES);
            return true;
        }
        return named == proposed;
    }

    private void identified(Identifying identifying, Rakp2 response, long nowNanos, List<SessionOutput> outputs) {
        Rakp1 first = identifying.request();
        switch (response) {
            case SetupRefusal refusal -> {
                CipherSuite suite = identifying.suite();
                Asked asked = new Asked(first.tag(), identifying.consoleSessionId(), first.bmcSessionId(), suite);
                if (counts(refusal, asked, nowNanos, outputs)) {
                    refusedInExchange(suite, refusal.status(), nowNanos, outputs);
                }
            }
            case Rakp2.Accepted accepted -> prove(identifying, accepted, nowNanos, outputs);
        }
    }

    private void prove(Identifying identifying, Rakp2.Accepted accepted, long nowNanos, List<SessionOutput> outputs) {
        Rakp1 first = identifying.request();
        Identified identified =
                new Identified(first, tries, identifying.consoleSessionId(), identifying.suite(), accepted.bmcRandom());
        RakpTranscript transcript = transcript(identified, accepted);
        if (!isProof(transcript.rakp2Code(), accepted.code())) {
            if (!isEcho(accepted.consoleSessionId(), identifying.consoleSessionId(), first.bmcSessionId())) {
                throw otherSession("RAKP 1", accepted.tag(), accepted.consoleSessionId());
            }
            unproved(identifying, accepted.code(), nowNanos, outputs);
            return;
        }
        noteEcho(accepted.tag(), first.tag(), accepted.consoleSessionId(), identifying.consoleSessionId());
        proofs = 0;
        prove(identified, transcript, nowNanos, outputs);
    }

    /**
     * Processes another answer to a RAKP 1 that was sent several times: some BMCs draw a new random number for each, and only the
     * last one counts.
     */
    private void identifiedAgain(Proving proving, Rakp2.Accepted later, long nowNanos, List<SessionOutput> outputs) {
        Identified before = proving.identified();
        if (later.bmcRandom().equals(before.bmcRandom()) || proofs >= TRIES) {
            return;
        }
        Identified identified = new Identified(
                before.first(), before.tries(), before.consoleSessionId(), before.suite(), later.bmcRandom());
        RakpTranscript transcript = transcript(identified, later);
        if (isProof(transcript.rakp2Code(), later.code())) {
            quirks.note(WireQuirk.NEW_RANDOM_NUMBER);
            prove(identified, transcript, nowNanos, outputs);
        }
    }

    private RakpTranscript transcript(Identified identified, Rakp2.Accepted second) {
        return new RakpTranscript(
                identified.suite(),
                settings.credentials(),
                identified.first(),
                identified.consoleSessionId(),
                second.bmcRandom(),
                second.bmcGuid());
    }

    private void prove(Identified identified, RakpTranscript transcript, long nowNanos, List<SessionOutput> outputs) {
        proofs++;
        Rakp3 third = new Rakp3(
                numbers.nextTag(), RmcpStatus.OK.code(), identified.first().bmcSessionId(), transcript.rakp3Code());
        enter(
                new Proving(third, identified, transcript),
                outsideSession(PayloadType.RAKP_3, third.encode()),
                nowNanos,
                outputs);
    }

    /** Compares the whole code of RAKP 2 or 4; bytes that follow it are ignored. */
    private boolean isProof(Bytes wanted, Bytes given) {
        if (given.length() < wanted.length() || !wanted.matches(given.slice(0, wanted.length()))) {
            return false;
        }
        if (given.length() > wanted.length()) {
            quirks.note(WireQuirk.EXTRA_BYTES);
        }
        return true;
    }

    /** A packet may be damaged on its way: the password is wrong when the BMC fails to prove it twice. */
    private void unproved(Identifying identifying, Bytes code, long nowNanos, List<SessionOutput> outputs) {
        // Makes the BMC free the half-open session at once.
        outputs.add(refusal(identifying.request().bmcSessionId(), RmcpStatus.INVALID_INTEGRITY_CHECK));
        int wanted = identifying.suite().macLength();
        if (!hasDamagedProof) {
            hasDamagedProof = true;
            propose(identifying.suite(), nowNanos, outputs);
        } else if (code.length() < wanted) {
            refuse(
                    Reason.PROTOCOL,
                    "its answer to RAKP 1 has an authentication code of " + code.length() + " bytes, wanted " + wanted);
        } else {
            refuse(
                    Reason.WRONG_PASSWORD,
                    "its answer to RAKP 1 does not match this password, in two attempts; check the password");
        }
    }

    private void proved(Proving proving, Rakp4 response, long nowNanos, List<SessionOutput> outputs) {
        int tagOfThird = proving.request().tag();
        switch (response) {
            case SetupRefusal refusal -> {
                CipherSuite suite = proving.suite();
                Asked asked = new Asked(
                        tagOfThird,
                        proving.consoleSessionId(),
                        proving.request().bmcSessionId(),
                        suite);
                boolean isOfEarlierProof = proofs > 1 && refusal.tag() != 0 && refusal.tag() != tagOfThird;
                if (!isOfEarlierProof && counts(refusal, asked, nowNanos, outputs)) {
                    proofRefused(proving, refusal.status(), nowNanos, outputs);
                }
            }
            case Rakp4.Accepted accepted -> accept(proving, accepted, nowNanos, outputs);
        }
    }

    /**
     * The BMC does not accept the code of RAKP 3. Where RAKP 1 was sent more than once, it may hold another random number than
     * the one that arrived: another session is opened, with longer waits. RAKP 2 has proved the password, so it is not wrong.
     */
    private void proofRefused(Proving proving, int status, long nowNanos, List<SessionOutput> outputs) {
        if (status != RmcpStatus.INVALID_INTEGRITY_CHECK.code()
                || proving.identified().tries() == 1) {
            refusedInExchange(proving.suite(), status, nowNanos, outputs);
        } else if (lateLogins < LATE_LOGINS) {
            lateLogins++;
            quirks.note(WireQuirk.NEW_RANDOM_NUMBER);
            propose(proving.suite(), nowNanos, outputs);
        } else {
            refuse(
                    Reason.PROTOCOL,
                    "it proved that it knows the password, but refused RAKP 3 in " + (LATE_LOGINS + 1)
                            + " sessions: status " + RmcpStatus.describe(status)
                            + "; its answers arrive too late, try again when it is less busy");
        }
    }

    private void accept(Proving proving, Rakp4.Accepted accepted, long nowNanos, List<SessionOutput> outputs) {
        Bytes wanted = proving.transcript().rakp4Check();
        if (!isProof(wanted, accepted.check())) {
            int bmcSessionId = proving.request().bmcSessionId();
            if (!isEcho(accepted.consoleSessionId(), proving.consoleSessionId(), bmcSessionId)) {
                throw otherSession("RAKP 3", accepted.tag(), accepted.consoleSessionId());
            }
            if (accepted.check().length() < wanted.length()) {
                refuse(
                        Reason.PROTOCOL,
                        "its answer to RAKP 3 has an integrity check value of "
                                + accepted.check().length() + " bytes, wanted " + wanted.length());
                return;
            }
            refuse(
                    Reason.WRONG_KEY,
                    "its answer to RAKP 3 does not match this key;"
                            + " check whether the BMC has a key K_g and whether it is the one given");
            return;
        }
        noteEcho(accepted.tag(), proving.request().tag(), accepted.consoleSessionId(), proving.consoleSessionId());
        raisePrivilege(channel(proving), proving.suite(), nowNanos, outputs);
    }

    private void raisePrivilege(SecureChannel channel, CipherSuite suite, long nowNanos, List<SessionOutput> outputs) {
        IpmiRequest request = IpmiRequest.of(
                IpmiCommand.SET_SESSION_PRIVILEGE_LEVEL,
                numbers.nextRequestSequence(),
                Bytes.of(settings.privilege().code()));
        enter(new RaisingPrivilege(channel, request, suite), channel.wrap(request), nowNanos, outputs);
    }

    private void privilegeRaised(
            RaisingPrivilege raising, IpmiResponse response, long nowNanos, List<SessionOutput> outputs) {
        int code = response.completionCode();
        if (code == CompletionCode.OK.code()) {
            state = new Opened(raising.channel(), raising.suite());
            return;
        }
        if (CompletionCode.readiness(code) != Readiness.REFUSED) {
            if (notYet == null) {
                rest(code, nowNanos);
            }
            return;
        }
        outputs.add(closing(raising.channel()));
        // 0x80: not for this user; 0x81: above the user's or the channel's limit. IPMI 2.0 table 22-20.
        Reason reason = code == 0x80 || code == 0x81 ? Reason.PRIVILEGE_TOO_LOW : RefusalReasons.ofCompletionCode(code);
        refuse(
                reason,
                "it refused level " + settings.privilege() + ": completion code " + CompletionCode.describe(code)
                        + advice(reason));
    }

    /** Proposes a new session where the BMC has forgotten the one that is being opened. */
    private void refusedInExchange(CipherSuite suite, int status, long nowNanos, List<SessionOutput> outputs) {
        boolean isForgotten =
                status == RmcpStatus.INVALID_SESSION_ID.code() || status == RmcpStatus.INACTIVE_SESSION_ID.code();
        if (isForgotten && logins < LOGINS) {
            propose(suite, nowNanos, outputs);
        } else if (RefusalReasons.ofStatus(status) == Reason.UNSUPPORTED_CIPHER) {
            suiteRefused(suite, status, nowNanos, outputs);
        } else {
            refusedBy(status, nowNanos);
        }
    }

    private static String advice(Reason reason) {
        return switch (reason) {
            case UNKNOWN_USER -> "; check the user's name, and that the BMC has this user enabled";
            case PRIVILEGE_TOO_LOW -> "; give the user that level on the BMC, or log in with a lower one";
            case NO_FREE_SESSION -> "; close a session, or try again later";
            default -> "";
        };
    }

    private void refusedBy(int status, long nowNanos) {
        Reason reason = RefusalReasons.ofStatus(status);
        refuse(
                reason,
                "it refused " + state.doing() + " of user '"
                        + settings.credentials().username() + "': status " + RmcpStatus.describe(status)
                        + advice(reason));
        if (reason == Reason.NO_FREE_SESSION && state instanceof Refused refusal) {
            backOffs++;
            logins = 0;
            state = new BackingOff(refusal.failure());
            wakeupNanos = nowNanos + sources.pauseNanos(settings.retryInterval().toNanos(), backOffs);
        }
    }

    private void refuse(Reason reason, String what) {
        state = new Refused(settings.failure(reason, what));
    }

    private void enter(OpeningState next, Bytes datagram, long nowNanos, List<SessionOutput> outputs) {
        state = next;
        notYet = null;
        tries = 0;
        repeat(datagram, nowNanos, outputs);
    }

    private void repeat(Bytes datagram, long nowNanos, List<SessionOutput> outputs) {
        lastDatagram = datagram;
        tries++;
        long first = settings.retryInterval().toNanos() * (long) Math.pow(LATE_GROWTH, lateLogins);
        wakeupNanos = nowNanos + sources.pauseNanos(first, tries);
        outputs.add(new Send(datagram));
    }

    private SecureChannel channel(Proving proving) {
        return new SecureChannel(
                proving.transcript().seal(sources.tools()),
                proving.consoleSessionId(),
                proving.request().bmcSessionId(),
                sources,
                quirks);
    }

    private Send closing(SecureChannel channel) {
        return new Send(channel.wrap(channel.closeRequest(numbers.nextRequestSequence())));
    }

    /** RAKP 3 with an error status, which makes the BMC free the half-open session. */
    private Send refusal(int bmcSessionId, RmcpStatus status) {
        Rakp3 refusal = new Rakp3(numbers.nextTag(), status.code(), bmcSessionId, Bytes.EMPTY);
        return new Send(outsideSession(PayloadType.RAKP_3, refusal.encode()));
    }

    private static Bytes outsideSession(IpmiRequest request) {
        return LegacyFrame.outsideSession(request.encode()).encode();
    }

    private static Bytes outsideSession(PayloadType type, Bytes payload) {
        return SessionFrame.outsideSession(type, payload).encode();
    }
}
