package org.novametal.fake;

import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.BmcCredentials;
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
import org.novametal.bmc.ipmi.codec.PayloadActivation;
import org.novametal.bmc.ipmi.codec.PayloadInstance;
import org.novametal.bmc.ipmi.codec.PayloadType;
import org.novametal.bmc.ipmi.codec.PrivilegeLevel;
import org.novametal.bmc.ipmi.codec.Rakp1;
import org.novametal.bmc.ipmi.codec.Rakp2;
import org.novametal.bmc.ipmi.codec.Rakp3;
import org.novametal.bmc.ipmi.codec.Rakp4;
import org.novametal.bmc.ipmi.codec.RakpTranscript;
import org.novametal.bmc.ipmi.codec.RmcpFrame;
import org.novametal.bmc.ipmi.codec.RmcpStatus;
import org.novametal.bmc.ipmi.codec.SessionFrame;
import org.novametal.bmc.ipmi.codec.SessionSeal;
import org.novametal.bmc.ipmi.codec.SetupRefusal;
import org.novametal.bmc.ipmi.codec.SolPacket;
import org.novametal.fake.FakeIpmiSession.Stage;

/**
 * A fake BMC that speaks IPMI 2.0 over LAN: one user, the sessions of a {@link FakeIpmiProfile}, and the machine behind it
 * for power and boot device. It does no I/O: it takes a datagram and the time, and returns the answer; {@link FakeIpmiServer}
 * connects it to a port.
 *
 * <p>It refuses wrong users, wrong passwords, cipher suites that are not in the profile (suite 0 never is) and privilege
 * levels above the profile's, each with the status of the specification. A repeated request of the session set-up gets the
 * same answer again; a malformed, unknown or duplicate packet gets none.
 *
 * <p>Safe for several threads: one lock guards the session table. Source: IPMI 2.0 §13.15 to 13.32, §22.13 to 22.19, §28.
 */
public final class FakeIpmiBmc {
    private static final long CLOCK_JUMP_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final Bytes EXTRA = Bytes.of(0xa5, 0xa5, 0xa5);
    private static final long RESET_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final BmcCredentials user;
    private final FakeIpmiProfile profile;
    private final RandomGenerator random;
    private final FakeIpmiCommands commands;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Integer, FakeIpmiSession> sessions = new HashMap<>();
    private final AtomicReference<FakeFaults> faults = new AtomicReference<>(FakeFaults.NONE);
    private final FakeIpmiSol sol;
    private volatile @Nullable FakeIpmiNetwork network;
    /** Counts the commands in sessions since the faults were set. */
    private int commandCount;

    private boolean hasDamagedCode;
    private long clockAheadNanos;
    private long awayUntilNanos = Long.MIN_VALUE;

    /** Creates a BMC with the {@linkplain FakeIpmiProfile#DEFAULTS default} profile. */
    public FakeIpmiBmc(BmcCredentials user, FakeChassis chassis) {
        this(user, chassis, FakeIpmiProfile.DEFAULTS, new SecureRandom());
    }

    /**
     * Creates a BMC.
     *
     * @param user the BMC's only user, and the BMC key K_g if there is one
     * @param chassis the machine behind it
     * @param profile the BMC's features and limits
     * @param random source of session ids, random numbers and initialisation vectors
     */
    public FakeIpmiBmc(BmcCredentials user, FakeChassis chassis, FakeIpmiProfile profile, RandomGenerator random) {
        this.user = user;
        this.profile = profile;
        this.random = random;
        this.commands = new FakeIpmiCommands(chassis, profile);
        this.sol = new FakeIpmiSol(chassis.serialLine(), new SolSurroundings());
    }

    /** Connects the BMC to a network, on which it can send packets without a request; without a network it has no console. */
    public void connect(FakeIpmiNetwork wire) {
        network = wire;
    }

    /** The faults of the BMC and of its network. */
    public FakeFaults faults() {
        return faults.get();
    }

    /** Replaces the faults. */
    public void setFaults(FakeFaults wanted) {
        lock.lock();
        try {
            faults.set(wanted);
            commandCount = 0;
            hasDamagedCode = false;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Answers a datagram.
     *
     * @param console the sender, which is also the receiver of the answer
     * @param nowNanos the time, monotonic
     * @return the answer; empty when the BMC does not answer
     */
    public Optional<Bytes> receive(SocketAddress console, Bytes datagram, long nowNanos) {
        lock.lock();
        try {
            if (nowNanos < awayUntilNanos) {
                return Optional.empty();
            }
            long bmcNanos = nowNanos + clockAheadNanos;
            long limit = profile.sessionTimeout().toNanos();
            sessions.values().removeIf(session -> session.silentNanos(bmcNanos) >= limit);
            sol.keepOnlyIn(sessions.keySet());
            commands.expireBootFlags(faults.get(), bmcNanos);
            return switch (RmcpFrame.decode(datagram)) {
                case LegacyFrame legacy ->
                    Optional.of(longer(LegacyFrame.outsideSession(answerOutsideSession(legacy.payload()))
                            .encode()));
                case SessionFrame packet -> answer(console, packet, bmcNanos).map(this::longer);
            };
        } catch (MalformedMessageException e) {
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** How many sessions there are, half-open ones included, as of the last datagram. */
    public int sessionCount() {
        lock.lock();
        try {
            return sessions.size();
        } finally {
            lock.unlock();
        }
    }

    /** Forgets all sessions, as a BMC does when it restarts. */
    public void forgetSessions() {
        lock.lock();
        try {
            sessions.clear();
            sol.keepOnlyIn(sessions.keySet());
        } finally {
            lock.unlock();
        }
    }

    private Bytes answerOutsideSession(Bytes payload) {
        return encode(commands.answerOutsideSession(IpmiRequest.decode(payload)));
    }

    /** A datagram or message with additional bytes, if the BMC has that fault. */
    private Bytes longer(Bytes sent) {
        return faults.get().has(FakeFault.EXTRA_BYTES) ? sent.concat(EXTRA) : sent;
    }

    /** A message of a BMC with its faults. */
    private Bytes encode(IpmiResponse response) {
        FakeFaults present = faults.get();
        Bytes data = response.data();
        if (present.has(FakeFault.SHORT_ANSWERS)) {
            data = data.slice(0, Math.min(data.length(), needed(response)));
        }
        boolean isList = response.command() == IpmiCommand.GET_CHANNEL_CIPHER_SUITES.code();
        IpmiResponse changed = new IpmiResponse(
                response.requester(),
                present.has(FakeFault.NUMBER_ZERO) ? 0 : response.sequence(),
                response.networkFunction(),
                response.command(),
                response.completionCode(),
                isList ? data : longer(data));
        byte[] message = changed.encode().toArray();
        if (present.has(FakeFault.WRONG_CHECKSUM)) {
            message[message.length - 1]++;
        }
        return Bytes.copyOf(message);
    }

    /** How many bytes of an answer carry what is asked for. */
    private static int needed(IpmiResponse response) {
        return IpmiCommand.of(response.networkFunction(), response.command())
                .map(command -> switch (command) {
                    case GET_CHASSIS_STATUS, GET_DEVICE_ID, GET_SYSTEM_RESTART_CAUSE -> 1;
                    case GET_PAYLOAD_ACTIVATION_STATUS -> 2;
                    case GET_SYSTEM_BOOT_OPTIONS, GET_PAYLOAD_INSTANCE_INFO, GET_CHANNEL_AUTHENTICATION_CAPABILITIES ->
                        4;
                    case CHASSIS_CONTROL,
                            CHASSIS_IDENTIFY,
                            SET_SYSTEM_BOOT_OPTIONS,
                            SET_SESSION_PRIVILEGE_LEVEL,
                            CLOSE_SESSION,
                            ACTIVATE_PAYLOAD,
                            DEACTIVATE_PAYLOAD -> 0;
                    case GET_SYSTEM_GUID, GET_CHANNEL_PAYLOAD_SUPPORT, GET_CHANNEL_CIPHER_SUITES -> Integer.MAX_VALUE;
                })
                .orElse(Integer.MAX_VALUE);
    }

    private Optional<Bytes> answer(SocketAddress console, SessionFrame packet, long nowNanos) {
        Bytes payload = packet.payload();
        if (packet.sessionId() != 0) {
            return answerInSession(packet, nowNanos);
        }
        return switch (packet.type()) {
            case IPMI -> reply(PayloadType.IPMI, answerOutsideSession(payload));
            case OPEN_SESSION_REQUEST ->
                reply(
                        PayloadType.OPEN_SESSION_RESPONSE,
                        open(console, OpenSessionRequest.decode(payload), nowNanos)
                                .encode());
            case RAKP_1 -> reply(PayloadType.RAKP_2, identify(payload, nowNanos));
            case RAKP_3 -> prove(payload, nowNanos).flatMap(answer -> reply(PayloadType.RAKP_4, answer));
            case SERIAL_OVER_LAN, OPEN_SESSION_RESPONSE, RAKP_2, RAKP_4 -> Optional.empty();
        };
    }

    private Optional<Bytes> reply(PayloadType type, Bytes payload) {
        boolean isSetup = type != PayloadType.IPMI;
        Bytes changed = isSetup ? longer(withOddTag(payload)) : payload;
        return Optional.of(SessionFrame.outsideSession(type, changed).encode());
    }

    /** An answer of the session set-up with the tag and the session id that the faults leave in it. */
    private Bytes withOddTag(Bytes payload) {
        FakeFaults present = faults.get();
        byte[] changed = payload.toArray();
        boolean isBare = present.has(FakeFault.BARE_REFUSAL) && payload.at(1) != RmcpStatus.OK.code();
        if (isBare || present.has(FakeFault.SETUP_TAG_ZERO)) {
            changed[0] = 0;
        }
        if (isBare) {
            Arrays.fill(changed, 2, changed.length, (byte) 0);
        }
        return Bytes.copyOf(changed);
    }

    private Bytes withOddEcho(Bytes answer, FakeIpmiSession session) {
        if (!faults.get().has(FakeFault.SETUP_SESSION_ECHO)) {
            return answer;
        }
        int id = session.bmcSessionId;
        return answer.slice(0, 4)
                .concat(Bytes.of(id, id >> 8, id >> 16, id >> 24))
                .concat(answer.slice(8, answer.length()));
    }

    private OpenSessionResponse open(SocketAddress console, OpenSessionRequest request, long nowNanos) {
        RmcpStatus status = judge(request);
        if (status != RmcpStatus.OK) {
            return SetupRefusal.of(request.tag(), status, request.consoleSessionId());
        }
        CipherSuite suite = CipherSuite.of(request.authentication(), request.integrity(), request.confidentiality())
                .orElseThrow();
        FakeIpmiSession session = sessions.values().stream()
                .filter(known -> known.console.equals(console) && known.request.equals(request))
                .findFirst()
                .orElse(null);
        if (session == null) {
            if (faults.get().has(FakeFault.NO_FREE_SESSION) || sessions.size() >= profile.maximumSessions()) {
                return SetupRefusal.of(request.tag(), RmcpStatus.NO_RESOURCES, request.consoleSessionId());
            }
            session = new FakeIpmiSession(console, request, suite, newSessionId(), nowNanos);
            sessions.put(session.bmcSessionId, session);
        }
        return new OpenSessionResponse.Accepted(
                request.tag(),
                profile.privilegeLimit().code(),
                request.consoleSessionId(),
                session.bmcSessionId,
                suite.authentication(),
                suite.integrity(),
                CipherSuite.CONFIDENTIALITY);
    }

    private RmcpStatus judge(OpenSessionRequest request) {
        if (profile.cipherSuites().stream().noneMatch(suite -> suite.authentication() == request.authentication())) {
            return RmcpStatus.INVALID_AUTHENTICATION;
        }
        if (profile.cipherSuites().stream().noneMatch(suite -> suite.integrity() == request.integrity())) {
            return RmcpStatus.INVALID_INTEGRITY;
        }
        if (request.confidentiality() != CipherSuite.CONFIDENTIALITY) {
            return RmcpStatus.INVALID_CONFIDENTIALITY;
        }
        return CipherSuite.of(request.authentication(), request.integrity(), request.confidentiality())
                .filter(profile.cipherSuites()::contains)
                .map(_ -> RmcpStatus.OK)
                .orElse(RmcpStatus.NO_CIPHER_SUITE_MATCH);
    }

    private int newSessionId() {
        int id;
        do {
            id = random.nextInt();
        } while (id == 0 || sessions.containsKey(id));
        return id;
    }

    private Bytes identify(Bytes payload, long nowNanos) {
        Rakp1 request = Rakp1.decode(payload);
        FakeIpmiSession session = sessions.get(request.bmcSessionId());
        if (session == null) {
            // The console's session id is not known either, so the answer has 0.
            return SetupRefusal.of(request.tag(), RmcpStatus.INVALID_SESSION_ID, 0)
                    .encode();
        }
        int consoleSessionId = session.request.consoleSessionId();
        session.receivedAt(nowNanos);
        return switch (session.stage()) {
            case Stage.Opened _ -> identify(session, request, payload);
            case Stage.Identified identified
            when identified.request().equals(payload) ->
                faults.get().has(FakeFault.NEW_RANDOM_NUMBERS)
                        ? identify(session, request, payload)
                        : identified.answer();
            case Stage.Identified _, Stage.Active _ ->
                SetupRefusal.of(request.tag(), RmcpStatus.ILLEGAL_PARAMETER, consoleSessionId)
                        .encode();
        };
    }

    private Bytes identify(FakeIpmiSession session, Rakp1 request, Bytes payload) {
        int consoleSessionId = session.request.consoleSessionId();
        Optional<PrivilegeLevel> level = PrivilegeLevel.of(request.privilege());
        RmcpStatus status = RmcpStatus.OK;
        if (!request.username().equals(Bytes.copyOf(user.username().getBytes(StandardCharsets.UTF_8)))) {
            status = RmcpStatus.UNAUTHORIZED_NAME;
        } else if (level.isEmpty()) {
            status = RmcpStatus.INVALID_ROLE;
        } else if (level.get().compareTo(profile.privilegeLimit()) > 0) {
            status = RmcpStatus.UNAUTHORIZED_ROLE;
        }
        if (status != RmcpStatus.OK) {
            sessions.remove(session.bmcSessionId);
            return SetupRefusal.of(request.tag(), status, consoleSessionId).encode();
        }
        Bytes bmcRandom = randomBytes(Rakp1.RANDOM_LENGTH);
        Bytes guid = commands.systemGuid();
        RakpTranscript transcript = new RakpTranscript(session.suite, user, request, consoleSessionId, bmcRandom, guid);
        boolean isDamaged = faults.get().has(FakeFault.DAMAGED_RAKP_CODE) && !hasDamagedCode;
        hasDamagedCode = hasDamagedCode || isDamaged;
        Bytes code = isDamaged || faults.get().has(FakeFault.WRONG_RAKP_CODE)
                ? randomBytes(transcript.rakp2Code().length())
                : transcript.rakp2Code();
        Bytes answer = withOddEcho(
                new Rakp2.Accepted(request.tag(), consoleSessionId, bmcRandom, guid, code).encode(), session);
        OddSeal oddSeal = new OddSeal(session.suite, user, request, bmcRandom);
        session.enter(new Stage.Identified(payload, answer, transcript, oddSeal, level.orElseThrow()));
        return answer;
    }

    private Optional<Bytes> prove(Bytes payload, long nowNanos) {
        Rakp3 request = Rakp3.decode(payload);
        FakeIpmiSession session = sessions.get(request.bmcSessionId());
        if (session == null) {
            return Optional.of(SetupRefusal.of(request.tag(), RmcpStatus.INVALID_SESSION_ID, 0)
                    .encode());
        }
        session.receivedAt(nowNanos);
        return switch (session.stage()) {
            case Stage.Opened _ -> Optional.empty();
            case Stage.Identified identified -> prove(session, identified, request, payload);
            case Stage.Active active when active.request().equals(payload) -> Optional.of(active.answer());
            case Stage.Active _ -> Optional.empty();
        };
    }

    private Optional<Bytes> prove(FakeIpmiSession session, Stage.Identified identified, Rakp3 request, Bytes payload) {
        int consoleSessionId = session.request.consoleSessionId();
        if (request.status() != RmcpStatus.OK.code()) {
            // The console aborts the login and expects no answer.
            sessions.remove(session.bmcSessionId);
            return Optional.empty();
        }
        RakpTranscript transcript = identified.transcript();
        if (!transcript.rakp3Code().matches(request.code())) {
            sessions.remove(session.bmcSessionId);
            return Optional.of(SetupRefusal.of(request.tag(), RmcpStatus.INVALID_INTEGRITY_CHECK, consoleSessionId)
                    .encode());
        }
        Bytes answer = withOddEcho(
                new Rakp4.Accepted(request.tag(), consoleSessionId, transcript.rakp4Check()).encode(), session);
        session.enter(new Stage.Active(payload, answer, transcript.seal(), identified.oddSeal(), identified.limit()));
        return Optional.of(answer);
    }

    private Optional<Bytes> answerInSession(SessionFrame packet, long nowNanos) {
        FakeIpmiSession session = sessions.get(packet.sessionId());
        if (session == null || !(session.stage() instanceof Stage.Active active)) {
            return Optional.empty();
        }
        Bytes payload = active.seal().open(packet);
        if (!session.inbound.accept(packet.sequence())) {
            return Optional.empty();
        }
        return switch (packet.type()) {
            case IPMI -> {
                // Packets of serial over LAN do not keep a session open, as in OpenIPMI's ipmi_sim.
                session.receivedAt(nowNanos);
                IpmiRequest request = IpmiRequest.decode(payload);
                if (failsAtThisCommand(nowNanos)) {
                    yield Optional.empty();
                }
                IpmiResponse response = answer(session, active, request, nowNanos);
                yield Optional.of(sealed(session, active, PayloadType.IPMI, encode(response)));
            }
            case SERIAL_OVER_LAN -> {
                SolPacket typed = SolPacket.decode(payload);
                sol.receive(session.bmcSessionId, packet.sequence(), typed, nowNanos - clockAheadNanos);
                yield Optional.empty();
            }
            case OPEN_SESSION_REQUEST, OPEN_SESSION_RESPONSE, RAKP_1, RAKP_2, RAKP_3, RAKP_4 -> Optional.empty();
        };
    }

    private Bytes sealed(FakeIpmiSession session, Stage.Active active, PayloadType type, Bytes payload) {
        FakeFaults present = faults.get();
        int console = session.request.consoleSessionId();
        int number = session.nextOutbound(present);
        Bytes vector = randomBytes(SessionSeal.VECTOR_LENGTH);
        boolean isOdd = present.has(FakeFault.AES_FULL_PAD)
                || present.has(FakeFault.AES_PAD_ZEROS)
                || present.has(FakeFault.NO_INTEGRITY_PAD);
        return isOdd
                ? active.oddSeal().seal(type, console, number, payload, vector, present)
                : active.seal().sealDatagram(type, console, number, payload, vector);
    }

    /** Sends the packets of serial over LAN in their session, on the BMC's network. */
    private final class SolSurroundings implements FakeIpmiSol.Surroundings {
        @Override
        public void send(int sessionId, SolPacket packet) {
            FakeIpmiNetwork wire = network;
            FakeIpmiSession session = sessions.get(sessionId);
            if (wire != null && session != null && session.stage() instanceof Stage.Active active) {
                wire.send(
                        session.console, longer(sealed(session, active, PayloadType.SERIAL_OVER_LAN, packet.encode())));
            }
        }

        @Override
        public void tickAfter(Duration delay) {
            FakeIpmiNetwork wire = network;
            if (wire != null) {
                wire.after(delay, () -> tickSol(wire.nowNanos()));
            }
        }
    }

    private void tickSol(long nowNanos) {
        lock.lock();
        try {
            sol.tick(nowNanos);
        } finally {
            lock.unlock();
        }
    }

    /** Whether a fault that occurs after a number of commands makes this command fail, without effect or answer. */
    private boolean failsAtThisCommand(long nowNanos) {
        commandCount++;
        if (isDue(FakeFault.BMC_RESET)) {
            awayUntilNanos = nowNanos - clockAheadNanos + RESET_NANOS;
            sessions.clear();
            return true;
        }
        if (isDue(FakeFault.CLOCK_JUMP)) {
            clockAheadNanos = clockAheadNanos == 0 ? CLOCK_JUMP_NANOS : 0;
        }
        if (isDue(FakeFault.SESSION_FORGOTTEN)) {
            sessions.clear();
            return true;
        }
        return false;
    }

    private boolean isDue(FakeFault fault) {
        int each = faults.get().number(fault);
        return each > 0 && commandCount % each == 0;
    }

    private IpmiResponse answer(FakeIpmiSession session, Stage.Active active, IpmiRequest request, long nowNanos) {
        Optional<IpmiCommand> command = IpmiCommand.of(request.networkFunction(), request.command());
        if (commandCount <= faults.get().number(FakeFault.STARTING)) {
            return IpmiResponse.to(request, CompletionCode.UNSPECIFIED.code(), Bytes.EMPTY);
        }
        if (command.isEmpty()
                || (command.get() == IpmiCommand.GET_PAYLOAD_INSTANCE_INFO
                        && faults.get().has(FakeFault.NO_INSTANCE_INFO))) {
            return IpmiResponse.to(request, CompletionCode.INVALID_COMMAND.code(), Bytes.EMPTY);
        }
        if (session.privilege().compareTo(needed(command.get())) < 0) {
            return IpmiResponse.to(request, CompletionCode.INSUFFICIENT_PRIVILEGE.code(), Bytes.EMPTY);
        }
        return switch (command.get()) {
            case SET_SESSION_PRIVILEGE_LEVEL -> setPrivilege(session, active, request);
            case CLOSE_SESSION -> close(request);
            case ACTIVATE_PAYLOAD -> withPayload(request, asked -> activate(session, request, asked));
            case DEACTIVATE_PAYLOAD ->
                withPayload(
                        request,
                        asked -> IpmiResponse.to(request, sol.deactivate(asked, session.bmcSessionId), Bytes.EMPTY));
            case GET_PAYLOAD_ACTIVATION_STATUS ->
                IpmiResponse.to(request, CompletionCode.OK.code(), sol.status().encode());
            case GET_PAYLOAD_INSTANCE_INFO ->
                IpmiResponse.to(
                        request, CompletionCode.OK.code(), sol.instance().encode());
            case GET_DEVICE_ID,
                    GET_SYSTEM_GUID,
                    GET_CHANNEL_AUTHENTICATION_CAPABILITIES,
                    GET_CHANNEL_CIPHER_SUITES,
                    GET_CHANNEL_PAYLOAD_SUPPORT,
                    GET_CHASSIS_STATUS,
                    CHASSIS_CONTROL,
                    CHASSIS_IDENTIFY,
                    GET_SYSTEM_RESTART_CAUSE,
                    GET_SYSTEM_BOOT_OPTIONS,
                    SET_SYSTEM_BOOT_OPTIONS -> commands.answer(request, faults.get(), nowNanos, network);
        };
    }

    /** The privilege level that a command needs. IPMI 2.0 appendix G. */
    private static PrivilegeLevel needed(IpmiCommand command) {
        return switch (command) {
            case CHASSIS_CONTROL,
                    CHASSIS_IDENTIFY,
                    GET_SYSTEM_BOOT_OPTIONS,
                    SET_SYSTEM_BOOT_OPTIONS,
                    ACTIVATE_PAYLOAD,
                    DEACTIVATE_PAYLOAD -> PrivilegeLevel.OPERATOR;
            case GET_CHASSIS_STATUS,
                    GET_SYSTEM_RESTART_CAUSE,
                    GET_DEVICE_ID,
                    SET_SESSION_PRIVILEGE_LEVEL,
                    GET_PAYLOAD_ACTIVATION_STATUS,
                    GET_PAYLOAD_INSTANCE_INFO,
                    GET_CHANNEL_PAYLOAD_SUPPORT -> PrivilegeLevel.USER;
            case CLOSE_SESSION, GET_SYSTEM_GUID, GET_CHANNEL_AUTHENTICATION_CAPABILITIES, GET_CHANNEL_CIPHER_SUITES ->
                PrivilegeLevel.CALLBACK;
        };
    }

    private static IpmiResponse setPrivilege(FakeIpmiSession session, Stage.Active active, IpmiRequest request) {
        if (request.data().length() != 1) {
            return IpmiResponse.to(request, CompletionCode.INVALID_LENGTH.code(), Bytes.EMPTY);
        }
        int asked = request.data().at(0) & 0x0f;
        Optional<PrivilegeLevel> level = asked == 0 ? Optional.of(session.privilege()) : PrivilegeLevel.of(asked);
        if (level.isEmpty()) {
            return IpmiResponse.to(request, CompletionCode.INVALID_FIELD.code(), Bytes.EMPTY);
        }
        if (level.get().compareTo(active.limit()) > 0) {
            return IpmiResponse.to(request, 0x81, Bytes.EMPTY);
        }
        session.setPrivilege(level.get());
        return IpmiResponse.to(
                request, CompletionCode.OK.code(), Bytes.of(level.get().code()));
    }

    private static IpmiResponse withPayload(IpmiRequest request, Function<PayloadInstance, IpmiResponse> action) {
        try {
            return action.apply(PayloadInstance.decode(request.data()));
        } catch (MalformedMessageException e) {
            return IpmiResponse.to(request, CompletionCode.INVALID_LENGTH.code(), Bytes.EMPTY);
        }
    }

    private IpmiResponse activate(FakeIpmiSession session, IpmiRequest request, PayloadInstance asked) {
        FakeIpmiNetwork wire = network;
        int code = wire == null ? PayloadInstance.TYPE_DISABLED : sol.activate(asked, session.bmcSessionId);
        if (wire == null || code != CompletionCode.OK.code()) {
            return IpmiResponse.to(request, code, Bytes.EMPTY);
        }
        int size = FakeIpmiSol.LARGEST_PAYLOAD;
        return IpmiResponse.to(request, code, new PayloadActivation(0, size, size, wire.port()).encode());
    }

    private IpmiResponse close(IpmiRequest request) {
        Bytes data = request.data();
        if (data.length() < 4) {
            return IpmiResponse.to(request, CompletionCode.INVALID_LENGTH.code(), Bytes.EMPTY);
        }
        int id = data.at(0) | data.at(1) << 8 | data.at(2) << 16 | data.at(3) << 24;
        // 0x87: invalid session id in request. IPMI 2.0 §22.19.
        int code = sessions.remove(id) == null ? 0x87 : CompletionCode.OK.code();
        sol.keepOnlyIn(sessions.keySet());
        return IpmiResponse.to(request, code, Bytes.EMPTY);
    }

    private Bytes randomBytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return Bytes.copyOf(bytes);
    }
}
