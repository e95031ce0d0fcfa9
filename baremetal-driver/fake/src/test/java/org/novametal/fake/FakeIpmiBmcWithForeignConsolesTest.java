package org.novametal.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.novametal.bmc.Eventually.eventually;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BootDevice;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.bmc.BootOverride.BootPersistence;
import org.novametal.bmc.PeerProgram;
import org.novametal.bmc.PeerProgram.Result;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.RestartCause;
import org.novametal.bmc.TerminalProgram;
import org.novametal.bmc.ipmi.codec.IdentifyInterval;

/** Debian's ipmitool and FreeIPMI drive the fake BMC: they do not share our codec, so they find its mistakes. */
@Tag("peers")
class FakeIpmiBmcWithForeignConsolesTest {
    private static final BmcCredentials ADMIN = new BmcCredentials("admin", "s3cret");

    @TempDir
    Path directory;

    private final SwitchChassis chassis = new SwitchChassis();
    private final FakeIpmiBmc bmc = new FakeIpmiBmc(ADMIN, chassis);
    private final FakeIpmiServer server = FakeIpmiServer.start();
    private BmcAddress address = server.attach(bmc, 0);

    @BeforeEach
    void writePasswords() throws IOException {
        PeerProgram.secretFile(directory, "password", ADMIN.password());
        PeerProgram.secretFile(directory, "wrong-password", "not-this");
        PeerProgram.secretFile(directory, "freeipmi.conf", "username admin\npassword " + ADMIN.password() + "\n");
    }

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-C 3", "-C 17", ""})
    void ipmitoolSwitchesThePower(String suite) throws Exception {
        assertThat(succeed(suite, "power", "status")).contains("Chassis Power is off");
        succeed(suite, "power", "on");
        assertThat(chassis.isOn()).isTrue();
        assertThat(succeed(suite, "power", "status")).contains("Chassis Power is on");
        succeed(suite, "power", "cycle");
        assertThat(chassis.boots()).isEqualTo(2);
        succeed(suite, "power", "reset");
        assertThat(chassis.boots()).isEqualTo(3);
        succeed(suite, "power", "diag");
        assertThat(chassis.interrupts()).isOne();
        succeed(suite, "power", "soft");
        assertThat(chassis.isOn()).isFalse();
        assertThat(ipmitool(suite, "admin", "password", "power", "reset").exitCode())
                .isNotZero();
        succeed(suite, "power", "on");
        succeed(suite, "power", "off");
        assertThat(chassis.isOn()).isFalse();
        assertThat(bmc.sessionCount()).as("sessions left open").isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-C 3", "-C 17"})
    void ipmitoolSetsAndReadsTheBootDevice(String suite) throws Exception {
        succeed(suite, "chassis", "bootdev", "pxe", "options=persistent,efiboot");
        assertThat(chassis.bootOverride())
                .isEqualTo(new BootOverride(BootDevice.NETWORK, BootPersistence.PERSISTENT, BootFirmware.UEFI));
        assertThat(succeed(suite, "chassis", "bootparam", "get", "5"))
                .contains("Boot Flag Valid", "all future boots", "EFI boot", "Force PXE");

        succeed(suite, "chassis", "bootdev", "disk");
        assertThat(chassis.bootOverride())
                .isEqualTo(new BootOverride(BootDevice.DISK, BootPersistence.ONCE, BootFirmware.BIOS));
        assertThat(succeed(suite, "chassis", "bootparam", "get", "5"))
                .contains("Boot Flag Valid", "only next boot", "legacy", "default Hard-Drive");

        succeed(suite, "power", "on");
        assertThat(succeed(suite, "chassis", "bootparam", "get", "5")).contains("Boot Flag Invalid");
    }

    @Test
    void ipmitoolReadsWhatTheBmcIs() throws Exception {
        assertThat(succeed("-C 17", "mc", "info")).contains("IPMI Version              : 2.0", "Chassis Device");
        assertThat(succeed("-C 17", "mc", "guid")).contains(chassis.systemUuid().toString());
        assertThat(succeed("-C 3", "channel", "getciphers", "ipmi")).contains("hmac_sha256", "hmac_sha1_96");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-C 3", "-C 17"})
    void ipmitoolLetsTheMachineShowItself(String suite) throws Exception {
        succeed(suite, "chassis", "identify", "7");
        assertThat(chassis.identify()).isEqualTo(Duration.ofSeconds(7));
        succeed(suite, "chassis", "identify", "force");
        assertThat(chassis.identify()).isEqualTo(IdentifyInterval.UNTIL_STOPPED);
        succeed(suite, "chassis", "identify", "0");
        assertThat(chassis.identify()).isEqualTo(Duration.ZERO);
        succeed(suite, "chassis", "identify");
        assertThat(chassis.identify()).isEqualTo(Duration.ofSeconds(15));
    }

    @ParameterizedTest
    @CsvSource({
        "UNKNOWN, unknown",
        "RESET_BUTTON, reset via pushbutton",
        "POWER_BUTTON, power-up via pushbutton",
        "WATCHDOG, watchdog expired",
        "VENDOR, OEM",
        "POWER_RESTORED, power-up due to always-restore power policy",
        "PLATFORM_EVENT, reset via PEF",
        "SOFT_RESET, soft reset",
        "CLOCK, power-up via RTC wakeup",
        "CHASSIS_CONTROL, chassis power control command"
    })
    void ipmitoolReadsWhatStartedTheMachine(RestartCause cause, String text) throws Exception {
        chassis.startBy(cause);

        assertThat(succeed("-C 17", "chassis", "restart_cause")).contains("System restart cause: " + text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-C 3", "-C 17"})
    void ipmitoolProvesTheBmcsKey(String suite) throws Exception {
        BmcCredentials keyed = new BmcCredentials("admin", ADMIN.password(), Optional.of("key-of-the-bmc"));
        address = server.attach(new FakeIpmiBmc(keyed, chassis), 0);
        String digits = HexFormat.of().formatHex("key-of-the-bmc".getBytes(StandardCharsets.UTF_8));

        assertThat(succeed(suite + " -y " + digits, "power", "status")).contains("Chassis Power is off");
        assertThat(ipmitool(suite + " -k not-this", "admin", "password", "power", "on")
                        .exitCode())
                .isNotZero();
        assertThat(ipmitool(suite, "admin", "password", "power", "on").exitCode())
                .isNotZero();
        assertThat(chassis.isOn()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-C 3", "-C 17", ""})
    void ipmitoolIsRefusedWithAWrongPasswordOrUser(String suite) throws Exception {
        chassis.control(PowerAction.ON);

        assertThat(ipmitool(suite, "admin", "wrong-password", "power", "off").exitCode())
                .isNotZero();
        Result unknown = ipmitool(suite + " -v", "nobody", "password", "power", "off");

        assertThat(unknown.exitCode()).isNotZero();
        assertThat(unknown.output()).contains("unauthorized name");
        assertThat(chassis.isOn()).isTrue();
    }

    @Test
    void ipmitoolIsRefusedWithoutACipher() throws Exception {
        Result refused = ipmitool("-C 0", "admin", "password", "power", "on");

        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.output()).contains("invalid authentication algorithm");
        assertThat(chassis.isOn()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "17"})
    void freeIpmiSwitchesThePower(String suite) throws Exception {
        assertThat(ipmipower(suite, "--stat")).contains(": off");
        ipmipower(suite, "--on");
        assertThat(chassis.isOn()).isTrue();
        assertThat(ipmipower(suite, "--stat")).contains(": on");
        ipmipower(suite, "--cycle");
        ipmipower(suite, "--reset");
        assertThat(chassis.boots()).isEqualTo(3);
        ipmipower(suite, "--soft");
        assertThat(chassis.isOn()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "17"})
    void ipmitoolTypesOnTheConsole(String suite) throws Exception {
        String line = "ipmitool -I lanplus -C " + suite + " -H " + address.host() + " -p " + address.port()
                + " -U admin -f " + directory.resolve("password") + " sol activate";

        try (TerminalProgram console = TerminalProgram.start(line)) {
            console.await("SOL Session operational");
            chassis.line().print("login: ".getBytes(StandardCharsets.US_ASCII));
            console.await("login: ");
            console.type("root\r");
            console.await("root");
            console.type("~B");
            eventually(TerminalProgram.LIMIT, "a break", () -> chassis.line().breaks() == 1);
            console.type("\r~.");
            assertThat(console.awaitEnd()).isZero();
        }
        assertThat(new String(chassis.line().typed(), StandardCharsets.US_ASCII))
                .isEqualTo("root\r\r");
        assertThat(bmc.sessionCount()).as("sessions left open").isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "17"})
    void freeIpmiTypesOnTheConsole(String suite) throws Exception {
        String line = "/usr/sbin/ipmiconsole --config-file=" + directory.resolve("freeipmi.conf")
                + " --cipher-suite-id=" + suite + " --hostname=" + address.host() + ":" + attachBelow32768();

        try (TerminalProgram console = TerminalProgram.start(line)) {
            console.await("SOL established");
            chassis.line().print("login: ".getBytes(StandardCharsets.US_ASCII));
            console.await("login: ");
            console.type("root\r");
            console.await("root");
            console.type("&B");
            eventually(TerminalProgram.LIMIT, "a break", () -> chassis.line().breaks() == 1);
            console.type("&.");
            console.await("closing the connection");
        }
        assertThat(new String(chassis.line().typed(), StandardCharsets.US_ASCII))
                .isEqualTo("root\r");
    }

    /** ipmiconsole takes no higher port. */
    private int attachBelow32768() {
        Random random = new Random();
        while (true) {
            try {
                return server.attach(bmc, random.nextInt(10_000, 32_768)).port();
            } catch (UncheckedIOException ignored) {
                // Taken: another one is free.
            }
        }
    }

    private String succeed(String suite, String... command) throws IOException, InterruptedException {
        Result result = ipmitool(suite, "admin", "password", command);
        assertThat(result.exitCode()).as(result.output()).isZero();
        return result.output();
    }

    private Result ipmitool(String options, String user, String passwordFile, String... command)
            throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("ipmitool", "-I", "lanplus", "-H", address.host()));
        line.addAll(List.of("-p", String.valueOf(address.port()), "-U", user, "-N", "1", "-R", "2"));
        line.addAll(List.of("-f", directory.resolve(passwordFile).toString()));
        if (!options.isBlank()) {
            line.addAll(List.of(options.strip().split(" ")));
        }
        line.addAll(List.of(command));
        return PeerProgram.run(line, directory);
    }

    private String ipmipower(String suite, String command) throws IOException, InterruptedException {
        Result result = PeerProgram.run(
                List.of(
                        "/usr/sbin/ipmipower",
                        "--config-file=" + directory.resolve("freeipmi.conf"),
                        "--driver-type=LAN_2_0",
                        "--cipher-suite-id=" + suite,
                        "--hostname=" + address.host() + ":" + address.port(),
                        command),
                directory);
        assertThat(result.exitCode()).as(result.output()).isZero();
        return result.output();
    }
}
