package org.novametal.bmc.ipmitool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.novametal.bmc.BmcFailures.assertFails;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.ChassisPower;

class IpmitoolBmcFactoryTest {
    private static final BmcAddress ADDRESS = BmcAddress.parse("ipmitool://192.0.2.1:6230");
    private static final BmcCredentials ADMIN = new BmcCredentials("admin", "s3cret-pass", Optional.of("k-of-the-bmc"));

    @TempDir
    @Nullable
    Path directory;

    @Test
    void withoutTheProgramItNamesThePackage() {
        try (IpmitoolBmcFactory factory = new IpmitoolBmcFactory("/nowhere/ipmitool");
                Bmc bmc = factory.open(ADDRESS, ADMIN, BmcOptions.DEFAULTS)) {
            assertFails(Reason.UNSUPPORTED, bmc::readPower).hasMessageContaining("install the package ipmitool");
        }
    }

    @Test
    void whatIpmitoolCannotCarryIsRefused() {
        try (IpmitoolBmcFactory factory = new IpmitoolBmcFactory()) {
            assertRefused(factory, ADDRESS, new BmcCredentials("a".repeat(17), "secret"), "user name");
            assertRefused(factory, ADDRESS, new BmcCredentials("admin", "p".repeat(21)), "password");
            assertRefused(factory, ADDRESS, new BmcCredentials("admin", "two\nlines"), "control character");
            assertRefused(
                    factory,
                    ADDRESS,
                    new BmcCredentials("admin", "secret", Optional.of("0x" + "00".repeat(20))),
                    "K_g");
            BmcAddress lan = BmcAddress.parse("ipmitool+lan://192.0.2.1");
            assertRefused(factory, lan, new BmcCredentials("admin", "p".repeat(17)), "password");
            assertRefused(factory, lan, ADMIN, "no key");
            assertRefused(factory, BmcAddress.parse("ipmitool://192.0.2.1/path"), ADMIN, "ipmitool://host");
        }
    }

    @Test
    @Tag("peers")
    void secretsGoByStandardInputAndEnvironment() throws Exception {
        Path program = program("""
                echo "$*" > arguments; env > environment; cat > input; echo ' 01 00 00'
                """);
        try (IpmitoolBmcFactory factory = new IpmitoolBmcFactory(program.toString());
                Bmc bmc = factory.open(ADDRESS, ADMIN, BmcOptions.DEFAULTS)) {
            assertThat(bmc.readPower()).isEqualTo(ChassisPower.ON);
        }

        assertThat(read("arguments"))
                .isEqualTo(
                        "-v -I lanplus -C 17 -H 192.0.2.1 -p 6230 -U admin -f /dev/stdin -L OPERATOR -N 1 -R 5 -K raw"
                                + " 0x0 0x1");
        assertThat(read("input")).isEqualTo("s3cret-pass");
        List<String> environment = read("environment").lines().toList();
        assertThat(environment).contains("LC_ALL=C", "IPMI_KGKEY=k-of-the-bmc");
        Path home = Path.of(environment.stream()
                .filter(line -> line.startsWith("HOME="))
                .findFirst()
                .orElseThrow()
                .substring("HOME=".length()));
        assertThat(home).as("removed with the factory").doesNotExist();
    }

    @Test
    @Tag("peers")
    void aRunThatTakesTooLongIsKilledWithItsChildren() throws Exception {
        Path program = program("""
                sleep 600 & echo $! > child; yes; wait
                """);
        try (IpmitoolBmcFactory factory = new IpmitoolBmcFactory(program.toString());
                Bmc bmc = factory.open(ADDRESS, ADMIN, new BmcOptions(Duration.ofSeconds(1), Duration.ofMillis(100)))) {
            assertFails(Reason.UNREACHABLE, bmc::readPower);
        }

        Optional<ProcessHandle> child = ProcessHandle.of(Long.parseLong(read("child")));
        if (child.isPresent()) {
            child.get().onExit().get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    @Tag("peers")
    void aBmcThatIsNotReadyIsAskedAgain() throws Exception {
        Path program = program("""
                cat > input; echo call >> calls
                [ "$(wc -l < calls)" -gt 2 ] && { echo ' 01 00 00'; exit 0; }
                echo 'Unable to send RAW command (channel=0x0 netfn=0x0 lun=0x0 cmd=0x1 rsp=0xff): Unspecified error' >&2
                exit 1
                """);
        try (IpmitoolBmcFactory factory = new IpmitoolBmcFactory(program.toString());
                Bmc bmc = factory.open(ADDRESS, ADMIN, new BmcOptions(Duration.ofSeconds(30), Duration.ofMillis(50)))) {
            assertThat(bmc.readPower()).isEqualTo(ChassisPower.ON);
        }

        assertThat(read("calls").lines()).hasSize(3);
    }

    private static void assertRefused(
            IpmitoolBmcFactory factory, BmcAddress address, BmcCredentials credentials, String text) {
        assertThatThrownBy(() -> factory.open(address, credentials, BmcOptions.DEFAULTS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text)
                .hasMessageNotContaining(credentials.password());
    }

    private Path program(String script) throws IOException {
        Path folder = Objects.requireNonNull(directory);
        Path program = Files.writeString(
                folder.resolve("program"), "#!/bin/sh\nPATH=/usr/bin:/bin; cd '" + folder + "' || exit 9\n" + script);
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    private String read(String name) throws IOException {
        return Files.readString(Objects.requireNonNull(directory).resolve(name)).strip();
    }
}
