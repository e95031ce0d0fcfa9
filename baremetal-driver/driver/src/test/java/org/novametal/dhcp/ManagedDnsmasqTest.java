package org.novametal.dhcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.step.network.DhcpFiles;

/** The supervised dnsmasq, asked by real DHCP clients. */
@Tag("peers")
class ManagedDnsmasqTest {
    private static final UUID FIRST = UUID.fromString("11111111-1111-1111-1111-111111111111");
    private static final UUID SECOND = UUID.fromString("22222222-2222-2222-2222-222222222222");
    private static final String IPXE = " -x 0xaf:00";
    private static final String ARCH = "-x 0x5d:";

    @TempDir
    Path folder;

    private DhcpLab lab;

    @BeforeEach
    void startLab() throws Exception {
        lab = new DhcpLab(folder);
    }

    @AfterEach
    void endLab() throws Exception {
        lab.close();
    }

    static ManagedDnsmasqOptions options(Path folder) {
        return new ManagedDnsmasqOptions(
                "lan0",
                "10.99.0.50,10.99.0.60",
                Duration.ofHours(1),
                Optional.of("10.99.0.1"),
                List.of("10.99.0.2"),
                Optional.of("fd00:99::"),
                folder,
                folder.resolve("dnsmasq.leases"),
                Duration.ofSeconds(20));
    }

    private ManagedDnsmasq start() throws Exception {
        return ManagedDnsmasq.start(folder, options(folder), lab.inside("dnsmasq"), InstantSource.system());
    }

    private long pid() throws Exception {
        return Long.parseLong(Files.readString(folder.resolve("dnsmasq.pid")).strip());
    }

    @Test
    void anAddressIsUsedByOneMachineAfterTheOtherFiveTimes() throws Exception {
        try (ManagedDnsmasq dnsmasq = start()) {
            DhcpFiles files = new DhcpFiles(folder, dnsmasq, new LeaseFile(folder.resolve("dnsmasq.leases")));
            for (int i = 0; i < 5; i++) {
                int machine = 1 + i % 2;
                UUID node = machine == 1 ? FIRST : SECOND;
                String mac = DhcpLab.MACS.get(machine - 1);
                files.write(node, List.of(mac), List.of("10.99.0.77"), "web" + i, Optional.empty());

                assertThat(lab.ask(machine)).contains("ip=10.99.0.77 hostname=web" + i + " ");

                // The machine is off now: it neither releases its lease nor asks for another one.
                files.remove(node);
            }
        }
    }

    @Test
    void firmwareGetsTheProgramOfItsKindAndIpxeGetsTheScript() throws Exception {
        try (ManagedDnsmasq dnsmasq = start()) {
            DhcpFiles files = new DhcpFiles(folder, dnsmasq, new LeaseFile(folder.resolve("dnsmasq.leases")));
            files.write(
                    FIRST,
                    List.of(DhcpLab.MACS.get(0)),
                    List.of(),
                    "deploy",
                    Optional.of(URI.create("http://10.99.0.1:8080/boot.ipxe")));

            assertThat(lab.ask(1, ARCH + "0000")).contains("bootfile=undionly.kpxe ");
            assertThat(lab.ask(1, ARCH + "0007")).contains("bootfile=snponly.efi ");
            assertThat(lab.ask(1, ARCH + "0009")).contains("bootfile=snponly.efi ");
            assertThat(lab.ask(1, ARCH + "0007" + IPXE)).contains("bootfile=http://10.99.0.1:8080/boot.ipxe ");
            assertThat(lab.ask(1, IPXE)).contains("bootfile=http://10.99.0.1:8080/boot.ipxe ");
            assertThat(lab.ask(2)).as("a machine that is not a node").isEqualTo("no answer");
        }
    }

    @Test
    void aKilledDnsmasqIsStartedAgainAndKeepsItsLeases() throws Exception {
        try (ManagedDnsmasq dnsmasq = start()) {
            DhcpFiles files = new DhcpFiles(folder, dnsmasq, new LeaseFile(folder.resolve("dnsmasq.leases")));
            files.write(FIRST, List.of(DhcpLab.MACS.get(0)), List.of(), "deploy", Optional.empty());
            String before = lab.ask(1);
            for (int i = 0; i < 3; i++) {
                long former = pid();
                ProcessHandle.of(former).orElseThrow().destroyForcibly();
                awaitOther(former);
            }

            assertThat(lab.ask(1)).isEqualTo(before);
            files.write(FIRST, List.of(DhcpLab.MACS.get(0)), List.of("10.99.0.78"), "web", Optional.empty());
            assertThat(lab.ask(1)).contains("ip=10.99.0.78 hostname=web ");
        }
    }

    /** Reads on to that line; lines of the log may come before it. */
    private static void awaitLine(BufferedReader lines, String wanted) throws Exception {
        String line = String.valueOf(lines.readLine());
        while (!line.equals(wanted)) {
            assertThat(line).isNotEqualTo("null");
            line = String.valueOf(lines.readLine());
        }
    }

    private void awaitOther(long former) throws Exception {
        for (int i = 0; i < 1000; i++) {
            Optional<ProcessHandle> now = PidFileSignal.dnsmasqOf(folder.resolve("dnsmasq.pid"));
            if (now.filter(process -> process.pid() != former).isPresent()) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        throw new AssertionError("dnsmasq was not started again");
    }

    @Test
    void theAddressOfARunningMachineIsNotTakenFromIt() throws Exception {
        try (ManagedDnsmasq dnsmasq = start()) {
            DhcpFiles files = new DhcpFiles(folder, dnsmasq, new LeaseFile(folder.resolve("dnsmasq.leases")));
            files.write(FIRST, List.of(DhcpLab.MACS.get(0)), List.of(), "deploy", Optional.empty());
            String answer = lab.ask(1);
            String address = answer.substring("ip=".length(), answer.indexOf(' '));

            assertThatExceptionOfType(DhcpException.class)
                    .isThrownBy(() -> files.write(
                            SECOND, List.of(DhcpLab.MACS.get(1)), List.of(address), "web", Optional.empty()))
                    .withMessageContaining(address + " is leased to " + DhcpLab.MACS.get(0));
        }
    }

    @Test
    void closingEndsIt() throws Exception {
        long pid;
        try (ManagedDnsmasq dnsmasq = start()) {
            pid = pid();
            assertThat(dnsmasq.reload()).isEmpty();
        }

        assertThat(ProcessHandle.of(pid)).isEmpty();
    }

    @Test
    void anInterfaceThatDoesNotExistIsAnErrorInWords() {
        ManagedDnsmasqOptions given = options(folder);
        ManagedDnsmasqOptions wrong = new ManagedDnsmasqOptions(
                "eth9",
                given.range(),
                given.leaseTime(),
                given.router(),
                given.dnsServers(),
                given.raPrefix(),
                given.tftpRoot(),
                given.leaseFile(),
                given.limit());

        assertThatExceptionOfType(DhcpException.class)
                .isThrownBy(() -> ManagedDnsmasq.start(folder, wrong, lab.inside("dnsmasq"), InstantSource.system()))
                .withMessageContaining("unknown interface eth9");
    }

    @Test
    void aProgramThatIsNotInstalledIsAnErrorInWords() {
        assertThatExceptionOfType(DhcpException.class)
                .isThrownBy(() -> ManagedDnsmasq.start(
                        folder, options(folder), List.of("no-such-dnsmasq"), InstantSource.system()))
                .withMessageContaining("dnsmasq-base");
    }

    @Test
    void itEndsWhenThisProgramIsKilledAndTheNextProgramStartsIt() throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                ManagedDnsmasqProcess.class.getName(),
                folder.toString()));
        command.addAll(lab.inside("dnsmasq"));
        Process program = new ProcessBuilder(command)
                .redirectError(folder.resolve("program.log").toFile())
                .start();
        try (BufferedReader lines = program.inputReader()) {
            awaitLine(lines, "ready");
            ProcessHandle dnsmasq = ProcessHandle.of(pid()).orElseThrow();

            program.destroyForcibly();

            dnsmasq.onExit().get(30, TimeUnit.SECONDS);
        } finally {
            program.destroyForcibly();
        }
        try (ManagedDnsmasq next = start()) {
            assertThat(next.reload()).isEmpty();
        }
    }
}
