package org.novametal.bmc.ipmi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.novametal.bmc.BmcFailures.assertFails;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.ipmi.engine.HostNames;
import org.novametal.bmc.ipmi.engine.IpmiEngine;
import org.novametal.fake.FakeIpmiBmc;
import org.novametal.fake.FakeIpmiServer;
import org.novametal.fake.SwitchChassis;

/** Where BMCs are: names, IPv6, and several handles on one. */
class IpmiNamesTest {
    private static final BmcCredentials ADMIN = new BmcCredentials("admin", "s3cret");
    private static final BmcOptions OPTIONS = new BmcOptions(Duration.ofSeconds(10), Duration.ofMillis(100));
    private static final BmcOptions SHORT = new BmcOptions(Duration.ofMillis(400), Duration.ofMillis(50));
    private static final long FIVE_MILLISECONDS = 5_000_000;

    private final FakeIpmiBmc fake = new FakeIpmiBmc(ADMIN, new SwitchChassis());
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable resource : opened.reversed()) {
            resource.close();
        }
    }

    @Test
    void aBmcAtAnIpv6AddressIsReached() throws Exception {
        BentWire wire = wire(InetAddress.ofLiteral("::1"), 0);

        Bmc bmc = factory(HostNames.ofSystem()).open(at("::1", wire), ADMIN, OPTIONS);

        assertThat(bmc.readPower()).isEqualTo(ChassisPower.OFF);
    }

    @Test
    void aNameIsLookedUpOnceAndAgainWhenItsBmcIsUnreachable() throws Exception {
        BentWire wire = wire(InetAddress.ofLiteral("127.0.0.1"), 0);
        ArrayDeque<InetAddress> answers =
                new ArrayDeque<>(List.of(InetAddress.ofLiteral("127.0.0.9"), InetAddress.ofLiteral("127.0.0.1")));
        ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
        IpmiBmcFactory factory = factory(new HostNames(name -> {
            asked.add(name);
            return answers.remove();
        }));
        // Long enough to be answered on a busy machine.
        BmcOptions options = new BmcOptions(Duration.ofSeconds(2), Duration.ofMillis(50));
        Bmc bmc = factory.open(at("moving.example", wire), ADMIN, options);

        assertFails(Reason.UNREACHABLE, bmc::readPower);
        for (int i = 0; i < 3; i++) {
            assertThat(bmc.readPower()).isEqualTo(ChassisPower.OFF);
        }

        assertThat(asked).containsExactly("moving.example", "moving.example");
    }

    @Test
    void aNameWithoutAnAddressIsUnreachableAndSaysSo() {
        IpmiBmcFactory factory = factory(new HostNames(name -> {
            throw new UnknownHostException(name);
        }));
        Bmc bmc = factory.open(BmcAddress.parse("ipmi://nowhere.example"), ADMIN, OPTIONS);

        assertFails(Reason.UNREACHABLE, bmc::readPower)
                .hasMessageContaining("ipmi://nowhere.example")
                .hasMessageContaining("does not resolve");
    }

    @Test
    void aNameServiceThatIsSilentHoldsUpNobodyElse() throws Exception {
        BentWire wire = wire(InetAddress.ofLiteral("127.0.0.1"), 0);
        CountDownLatch never = new CountDownLatch(1);
        IpmiBmcFactory factory = factory(new HostNames(name -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new UnknownHostException(name);
        }));
        List<Bmc> stuck = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            stuck.add(factory.open(BmcAddress.parse("ipmi://stuck" + i + ".example"), ADMIN, SHORT));
        }
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> calls = new ArrayList<>();
            stuck.forEach(bmc -> calls.add(callers.submit(() -> assertFails(Reason.UNREACHABLE, bmc::readPower))));
            Bmc bmc = factory.open(at("127.0.0.1", wire), ADMIN, OPTIONS);

            assertThat(bmc.readPower()).isEqualTo(ChassisPower.OFF);
            for (Future<?> call : calls) {
                call.get(10, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void theNamesOfADeadZoneDoNotKeepThoseOfAnotherZoneWaiting() throws Exception {
        BentWire wire = wire(InetAddress.ofLiteral("127.0.0.1"), 0);
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        IpmiBmcFactory factory = factory(new HostNames(name -> {
            if (!name.endsWith(".dead.example")) {
                return InetAddress.ofLiteral("127.0.0.1");
            }
            stuck.countDown();
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new UnknownHostException(name);
        }));
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                Bmc bmc = factory.open(BmcAddress.parse("ipmi://bmc" + i + ".dead.example"), ADMIN, OPTIONS);
                calls.add(callers.submit(() -> assertFails(Reason.UNREACHABLE, bmc::readPower)));
            }
            stuck.await();
            for (int i = 0; i < 5; i++) {
                assertThat(factory.open(at("bmc" + i + ".live.example", wire), ADMIN, OPTIONS)
                                .readPower())
                        .isEqualTo(ChassisPower.OFF);
            }
            over.countDown();
            for (Future<?> call : calls) {
                call.get(30, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void aBmcWhoseNameDoesNotResolveAnyMoreIsReachedAtItsLastAddress() throws Exception {
        ArrayDeque<InetAddress> answers = new ArrayDeque<>(List.of(InetAddress.ofLiteral("127.0.0.1")));
        IpmiBmcFactory factory = factory(new HostNames(name -> {
            if (answers.isEmpty()) {
                throw new UnknownHostException(name);
            }
            return answers.remove();
        }));
        try (FakeIpmiServer server = FakeIpmiServer.start()) {
            BmcAddress place = server.attach(fake, 0);
            BmcOptions options = new BmcOptions(Duration.ofSeconds(2), Duration.ofMillis(50));
            Bmc bmc = factory.open(new BmcAddress("ipmi", "once.example", place.port(), ""), ADMIN, options);
            assertThat(bmc.readPower()).isEqualTo(ChassisPower.OFF);
            server.detach(place);
            assertFails(Reason.UNREACHABLE, bmc::readPower);
            server.attach(fake, place.port());

            assertThat(bmc.readPower()).isEqualTo(ChassisPower.OFF);
        }
    }

    @Test
    void handlesOnTheSameBmcAskItOneAfterTheOther() throws Exception {
        BentWire wire = wire(InetAddress.ofLiteral("127.0.0.1"), FIVE_MILLISECONDS);
        IpmiBmcFactory factory = factory(new HostNames(_ -> InetAddress.ofLiteral("127.0.0.1")));
        BmcOptions patient = new BmcOptions(Duration.ofSeconds(30), Duration.ofSeconds(5));
        List<Bmc> handles = List.of(
                factory.open(at("127.0.0.1", wire), ADMIN, patient),
                factory.open(at("127.0.0.1", wire), ADMIN, patient),
                factory.open(at("same.example", wire), ADMIN, patient));
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<ChassisPower>> answers = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                answers.add(callers.submit(handles.get(i % handles.size())::readPower));
            }
            for (Future<ChassisPower> answer : answers) {
                assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo(ChassisPower.OFF);
            }
        }

        assertThat(wire.overlapping()).isZero();
        assertThat(wire.requests()).isEqualTo(3 * 5 + 30);
    }

    private BentWire wire(InetAddress address, long slownessNanos) {
        BentWire wire = new BentWire(address, fake, slownessNanos);
        opened.add(wire);
        return wire;
    }

    private IpmiBmcFactory factory(HostNames names) {
        IpmiBmcFactory factory = new IpmiBmcFactory(new SecureRandom(), IpmiEngine.monotonicClock(), names);
        opened.add(factory);
        return factory;
    }

    private static BmcAddress at(String host, BentWire wire) {
        return new BmcAddress("ipmi", host, wire.port(), "");
    }
}
