package org.novametal.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.BootDevice;
import org.novametal.bmc.BootDeviceControl;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.bmc.BootOverride.BootPersistence;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.ipmi.IpmiBmcFactory;
import org.novametal.fake.FakeMachine.Activity;
import org.novametal.fake.FakeRack.Slot;

class FakeRackTest {
    private static final BmcCredentials USER = new BmcCredentials("admin", "geheim");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void eachMachineIsDrivenThroughItsOwnBmc() throws Exception {
        try (FakeRack rack = FakeRack.start(settings(3, 0));
                IpmiBmcFactory bmcs = new IpmiBmcFactory()) {
            Slot middle = rack.slots().get(1);
            try (Bmc bmc = bmcs.open(middle.bmc(), USER, BmcOptions.DEFAULTS)) {
                bmc.capability(BootDeviceControl.class)
                        .orElseThrow()
                        .setBootOverride(new BootOverride(BootDevice.NETWORK, BootPersistence.ONCE, BootFirmware.BIOS));
                bmc.requestPower(PowerAction.ON);
                assertThat(bmc.readPower()).isEqualTo(ChassisPower.ON);
                assertThat(middle.machine().await(Activity.HALTED, LIMIT)).isTrue();
            }
            assertThat(rack.slots()).extracting(slot -> slot.machine().isOn()).containsExactly(false, true, false);
            assertThat(Files.readAllLines(folder.resolve("log/fake-2.log")))
                    .startsWith("Power on, boot order [NETWORK, DISK]", "PXE 52:54:00:00:00:02: no DHCP answer");
        }
    }

    @Test
    void theMachineOfAnIndexIsTheSameInEveryRack() {
        try (FakeRack one = FakeRack.start(settings(300, 0));
                FakeRack other = FakeRack.start(settings(2, 0))) {
            List<String> macs = one.slots().stream()
                    .flatMap(slot -> slot.machine().settings().macs().stream())
                    .toList();
            assertThat(macs).doesNotHaveDuplicates().contains("52:54:00:00:01:2c");
            assertThat(other.slots().get(1).machine().systemUuid())
                    .isEqualTo(one.slots().get(1).machine().systemUuid());
        }
    }

    @Test
    void aRackWhoseSecondPortIsTakenGivesTheFirstOneBack() throws Exception {
        try (DatagramSocket taken = socketBehindAFreePort()) {
            int free = taken.getLocalPort() - 1;
            assertThatThrownBy(() -> FakeRack.start(settings(2, free)))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
            bind(free).close();
        }
    }

    private static DatagramSocket socketBehindAFreePort() throws SocketException {
        while (true) {
            DatagramSocket socket = bind(0);
            try {
                bind(socket.getLocalPort() - 1).close();
                return socket;
            } catch (SocketException e) {
                socket.close();
            }
        }
    }

    private static DatagramSocket bind(int port) throws SocketException {
        return new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    @Test
    void settingsThatCannotBeAreRefused() {
        assertThatThrownBy(() -> settings(0, 0)).hasMessageContaining("0 machines");
        assertThatThrownBy(() -> settings(3, 65_534)).hasMessageContaining("65535");
        assertThatThrownBy(() -> settings(3, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void disksOfNothingAreRefused() {
        assertThatThrownBy(() -> new FakeRackSettings(1, 0, USER, folder, folder, folder, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("disks of 0 bytes");
    }

    private FakeRackSettings settings(int machines, int firstPort) {
        return new FakeRackSettings(
                machines,
                firstPort,
                USER,
                folder.resolve("state"),
                folder.resolve("dhcp"),
                folder.resolve("log"),
                1 << 20);
    }
}
