package org.novametal.bmc.ipmi.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcOptions.SessionPolicy;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.IpmiCommand;
import org.novametal.bmc.ipmi.codec.IpmiResponse;
import org.novametal.bmc.ipmi.codec.PrivilegeLevel;
import org.novametal.bmc.ipmi.engine.IpmiLine.Urgency;
import org.novametal.bmc.ipmi.session.SessionSettings;
import org.novametal.fake.FakeIpmiBmc;
import org.novametal.fake.SwitchChassis;

/**
 * An engine and many BMCs in one thread, the test's, that steps the clock: the engine does something when {@link #turns} is
 * called, the BMCs read and answer when {@link #answerAll} is. What was sent is there at once, on the loopback interface.
 */
final class EngineBench implements AutoCloseable {
    private static final BmcCredentials ADMIN = new BmcCredentials("admin", "s3cret-word");
    /** How long an answer is waited for before the question is sent again, the first time. */
    static final Duration RETRY = Duration.ofMillis(500);

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final List<Site> sites = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(2048);
    private long nowNanos = 5_000_000_000L;
    final IpmiEngine engine = IpmiEngine.notStarted(new Random(3), () -> nowNanos, HostNames.ofSystem());

    /** A BMC and the line to it; what was sent to it and not read yet waits in the channel. */
    record Site(DatagramChannel channel, FakeIpmiBmc fake, IpmiLine line) {}

    List<Site> open(int count) {
        List<Site> opened = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            opened.add(open());
        }
        return opened;
    }

    private Site open() {
        try {
            DatagramChannel channel = DatagramChannel.open();
            channel.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            channel.configureBlocking(false);
            int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
            SessionSettings settings = new SessionSettings("bench:" + port, ADMIN, PrivilegeLevel.OPERATOR, RETRY);
            Site site = new Site(
                    channel,
                    new FakeIpmiBmc(ADMIN, new SwitchChassis()),
                    IpmiLine.open(engine, settings, SessionPolicy.KEEP, "127.0.0.1", port));
            sites.add(site);
            return site;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<CompletableFuture<IpmiResponse>> poll(List<Site> asked) {
        return asked.stream().map(site -> ask(Urgency.POLL, site)).toList();
    }

    CompletableFuture<IpmiResponse> ask(Urgency urgency, Site site) {
        return ask(urgency, site, LIMIT);
    }

    CompletableFuture<IpmiResponse> ask(Urgency urgency, Site site, Duration limit) {
        return site.line()
                .ask(
                        urgency,
                        IpmiCommand.GET_CHASSIS_STATUS,
                        Bytes.EMPTY,
                        nowNanos + limit.toNanos(),
                        response -> response);
    }

    void step(Duration time) {
        nowNanos += time.toNanos();
    }

    /** The engine does all that there is to do. */
    void turns() {
        while (engine.turn() > 0) {
            Thread.onSpinWait();
        }
    }

    /** Each of these BMCs reads what waits for it, and answers; how many datagrams that were. */
    int answerAll(List<Site> answering) {
        int read = 0;
        try {
            for (Site site : answering) {
                SocketAddress from = site.channel().receive(buffer.clear());
                while (from != null) {
                    read++;
                    Optional<Bytes> answer = site.fake().receive(from, Bytes.read(buffer.flip()), nowNanos);
                    if (answer.isPresent()) {
                        site.channel().send(ByteBuffer.wrap(answer.get().toArray()), from);
                    }
                    from = site.channel().receive(buffer.clear());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return read;
    }

    /** What waits for this BMC is lost; how many datagrams that were. */
    int lose(Site site) {
        int lost = 0;
        try {
            while (site.channel().receive(buffer.clear()) != null) {
                lost++;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lost;
    }

    /** To and fro until nothing is on the wire, without a step of the clock. */
    void converse(List<Site> answering) {
        int read = 1;
        while (read > 0) {
            turns();
            read = answerAll(answering);
        }
    }

    @Override
    public void close() {
        engine.end();
        for (Site site : sites) {
            try {
                site.channel().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
