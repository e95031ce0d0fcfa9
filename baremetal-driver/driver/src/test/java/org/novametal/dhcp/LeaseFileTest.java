package org.novametal.dhcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.dhcp.LeaseFile.Lease;

class LeaseFileTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_785_489_000);
    private static final String MAC = "52:54:00:12:34:56";

    /** Written by dnsmasq 2.90 for two machines, with one lease of IPv6. */
    private static final String WRITTEN = """
            1785489120 52:54:00:12:34:56 10.99.0.57 web1 01:52:54:00:12:34:56
            0 52:54:00:12:34:57 10.99.0.58 * *
            duid 00:01:00:01:2e:5d:8a:11:52:54:00:ff:00:01
            1785489120 1179648 fd00::57 web1 00:01:00:01:2e:5d:8a:2c:52:54:00:12:34:56
            """;

    @TempDir
    Path folder;

    @Test
    void leasesOfIpv4AreReadAndThoseOfIpv6Skipped() throws IOException {
        assertThat(file(WRITTEN).leases())
                .containsExactly(
                        new Lease(
                                MAC,
                                address("10.99.0.57"),
                                Optional.of("web1"),
                                Optional.of(Instant.ofEpochSecond(1_785_489_120))),
                        new Lease("52:54:00:12:34:57", address("10.99.0.58"), Optional.empty(), Optional.empty()));
    }

    @Test
    void aMacIsFoundInEitherCaseUntilItsLeaseEnds() throws IOException {
        LeaseFile file = file(WRITTEN);

        assertThat(file.addressesOf(MAC.toUpperCase(Locale.ROOT), NOW)).containsExactly(address("10.99.0.57"));
        assertThat(file.addressesOf(MAC, Instant.ofEpochSecond(1_785_489_120))).isEmpty();
        assertThat(file.addressesOf("52:54:00:12:34:57", Instant.MAX)).containsExactly(address("10.99.0.58"));
        assertThat(file.addressesOf("52:54:00:12:34:99", NOW)).isEmpty();
    }

    @Test
    void theLeasesOfAMacOrOfAnAddressAreThoseAmongAllLeases() throws IOException {
        LeaseFile file = file("""
                0 52:54:00:AB:CD:EF 10.0.0.1 * *
                0 52:54:00:ab:cd:ee 10.0.0.11 52:54:00:ab:cd:ef *
                0 52:54:00:ab:cd:ef 10.0.0.2 10.0.0.1 *
                """);

        assertThat(file.leasesOf("52:54:00:ab:CD:ef"))
                .extracting(Lease::address)
                .containsExactly(address("10.0.0.1"), address("10.0.0.2"));
        assertThat(file.leasesOf(address("10.0.0.1"))).extracting(Lease::mac).containsExactly("52:54:00:ab:cd:ef");
        assertThat(file.leasesOf(address("10.0.0.3"))).isEmpty();
    }

    @Test
    void aMachineMayHaveSeveralAddresses() throws IOException {
        LeaseFile file = file("0 " + MAC + " 10.0.0.1 a ff:01\n0 " + MAC + " 10.0.0.2 b 01:02\n");

        assertThat(file.addressesOf(MAC, NOW)).containsExactlyInAnyOrder(address("10.0.0.1"), address("10.0.0.2"));
    }

    @Test
    void aLineThatIsStillBeingWrittenIsSkipped() throws IOException {
        assertThat(file("0 " + MAC + " 10.0.0.5").leases()).isEmpty();
        assertThat(file("0 " + MAC + " 10.0.0.5 web1 *").leases()).isEmpty();
        assertThat(file("0 " + MAC + " 10.0.0.5 web1 *\n").leases()).hasSize(1);
    }

    @Test
    void damagedLinesAreSkippedAndTheOthersRead() throws IOException {
        for (String damaged : List.of(
                "",
                "x " + MAC + " 10.0.0.5 web1 *",
                "99999999999999999999 " + MAC + " 10.0.0.5 web1 *",
                "0 52:54:00:12:34 10.0.0.5 web1 *",
                "0 " + MAC + " 10.0.0.256 web1 *",
                "0 " + MAC + " 10.0.0 web1 *",
                "0 " + MAC + " fd00::1 web1 *",
                "0 " + MAC + " 10.0.0.5",
                "0 " + MAC + " 10.0.0.5 web1 * more",
                "\u0000\u0001\ufffd")) {
            assertThat(file(damaged + "\n" + WRITTEN).leases()).as(damaged).hasSize(2);
        }
    }

    @Test
    void withoutAFileThereAreNoLeasesAndOneThatCannotBeReadIsAFault() {
        assertThat(new LeaseFile(folder.resolve("none")).leases()).isEmpty();
        assertThatThrownBy(() -> new LeaseFile(folder).leases())
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(folder.toString());
    }

    @Test
    void noBytesMakeItFail() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] written = WRITTEN.getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 500; round++) {
            byte[] bytes = written.clone();
            for (int change = random.nextInt(8); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            Path file = Files.write(folder.resolve("leases"), bytes);
            assertThat(new LeaseFile(file).leases())
                    .as("seed %d round %d", seed, round)
                    .hasSizeLessThanOrEqualTo(10);
        }
    }

    private LeaseFile file(String text) throws IOException {
        return new LeaseFile(Files.writeString(folder.resolve("leases"), text));
    }

    private static InetAddress address(String literal) {
        return InetAddress.ofLiteral(literal);
    }
}
