package org.novametal.bmc.ipmi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.novametal.bmc.BmcFailures.assertFails;
import static org.novametal.bmc.Eventually.eventually;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.EnumSet;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcFactory;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.BootDeviceControl;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.PowerAction;
import org.novametal.fake.FakeIpmiBmc;
import org.novametal.fake.FakeIpmiProfile;
import org.novametal.fake.FakeIpmiServer;
import org.novametal.fake.SwitchChassis;

/** What is particular to our client; {@link IpmiBmcWithSuite17Test} has what every BMC does. */
class IpmiBmcFactoryTest {
    private static final BmcCredentials ADMIN = new BmcCredentials("admin", "s3cret");
    private static final BmcOptions OPTIONS = new BmcOptions(Duration.ofSeconds(10), Duration.ofMillis(100));
    /** What is sent last may still be on its way to a busy fake. */
    private static final Duration SOON = Duration.ofSeconds(30);

    private final SwitchChassis chassis = new SwitchChassis();
    private final FakeIpmiServer server = FakeIpmiServer.start();
    private final IpmiBmcFactory factory = new IpmiBmcFactory();

    @AfterEach
    void close() {
        factory.close();
        server.close();
    }

    @Test
    void itIsFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(BmcFactory.class))
                .hasAtLeastOneElementOfType(IpmiBmcFactory.class)
                .filteredOn(found -> found.schemes().contains("ipmi"))
                .hasSize(1);
    }

    @Test
    void aBmcWithoutCycleIsSwitchedOffThenOn() throws Exception {
        FakeIpmiBmc fake =
                fake(FakeIpmiProfile.DEFAULTS.withPowerActions(EnumSet.complementOf(EnumSet.of(PowerAction.CYCLE))));
        chassis.control(PowerAction.ON);

        open(fake).requestPower(PowerAction.CYCLE);

        assertThat(chassis.isOn()).isTrue();
        assertThat(chassis.boots()).isEqualTo(2);
    }

    @Test
    void manyCallsUseOneSessionAndClosingFreesIt() throws Exception {
        FakeIpmiBmc fake = fake(FakeIpmiProfile.DEFAULTS);
        IpmiBmc bmc = open(fake);
        for (int i = 0; i < 20; i++) {
            bmc.readPower();
            bmc.capability(BootDeviceControl.class).orElseThrow().readBootOverride();
        }
        assertThat(fake.sessionCount()).isOne();

        bmc.close();

        eventually(SOON, "the session is closed", () -> fake.sessionCount() == 0);
    }

    @Test
    void closingTheFactoryFreesAllSessions() throws Exception {
        FakeIpmiBmc fake = fake(FakeIpmiProfile.DEFAULTS);
        BmcAddress address = server.attach(fake, 0);
        for (int i = 0; i < 5; i++) {
            factory.open(address, ADMIN, OPTIONS).readPower();
        }
        assertThat(fake.sessionCount()).isEqualTo(5);

        factory.close();

        eventually(SOON, "all sessions are closed", () -> fake.sessionCount() == 0);
        assertFails(Reason.CLOSED, () -> factory.open(address, ADMIN, OPTIONS));
    }

    @Test
    void aFullBmcHasNoFreeSession() throws Exception {
        FakeIpmiBmc fake = fake(FakeIpmiProfile.DEFAULTS.withMaximumSessions(1));
        BmcAddress address = server.attach(fake, 0);
        Bmc first = factory.open(address, ADMIN, OPTIONS);
        first.readPower();
        Bmc second = factory.open(address, ADMIN, new BmcOptions(Duration.ofSeconds(3), Duration.ofMillis(50)));

        assertFails(Reason.NO_FREE_SESSION, second::readPower);

        first.close();
        assertThat(second.readPower()).isEqualTo(ChassisPower.OFF);
    }

    @Test
    void aCallerInterruptedWhileItWaitsLeavesTheSharedSocketOpen() throws Exception {
        BmcAddress silent = server.attach(fake(FakeIpmiProfile.DEFAULTS), 0);
        server.detach(silent);
        Bmc waiting = factory.open(silent, ADMIN, new BmcOptions(Duration.ofSeconds(60), Duration.ofMillis(1)));
        Bmc other = open(fake(FakeIpmiProfile.DEFAULTS));
        other.readPower();
        AtomicReference<@Nullable Throwable> end = new AtomicReference<>();
        CountDownLatch begun = new CountDownLatch(1);
        Thread caller = Thread.startVirtualThread(() -> {
            begun.countDown();
            try {
                waiting.readPower();
            } catch (InterruptedException | RuntimeException e) {
                end.set(e);
            }
        });
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();

        caller.interrupt();
        assertThat(caller.join(Duration.ofSeconds(10))).isTrue();

        assertThat(end.get()).isInstanceOf(InterruptedException.class);
        assertThat(other.readPower()).isEqualTo(ChassisPower.OFF);
    }

    @Test
    void anAddressWithAPathIsRefused() {
        assertThatThrownBy(() -> factory.open(BmcAddress.parse("ipmi://10.0.0.7/system"), ADMIN, OPTIONS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ipmi://host[:port]");
    }

    @Test
    void aPasswordThatIpmiCannotCarryIsRefusedWithoutBeingShown() {
        BmcCredentials tooLong = new BmcCredentials("admin", "123456789012345678901");

        assertThatThrownBy(() -> factory.open(BmcAddress.parse("ipmi://10.0.0.7"), tooLong, OPTIONS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("21 bytes")
                .hasMessageNotContaining("1234567");
    }

    private FakeIpmiBmc fake(FakeIpmiProfile profile) {
        return new FakeIpmiBmc(ADMIN, chassis, profile, new SecureRandom());
    }

    private IpmiBmc open(FakeIpmiBmc fake) {
        return (IpmiBmc) factory.open(server.attach(fake, 0), ADMIN, OPTIONS);
    }
}
