package org.novametal.baremetal.step.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.novametal.dhcp.DhcpException;
import org.novametal.dhcp.DhcpServer;
import org.novametal.dhcp.LeaseFile;
import org.novametal.fake.FakeDhcp;

class DhcpFilesTest {
    private static final UUID NODE = UUID.fromString("11111111-2222-3333-4444-555555555555");
    private static final UUID OTHER = UUID.fromString("11111111-2222-3333-4444-666666666666");
    private static final String MAC = "52:54:00:00:00:01";
    private static final String SECOND = "52:54:00:00:00:02";
    private static final Optional<URI> BOOT = Optional.of(URI.create("http://10.0.0.1:8080/boot.ipxe"));

    @TempDir
    Path folder;

    private String hosts(UUID node) throws Exception {
        return Files.readString(folder.resolve("hosts").resolve(node.toString()));
    }

    private String bootFile() throws Exception {
        return Files.readString(folder.resolve("opts/nova-metal"));
    }

    private LeaseFile noLeases() {
        return new LeaseFile(folder.resolve("dnsmasq.leases"));
    }

    @Test
    void theLeasesThatAMachineHadBeforeStandAboveItsEntry() throws Exception {
        Files.writeString(
                folder.resolve("dnsmasq.leases"),
                "1785489120 52:54:00:00:00:01 10.0.0.57 * *\n1785489121 52:54:00:00:00:09 10.0.0.58 * *\n");
        DhcpFiles files = new DhcpFiles(folder);
        files.write(NODE, List.of(MAC), List.of("10.0.0.7"), "web1", Optional.empty());

        assertThat(hosts(NODE))
                .isEqualTo("# before 1785489120 52:54:00:00:00:01 10.0.0.57\n" + MAC + ",10.0.0.7,web1.\n");
        assertThat(files.entries())
                .containsExactly(new DhcpFiles.Entry(
                        NODE,
                        MAC,
                        InetAddress.ofLiteral("10.0.0.7"),
                        Set.of(new DhcpFiles.KnownLease(MAC, InetAddress.ofLiteral("10.0.0.57"), 1_785_489_120L))));
        // The address of the former lease is free for others.
        files.write(OTHER, List.of(SECOND), List.of("10.0.0.57"), "web2", Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"hosts/former", "hosts/racks-of-another-program", "opts/nova-metal"})
    void aFileThatIsNotTextStopsNeitherADeploymentNorADeletion(String name) throws Exception {
        DhcpFiles files = new DhcpFiles(folder);
        files.write(OTHER, List.of(SECOND), List.of("10.0.0.8"), "web2", BOOT);
        Files.write(folder.resolve(name), new byte[] {'#', ' ', 'B', (byte) 0xFC, 'r', 'o', '\n'});

        files.write(NODE, List.of(MAC), List.of("10.0.0.7"), "web1", BOOT);
        assertThat(hosts(NODE)).isEqualTo(MAC + ",10.0.0.7,web1.\n");
        files.remove(NODE);
        assertThat(folder.resolve("hosts")).isDirectoryNotContaining(file -> file.endsWith(NODE.toString()));
    }

    @Test
    void anEntryBesideWordsThatAreNotTextStillHoldsItsAddress() throws Exception {
        DhcpFiles files = new DhcpFiles(folder);
        files.write(OTHER, List.of(SECOND), List.of("10.0.0.8"), "web2", BOOT);
        Files.write(
                folder.resolve("hosts/printers"),
                "# B\u00fcro\n52:54:00:00:00:77,10.0.0.7,printer\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> files.write(NODE, List.of(MAC), List.of("10.0.0.7"), "web1", BOOT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("printers");
    }

    @Test
    void aFolderThatCannotBeWrittenIsReportedWithTheReason() throws Exception {
        Files.createDirectories(folder.resolve("hosts").resolve(NODE.toString()).resolve("in-the-way"));

        assertThatThrownBy(() -> new DhcpFiles(folder).write(NODE, List.of(MAC), List.of(), "web1", Optional.empty()))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(NODE.toString())
                .hasMessageContaining("Is a directory");
    }

    @Test
    void entriesThatAreLostEmptyOrDamagedAreWrittenAgain() throws Exception {
        AtomicInteger reloads = new AtomicInteger();
        DhcpFiles files = counting(reloads);
        HostEntry wanted = new HostEntry(List.of(MAC, SECOND), List.of("10.0.0.7"), "web1");
        String right = MAC + ",10.0.0.7,web1.\n" + SECOND + "\n";
        Files.createDirectories(folder.resolve("hosts"));
        Path file = folder.resolve("hosts").resolve(NODE.toString());
        for (String damaged : List.of("", MAC + ",10.0.0.7,we", right.replace('7', '3'), "\u0000\u0000\u0000")) {
            Files.writeString(file, damaged);

            assertThat(files.restore(Map.of(NODE, wanted))).containsExactly(NODE);
            assertThat(file).hasContent(right);
        }
        Files.delete(file);
        assertThat(files.restore(Map.of(NODE, wanted))).containsExactly(NODE);
        assertThat(file).hasContent(right);
        assertThat(reloads).hasValue(5);
    }

    @Test
    void entriesThatAreAsTheyMustBeAreLeftAlone() throws Exception {
        AtomicInteger reloads = new AtomicInteger();
        DhcpFiles files = counting(reloads);
        Files.writeString(folder.resolve("dnsmasq.leases"), "1785489120 52:54:00:00:00:01 10.0.0.57 * *\n");
        files.write(NODE, List.of(MAC), List.of("10.0.0.7"), "web1", BOOT);
        String before = hosts(NODE);

        assertThat(files.restore(Map.of(NODE, new HostEntry(List.of(MAC), List.of("10.0.0.7"), "web1"))))
                .isEmpty();
        assertThat(hosts(NODE)).isEqualTo(before);
        assertThat(reloads).hasValue(1);
    }

    @Test
    void aLostEntryWhoseAddressAnotherNodeHasMeanwhileDoesNotStopTheOthers() throws Exception {
        DhcpFiles files = new DhcpFiles(folder);
        UUID third = UUID.randomUUID();
        files.write(OTHER, List.of(SECOND), List.of("10.0.0.7"), "web2", BOOT);

        assertThat(files.restore(Map.of(
                        NODE, new HostEntry(List.of(MAC), List.of("10.0.0.7"), "web1"),
                        third, new HostEntry(List.of("52:54:00:00:00:03"), List.of("10.0.0.9"), "web3"))))
                .containsExactly(third);
        assertThat(folder.resolve("hosts")).isDirectoryNotContaining(file -> file.endsWith(NODE.toString()));
    }

    private DhcpFiles counting(AtomicInteger reloads) {
        return new DhcpFiles(
                folder,
                () -> {
                    reloads.incrementAndGet();
                    return Map.of();
                },
                noLeases());
    }

    @Test
    void theAddressOfADeletedInstanceIsGivenToNobodyWhileItIsLeased() throws Exception {
        DhcpFiles files = new DhcpFiles(folder);
        files.write(NODE, List.of(MAC), List.of("10.0.0.7"), "web1", Optional.empty());
        Path leases =
                Files.writeString(folder.resolve("dnsmasq.leases"), "1785489120 52:54:00:00:00:01 10.0.0.7 web1 *\n");
        files.remove(NODE);
        files.write(NODE, List.of(MAC), List.of(), "clean", BOOT);

        assertThat(folder.resolve("hosts/former")).hasContent("02:00:00:00:00:00,10.0.0.7");

        Files.writeString(leases, "1785489120 52:54:00:00:00:01 10.0.0.57 clean *\n");
        files.remove(NODE);

        assertThat(folder.resolve("hosts/former")).isEmptyFile();
    }

    @Test
    void theAddressOfADeletedInstanceIsFreeForTheNextInstance() throws Exception {
        DhcpFiles files = new DhcpFiles(folder);
        files.write(NODE, List.of(MAC), List.of("10.0.0.7"), "web1", Optional.empty());
        Files.writeString(folder.resolve("dnsmasq.leases"), "1785489120 52:54:00:00:00:01 10.0.0.7 web1 *\n");
        files.remove(NODE);
        files.write(OTHER, List.of(SECOND), List.of("10.0.0.7"), "web2", Optional.empty());

        assertThat(folder.resolve("hosts/former")).isEmptyFile();
        assertThat(hosts(OTHER)).contains("10.0.0.7");
    }

    @Test
    void aNodeHasOneLineForEachPortWithoutTags() throws Exception {
        new DhcpFiles(folder).write(NODE, List.of(MAC, SECOND), List.of("10.0.0.7"), "web1", BOOT);

        assertThat(hosts(NODE)).isEqualTo(MAC + ",10.0.0.7,web1.\n" + SECOND + "\n");
        assertThat(bootFile()).isEqualTo("option:bootfile-name,http://10.0.0.1:8080/boot.ipxe\n");
        assertThat(folder.resolve("opts")).isDirectoryContaining(file -> file.endsWith("nova-metal"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ignore", "infinite", "3600", "12h", "1w", "7D", "0", "45m", "id", "set", "tag", "net", "IGNORE"
            })
    void aHostNameThatIsAKeywordOfDnsmasqStaysAName(String name) throws Exception {
        new DhcpFiles(folder).write(NODE, List.of(MAC), List.of("127.0.0.7"), name, Optional.empty());

        FakeDhcp.Lease lease = new FakeDhcp(folder).ask(MAC).orElseThrow();
        assertThat(lease.hostname()).hasValue(name.toLowerCase(Locale.ROOT));
        assertThat(lease.address().getHostAddress()).isEqualTo("127.0.0.7");
    }

    @Test
    void theBootFileIsTheSameForAllAndIsWrittenOnlyWhenItChanges() throws Exception {
        DhcpFiles files = new DhcpFiles(folder);
        files.write(NODE, List.of(MAC), List.of(), "a", BOOT);
        Object first = Files.getAttribute(folder.resolve("opts/nova-metal"), "unix:ino");
        files.write(OTHER, List.of(SECOND), List.of(), "b", BOOT);
        files.write(NODE, List.of(MAC), List.of("10.0.0.7"), "web1", Optional.empty());
        files.remove(OTHER);

        assertThat(Files.getAttribute(folder.resolve("opts/nova-metal"), "unix:ino"))
                .isEqualTo(first);

        files.write(NODE, List.of(MAC), List.of(), "a", Optional.of(URI.create("http://10.0.0.2/boot.ipxe")));

        assertThat(bootFile()).isEqualTo("option:bootfile-name,http://10.0.0.2/boot.ipxe\n");
    }

    @Test
    void theOptionsFileOfAFormerProgramIsRemovedWithTheNode() throws Exception {
        Files.createDirectories(folder.resolve("opts"));
        Path former =
                Files.writeString(folder.resolve("opts").resolve(NODE.toString()), "tag:x,option:bootfile-name,y\n");

        new DhcpFiles(folder).remove(NODE);

        assertThat(former).doesNotExist();
    }

    @Test
    void anAddressOfAnotherNodeIsRefusedBeforeAnythingIsWritten() throws Exception {
        DhcpFiles files = new DhcpFiles(folder);
        files.write(OTHER, List.of(SECOND), List.of("10.0.0.7"), "web1", Optional.empty());

        assertThatThrownBy(() -> files.write(NODE, List.of(MAC), List.of("10.0.0.7"), "web2", Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10.0.0.7")
                .hasMessageContaining(OTHER.toString());
        assertThat(folder.resolve("hosts").resolve(NODE.toString())).doesNotExist();

        files.remove(OTHER);
        files.write(NODE, List.of(MAC), List.of("10.0.0.7"), "web2", Optional.empty());
        assertThat(hosts(NODE)).contains("10.0.0.7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"999.1.1.1", "10.0.0", "fd00::1", "10.0.0.7,ignore", "10.0.0.7\nx", "", "web1"})
    void whatIsNoAddressIsRefused(String address) {
        assertThatThrownBy(() ->
                        new DhcpFiles(folder).write(NODE, List.of(MAC), List.of(address), "web1", Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("IPv4 address");
        assertThat(folder.resolve("hosts")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.b", "a,ignore", "-a", "a\nb", "", "a b", "ignore."})
    void whatIsNoHostNameIsRefused(String name) {
        assertThatThrownBy(() -> new DhcpFiles(folder).write(NODE, List.of(MAC), List.of(), name, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("host name")
                .hasMessageNotContaining("\n");
    }

    @Test
    void theServerReadsEachChangeAndRemoval() throws Exception {
        AtomicInteger reloads = new AtomicInteger();
        DhcpFiles files = new DhcpFiles(
                folder,
                () -> {
                    reloads.incrementAndGet();
                    return Map.of();
                },
                noLeases());

        files.write(NODE, List.of(MAC), List.of(), "a", BOOT);
        files.remove(NODE);
        // A removal that a crash cut short is reported by the next one.
        files.remove(NODE);

        assertThat(reloads).hasValue(3);
    }

    @Test
    void anEntryThatTheServerRefusesIsAnError() {
        DhcpServer refusing = () -> Map.of(NODE.toString(), "duplicate dhcp-host IP address 10.0.0.7");

        assertThatExceptionOfType(DhcpException.class)
                .isThrownBy(() -> new DhcpFiles(folder, refusing, noLeases())
                        .write(NODE, List.of(MAC), List.of("10.0.0.7"), "web1", Optional.empty()))
                .withMessageContaining("duplicate dhcp-host IP address 10.0.0.7");
    }

    @Test
    void aRefusedEntryOfAnotherNodeDoesNotConcernThisOne() throws Exception {
        DhcpServer refusing = () -> Map.of(OTHER.toString(), "duplicate dhcp-host IP address 10.0.0.8");

        new DhcpFiles(folder, refusing, noLeases())
                .write(NODE, List.of(MAC), List.of("10.0.0.7"), "web1", Optional.empty());

        assertThat(hosts(NODE)).contains("10.0.0.7");
    }
}
