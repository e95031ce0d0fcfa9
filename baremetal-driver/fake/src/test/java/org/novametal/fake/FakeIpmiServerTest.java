package org.novametal.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.novametal.bmc.BmcFailures.assertFails;
import static org.novametal.bmc.Eventually.eventually;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.RestartCause;
import org.novametal.bmc.ipmi.IpmiBmcFactory;

@Isolated("counts threads of the process by name")
class FakeIpmiServerTest {
    private static final BmcCredentials ADMIN = new BmcCredentials("admin", "s3cret");
    private static final BmcOptions OPTIONS = new BmcOptions(Duration.ofSeconds(10), Duration.ofMillis(200));

    @Test
    void aRackOfBmcsIsServedByOneThread() throws Exception {
        try (FakeIpmiServer server = FakeIpmiServer.start();
                IpmiBmcFactory factory = new IpmiBmcFactory()) {
            List<SwitchChassis> machines = new ArrayList<>();
            List<Bmc> bmcs = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                SwitchChassis machine = new SwitchChassis();
                machines.add(machine);
                bmcs.add(factory.open(server.attach(new FakeIpmiBmc(ADMIN, machine), 0), ADMIN, OPTIONS));
            }
            for (int i = 0; i < 50; i += 3) {
                bmcs.get(i).requestPower(PowerAction.ON);
            }
            for (int i = 0; i < 50; i++) {
                ChassisPower wanted = i % 3 == 0 ? ChassisPower.ON : ChassisPower.OFF;
                assertThat(bmcs.get(i).readPower()).isEqualTo(wanted);
                assertThat(machines.get(i).isOn()).isEqualTo(wanted == ChassisPower.ON);
            }
            assertThat(threadsNamed("fake-ipmi")).isOne();
            assertThat(threadsNamed("ipmi-engine")).isOne();
        }
        eventually(
                Duration.ofSeconds(30),
                "both threads have ended",
                () -> threadsNamed("fake-ipmi") + threadsNamed("ipmi-engine") == 0);
    }

    @Test
    void aMachineThatFailsDoesNotStopTheOthers() throws Exception {
        try (FakeIpmiServer server = FakeIpmiServer.start();
                IpmiBmcFactory factory = new IpmiBmcFactory()) {
            BmcAddress broken = server.attach(new FakeIpmiBmc(ADMIN, new BrokenChassis()), 0);
            BmcAddress whole = server.attach(new FakeIpmiBmc(ADMIN, new SwitchChassis()), 0);
            BmcOptions brief = new BmcOptions(Duration.ofMillis(400), Duration.ofMillis(100));

            Bmc bmc = factory.open(broken, ADMIN, brief);
            assertFails(BmcException.Reason.UNREACHABLE, bmc::readPower);
            assertThat(factory.open(whole, ADMIN, OPTIONS).readPower()).isEqualTo(ChassisPower.OFF);
        }
    }

    @Test
    void aPortThatIsTakenIsNamed() {
        try (FakeIpmiServer server = FakeIpmiServer.start()) {
            BmcAddress taken = server.attach(new FakeIpmiBmc(ADMIN, new SwitchChassis()), 0);

            assertThatThrownBy(() -> server.attach(new FakeIpmiBmc(ADMIN, new SwitchChassis()), taken.port()))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.port());

            server.detach(taken);
            assertThat(server.attach(new FakeIpmiBmc(ADMIN, new SwitchChassis()), taken.port()))
                    .isEqualTo(taken);
        }
    }

    private static long threadsNamed(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .count();
    }

    private static final class BrokenChassis implements FakeChassis {
        @Override
        public boolean isOn() {
            throw new IllegalStateException("this machine is broken on purpose");
        }

        @Override
        public void control(PowerAction action) {
            throw new IllegalStateException("this machine is broken on purpose");
        }

        @Override
        public BootOverride bootOverride() {
            throw new IllegalStateException("this machine is broken on purpose");
        }

        @Override
        public void setBootOverride(BootOverride override) {
            throw new IllegalStateException("this machine is broken on purpose");
        }

        @Override
        public void identify(Duration interval) {
            throw new IllegalStateException("this machine is broken on purpose");
        }

        @Override
        public RestartCause restartCause() {
            throw new IllegalStateException("this machine is broken on purpose");
        }

        @Override
        public UUID systemUuid() {
            return UUID.randomUUID();
        }
    }
}
