package org.novametal.bmc.ipmi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.BootDevice;
import org.novametal.bmc.BootDeviceControl;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.bmc.BootOverride.BootPersistence;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.Eventually;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.SerialConsole;

/** Requests of our client to OpenIPMI's {@code ipmi_sim} take effect on the qemu machine behind it. */
@Tag("peers")
class IpmiBmcOnQemuMachineTest {
    private static final BmcCredentials ADMIN = new BmcCredentials("admin", "s3cret");
    private static final BmcOptions OPTIONS = BmcOptions.DEFAULTS;
    /** A boot takes 5 to 15 seconds of processor time, because qemu emulates the processor. */
    private static final Duration BOOT_LIMIT = Duration.ofSeconds(150);

    private static final Duration EFFECT_LIMIT = Duration.ofSeconds(20);

    private final IpmiBmcFactory factory = new IpmiBmcFactory();
    private QemuMachine machine;
    private IpmiSim simulator;
    private Bmc bmc;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        machine = new QemuMachine(directory, this::print);
        simulator = new IpmiSim(directory, ADMIN.username(), ADMIN.password(), machine.chassisScript());
        bmc = factory.open(new BmcAddress("ipmi", "127.0.0.1", simulator.port(), ""), ADMIN, OPTIONS);
    }

    @AfterEach
    void stop() throws Exception {
        factory.close();
        simulator.stop();
        machine.close();
    }

    @Test
    void aMachineThatIsSwitchedOnBootsAndOneThatIsSwitchedOffIsNoMore() throws Exception {
        assertThat(bmc.readPower()).isEqualTo(ChassisPower.OFF);

        bmc.requestPower(PowerAction.ON);
        bootsTimes(QemuMachine.FROM_DISK, 1);
        assertThat(bmc.readPower()).isEqualTo(ChassisPower.ON);

        bmc.requestPower(PowerAction.OFF);
        Eventually.eventually(EFFECT_LIMIT, "the machine is off", () -> !machine.isOn());
        assertThat(bmc.readPower()).isEqualTo(ChassisPower.OFF);
    }

    @Test
    void aCycleIsAnotherProcessAndAResetTheSame() throws Exception {
        bmc.requestPower(PowerAction.ON);
        bootsTimes(QemuMachine.FROM_DISK, 1);
        long first = machine.pid();

        bmc.requestPower(PowerAction.CYCLE);
        bootsTimes(QemuMachine.FROM_DISK, 2);
        long second = machine.pid();

        bmc.requestPower(PowerAction.RESET);
        bootsTimes(QemuMachine.FROM_DISK, 3);
        assertThat(machine.pid()).isEqualTo(second).isNotEqualTo(first);
    }

    @Test
    void theBootDeviceDecidesWhatItBoots() throws Exception {
        bootNext(BootDevice.NETWORK);
        bmc.requestPower(PowerAction.ON);
        bootsTimes(QemuMachine.FROM_NETWORK, 1);
        assertThat(machine.printed()).doesNotContain(QemuMachine.FROM_DISK);

        bootNext(BootDevice.DISK);
        bmc.requestPower(PowerAction.CYCLE);
        bootsTimes(QemuMachine.FROM_DISK, 1);
        assertThat(machine.printed()).containsOnlyOnce(QemuMachine.FROM_NETWORK);
    }

    @Test
    void aSoftPowerOffIsTakenByWhatRunsOnIt() throws Exception {
        bmc.requestPower(PowerAction.ON);
        bootsTimes(QemuMachine.FROM_DISK, 1);

        bmc.requestPower(PowerAction.SOFT_OFF);
        Eventually.eventually(EFFECT_LIMIT, "the machine switched itself off", () -> !machine.isOn());
        assertThat(bmc.readPower()).isEqualTo(ChassisPower.OFF);
    }

    @Test
    void theConsoleSaysWhatItPrints() throws Exception {
        Heard heard = new Heard();
        SerialConsole console = bmc.capability(SerialConsole.class).orElseThrow();
        try (SerialConsole.Connection _ = console.connect(heard)) {
            bmc.requestPower(PowerAction.ON);
            Eventually.eventually(
                    BOOT_LIMIT,
                    "the console says what it booted",
                    () -> heard.text().contains(QemuMachine.FROM_DISK),
                    () -> "; heard: " + heard.text());
        }
        assertThat(heard.text()).contains("SeaBIOS");
    }

    /** The output of the console. Safe for several threads. */
    private static final class Heard implements SerialConsole.Receiver {
        private final StringBuilder text = new StringBuilder();

        @Override
        public synchronized void received(byte[] bytes) {
            text.append(new String(bytes, StandardCharsets.ISO_8859_1));
        }

        @Override
        public synchronized void ended(BmcException cause) {
            text.append("ended: ").append(cause);
        }

        synchronized String text() {
            return text.toString();
        }
    }

    private void bootNext(BootDevice device) throws InterruptedException {
        bmc.capability(BootDeviceControl.class)
                .orElseThrow()
                .setBootOverride(new BootOverride(device, BootPersistence.ONCE, BootFirmware.BIOS));
    }

    private void bootsTimes(String text, int times) {
        Eventually.eventually(
                BOOT_LIMIT,
                "the machine said " + times + " times: " + text,
                () -> machine.printed().split(text, -1).length - 1 >= times,
                () -> "; it printed: " + machine.printed());
    }

    private void print(String text) {
        simulator.serial().print(text);
    }
}
