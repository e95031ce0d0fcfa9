package org.novametal.bmc.ipmi.session;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.IpmiCommand;
import org.novametal.bmc.ipmi.codec.IpmiResponse;
import org.novametal.bmc.ipmi.codec.PrivilegeLevel;
import org.novametal.bmc.ipmi.codec.RmcpFrame;
import org.novametal.bmc.ipmi.codec.SealTools;
import org.novametal.fake.FakeIpmiBmc;
import org.novametal.fake.FakeIpmiProfile;
import org.novametal.fake.SwitchChassis;

/** A session machine and a fake BMC on a wire that the test bends, with a clock that the test steps. No I/O, no waiting. */
final class SessionBench {
    static final BmcCredentials ADMIN = new BmcCredentials("admin", "s3cret-word");
    static final Duration RETRY = Duration.ofMillis(500);

    /** What the wire does to a datagram: gives what arrives in its place. */
    interface Wire {
        List<Bytes> carry(Bytes datagram);
    }

    /** How a request ended: one of the two is there. */
    record Outcome(
            @Nullable IpmiResponse response, @Nullable BmcException failure) {}

    final SwitchChassis chassis = new SwitchChassis();
    final List<Bytes> sent = new ArrayList<>();
    final List<SessionOutput.Received> received = new ArrayList<>();
    final IpmiSession session;
    FakeIpmiBmc fake;
    SocketAddress console = InetSocketAddress.createUnresolved("console", 1);
    Wire toBmc = List::of;
    Wire toConsole = List::of;
    long nowNanos = 1_000_000_000L;

    private int consoleSessionIds = 0x100;

    SessionBench() {
        this(ADMIN, FakeIpmiProfile.DEFAULTS);
    }

    SessionBench(BmcCredentials credentials, FakeIpmiProfile profile) {
        fake = new FakeIpmiBmc(ADMIN, chassis, profile, new Random(1));
        SessionSettings settings = new SessionSettings("bench", credentials, PrivilegeLevel.OPERATOR, RETRY);
        session = new IpmiSession(
                settings, new SessionSources(new Random(2), new SealTools()), () -> consoleSessionIds++);
    }

    Outcome readPower() {
        return ask(IpmiCommand.GET_CHASSIS_STATUS, Bytes.EMPTY, Duration.ofSeconds(10));
    }

    Outcome ask(IpmiCommand command, Bytes data, Duration limit) {
        return run(session.request(command, data, nowNanos, nowNanos + limit.toNanos()));
    }

    /** Carries datagrams to and fro, and steps the clock to the next wake-up when nothing is on the wire. */
    Outcome run(List<SessionOutput> first) {
        List<SessionOutput> outputs = new ArrayList<>(first);
        while (true) {
            while (!outputs.isEmpty()) {
                switch (outputs.removeFirst()) {
                    case SessionOutput.Answered answered -> {
                        return new Outcome(answered.response(), null);
                    }
                    case SessionOutput.Failed failed -> {
                        return new Outcome(null, failed.failure());
                    }
                    case SessionOutput.Received other -> received.add(other);
                    case SessionOutput.Send send -> {
                        sent.add(send.datagram());
                        for (Bytes answer : answers(send.datagram())) {
                            outputs.addAll(session.receive(RmcpFrame.decode(answer), nowNanos));
                        }
                    }
                }
            }
            nowNanos = session.wakeupNanos();
            outputs.addAll(session.tick(nowNanos));
        }
    }

    private List<Bytes> answers(Bytes datagram) {
        List<Bytes> answers = new ArrayList<>();
        for (Bytes arriving : toBmc.carry(datagram)) {
            fake.receive(console, arriving, nowNanos).ifPresent(answer -> answers.addAll(toConsole.carry(answer)));
        }
        return answers;
    }
}
