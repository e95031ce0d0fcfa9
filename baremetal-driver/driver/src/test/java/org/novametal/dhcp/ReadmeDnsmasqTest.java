package org.novametal.dhcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.step.network.DhcpFiles;

/** The configuration of dnsmasq that the README prints, as it stands there, asked by real DHCP clients. */
@Tag("peers")
class ReadmeDnsmasqTest {
    private static final UUID FIRST = UUID.fromString("11111111-1111-1111-1111-111111111111");
    private static final UUID SECOND = UUID.fromString("22222222-2222-2222-2222-222222222222");
    private static final String FIRST_MAC = DhcpLab.MACS.get(0);
    private static final String SECOND_MAC = DhcpLab.MACS.get(1);
    private static final Optional<URI> BOOT = Optional.of(URI.create("http://10.99.0.1:8080/boot.ipxe"));

    @TempDir
    Path folder;

    private DhcpLab lab;
    private DhcpFiles files;

    @BeforeEach
    void startDnsmasq() throws Exception {
        Files.createDirectories(folder.resolve("hosts"));
        Files.createDirectories(folder.resolve("opts"));
        lab = new DhcpLab(folder);
        lab.startDnsmasq(Files.writeString(folder.resolve("readme.conf"), configuration()));
        files = new DhcpFiles(folder);
    }

    @AfterEach
    void endDnsmasq() throws Exception {
        lab.endDnsmasq();
        lab.close();
    }

    /** The README's lines, with the lab's interface, addresses and folders. */
    private String configuration() throws Exception {
        String readme = Files.readString(Path.of("README.md"));
        List<String> lines = readme.substring(readme.indexOf("    interface=eth1\n"))
                .lines()
                .takeWhile(line -> line.startsWith("    "))
                .map(String::strip)
                .toList();
        assertThat(lines).hasSizeGreaterThan(15);
        return String.join("\n", lines)
                        .replace("interface=eth1", "interface=lan0")
                        .replace("10.0.0.", "10.99.0.")
                        .replace("fd00:77:", "fd00:99:")
                        .replace("/usr/lib/ipxe", folder.toString())
                        .replace("/var/lib/nova-metal/dhcp", folder.toString())
                + "\n";
    }

    @Test
    void anAddressIsUsedAgainByTheSameAndByAnotherMachineFiveTimes() throws Exception {
        for (int i = 0; i < 5; i++) {
            // As in the life of instances: deploy, run, delete, clean; the address then goes to the other machine.
            files.write(FIRST, List.of(FIRST_MAC), List.of(), "deploy-a", BOOT);
            assertThat(lab.ask(1)).contains("hostname=deploy-a ").doesNotContain("10.99.0.77");
            files.write(FIRST, List.of(FIRST_MAC), List.of("10.99.0.77"), "web" + i, Optional.empty());
            assertThat(lab.ask(1)).contains("ip=10.99.0.77 hostname=web" + i + " ");
            files.remove(FIRST);
            files.write(FIRST, List.of(FIRST_MAC), List.of(), "clean-a", BOOT);
            assertThat(lab.ask(1)).contains("hostname=clean-a ").doesNotContain("10.99.0.77");
            files.remove(FIRST);

            files.write(SECOND, List.of(SECOND_MAC), List.of("10.99.0.77"), "db" + i, Optional.empty());
            assertThat(lab.ask(2)).contains("ip=10.99.0.77 hostname=db" + i + " ");
            files.remove(SECOND);
            files.write(SECOND, List.of(SECOND_MAC), List.of(), "clean-b", BOOT);
            assertThat(lab.ask(2)).doesNotContain("10.99.0.77");
            files.remove(SECOND);
        }
    }

    @Test
    void anAddressThatADeadMachineStillHasLeasedIsAnErrorThatNamesTheLease() throws Exception {
        files.write(FIRST, List.of(FIRST_MAC), List.of("10.99.0.77"), "web", Optional.empty());
        assertThat(lab.ask(1)).contains("ip=10.99.0.77 ");
        files.remove(FIRST);

        assertThatExceptionOfType(DhcpException.class)
                .isThrownBy(
                        () -> files.write(SECOND, List.of(SECOND_MAC), List.of("10.99.0.77"), "db", Optional.empty()))
                .withMessageContaining("10.99.0.77 is leased to " + FIRST_MAC);
    }

    @Test
    void machinesGetTheHostNamesThatDnsmasqReadsAsKeywords() throws Exception {
        List<String> names = List.of(
                "ignore",
                "infinite",
                "3600",
                "12h",
                "1W",
                "7d",
                "45m",
                "10s",
                "0",
                "id",
                "set",
                "tag",
                "net",
                "IGNORE",
                "XN--A",
                "1h2",
                "h");
        for (String name : names) {
            files.write(FIRST, List.of(FIRST_MAC), List.of("10.99.0.77"), name, Optional.empty());

            assertThat(lab.ask(1))
                    .as(name)
                    .contains("ip=10.99.0.77 hostname=" + name.toLowerCase(Locale.ROOT) + " ")
                    .contains("lease=3600 ");
        }
    }

    @Test
    void firmwareGetsTheProgramOfItsKindAndIpxeGetsTheScript() throws Exception {
        files.write(FIRST, List.of(FIRST_MAC), List.of(), "deploy", BOOT);

        assertThat(lab.ask(1, "-x 0x5d:0000")).contains("bootfile=undionly.kpxe ");
        assertThat(lab.ask(1, "-x 0x5d:0007")).contains("bootfile=snponly.efi ");
        assertThat(lab.ask(1, "-x 0x5d:0009")).contains("bootfile=snponly.efi ");
        assertThat(lab.ask(1, "-x 0x5d:0007 -x 0xaf:00")).contains("bootfile=http://10.99.0.1:8080/boot.ipxe ");
    }

    @Test
    void aMachineWithAnotherClientIdKeepsItsOneLease() throws Exception {
        files.write(FIRST, List.of(FIRST_MAC), List.of("10.99.0.77"), "web", Optional.empty());
        assertThat(lab.ask(1, "-x 0x3d:ff00010203")).contains("ip=10.99.0.77 ");
        files.remove(FIRST);
        files.write(FIRST, List.of(FIRST_MAC), List.of(), "clean", BOOT);
        assertThat(lab.ask(1)).doesNotContain("10.99.0.77");

        assertThat(new LeaseFile(folder.resolve("dnsmasq.leases")).addressesOf(FIRST_MAC, Instant.now()))
                .hasSize(1);
    }

    @Test
    void aDnsmasqThatWasKilledIsAnErrorInWords() throws Exception {
        files.write(FIRST, List.of(FIRST_MAC), List.of(), "deploy", BOOT);
        lab.endDnsmasq();
        try {
            assertThatExceptionOfType(DhcpException.class)
                    .isThrownBy(() -> files.remove(FIRST))
                    .withMessageContaining("dnsmasq does not run");
        } finally {
            lab.startDnsmasq(folder.resolve("readme.conf"));
        }
    }

    @Test
    void aReloadCommandIsRunAndProvedByTheLog() throws Exception {
        DhcpServer server = DnsmasqReload.of(
                folder,
                new DnsmasqReloadOptions(
                        Optional.empty(),
                        Optional.of("kill -HUP $(cat " + folder.resolve("dnsmasq.pid") + ")"),
                        Optional.of(folder.resolve("dnsmasq.log")),
                        Optional.empty(),
                        Duration.ofSeconds(20)),
                InstantSource.system());
        DhcpFiles commanded = new DhcpFiles(folder, server, new LeaseFile(folder.resolve("dnsmasq.leases")));
        commanded.write(FIRST, List.of(FIRST_MAC), List.of("10.99.0.77"), "web", Optional.empty());

        assertThat(lab.ask(1)).contains("ip=10.99.0.77 hostname=web ");
    }

    @Test
    void aReloadCommandThatFailsIsAnErrorWithItsOutput() {
        DhcpServer server = DnsmasqReload.of(
                folder,
                new DnsmasqReloadOptions(
                        Optional.empty(),
                        Optional.of("echo no such unit; exit 5"),
                        Optional.empty(),
                        Optional.empty(),
                        Duration.ofSeconds(20)),
                InstantSource.system());

        assertThatExceptionOfType(DhcpException.class)
                .isThrownBy(server::reload)
                .withMessageContaining("exited with 5: no such unit");
    }
}
