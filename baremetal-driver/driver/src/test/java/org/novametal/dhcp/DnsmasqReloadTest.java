package org.novametal.dhcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DnsmasqReloadTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_785_000_000);

    @TempDir
    Path folder;

    private final LogBuffer log = new LogBuffer();

    @BeforeEach
    void writeFiles() throws Exception {
        Files.createDirectories(folder.resolve("hosts"));
        Files.createDirectories(folder.resolve("opts"));
        Files.writeString(folder.resolve("hosts/node-1"), "52:54:00:00:00:01,10.0.0.7,web1.\n");
        Files.writeString(folder.resolve("opts/nova-metal"), "option:bootfile-name,http://10.0.0.1/boot.ipxe\n");
    }

    /** A dnsmasq: at each signal it logs the next of some lists of lines, the last one for ever. */
    private class ScriptedDnsmasq implements DnsmasqSignal {
        private final Deque<List<String>> answers = new ArrayDeque<>();
        private int signals;
        private boolean ended;

        ScriptedDnsmasq(List<List<String>> answers) {
            this.answers.addAll(answers);
        }

        @Override
        public synchronized void send() {
            signals++;
            List<String> next = answers.size() > 1 ? answers.removeFirst() : answers.getFirst();
            next.forEach(log::add);
        }

        @Override
        public synchronized void requireRunning() {
            if (ended) {
                throw new DhcpException("dnsmasq ended");
            }
        }
    }

    private List<String> everythingRead(String... more) {
        List<String> lines = new ArrayList<>(List.of(
                "dnsmasq-dhcp: read " + folder + "/opts/nova-metal", "dnsmasq-dhcp: read " + folder + "/hosts/node-1"));
        lines.addAll(List.of(more));
        return lines;
    }

    private DnsmasqReload over(DnsmasqSignal signal, Duration limit) {
        return new DnsmasqReload(
                folder,
                new LeaseFile(folder.resolve("dnsmasq.leases")),
                InstantSource.fixed(NOW),
                () -> Optional.of(signal),
                () -> Optional.of(log),
                limit);
    }

    @Test
    void itReturnsWhenTheLogNamesEachFile() throws Exception {
        ScriptedDnsmasq dnsmasq = new ScriptedDnsmasq(List.of(everythingRead()));

        assertThat(over(dnsmasq, Duration.ofSeconds(30)).reload()).isEmpty();
        assertThat(dnsmasq.signals).isEqualTo(1);
    }

    @Test
    void aDnsmasqThatDoesNotReadTheFolderIsAnErrorThatNamesTheFolder() {
        ScriptedDnsmasq dnsmasq = new ScriptedDnsmasq(List.of(List.of("dnsmasq-dhcp: read /elsewhere/nova-metal")));

        assertThatExceptionOfType(DhcpException.class)
                .isThrownBy(() -> over(dnsmasq, Duration.ofMillis(50)).reload())
                .withMessageContaining(folder.toString())
                .withMessageContaining("node-1")
                .withMessageContaining("dhcp-hostsdir");
    }

    @Test
    void aDnsmasqThatEndsAtTheSignalIsAnError() {
        ScriptedDnsmasq dnsmasq = new ScriptedDnsmasq(List.of(List.of()));
        dnsmasq.ended = true;

        assertThatExceptionOfType(DhcpException.class)
                .isThrownBy(() -> over(dnsmasq, Duration.ofSeconds(30)).reload())
                .withMessageContaining("ended");
    }

    @Test
    void anEntryThatEachReadingRefusesIsReturned() throws Exception {
        String refusal = "dnsmasq: duplicate dhcp-host IP address 10.0.0.7 at line 1 of " + folder + "/hosts/node-1";
        ScriptedDnsmasq dnsmasq = new ScriptedDnsmasq(List.of(everythingRead(refusal)));

        assertThat(over(dnsmasq, Duration.ofSeconds(30)).reload())
                .containsOnlyKeys("node-1")
                .hasEntrySatisfying(
                        "node-1", why -> assertThat(why).contains("duplicate dhcp-host IP address 10.0.0.7"));
        assertThat(dnsmasq.signals).isEqualTo(3);
    }

    @Test
    void aRefusalThatTheNextReadingDoesNotRepeatDoesNotCount() throws Exception {
        String refusal = "dnsmasq: duplicate dhcp-host IP address 10.0.0.7 at line 1 of " + folder + "/hosts/node-1";
        ScriptedDnsmasq dnsmasq = new ScriptedDnsmasq(List.of(everythingRead(refusal), everythingRead()));

        assertThat(over(dnsmasq, Duration.ofSeconds(30)).reload()).isEmpty();
        assertThat(dnsmasq.signals).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dnsmasq-dhcp[7]: 1804289383 vendor class: no such address at line 1 of ",
                "Nov 30 12:00:00 dnsmasq-dhcp[7]: 1804289383 vendor class: dnsmasq: bad address at line 1 of ",
                "dnsmasq-dhcp[7]: 1804289383 client provides name: bad hex constant at line 1 of ",
                "dnsmasq-dhcp: DHCPDECLINE(lan0) 10.0.0.9 52:54:00:00:00:66 duplicate address at line 1 of ",
                "dnsmasq-tftp[7]: file bad name at line 1 of ",
                "dnsmasq-dhcp: not giving name x at line 1 of ",
                "bad dhcp-host at line 1 of "
            })
    void theWordsOfAMachineOnTheNetworkAreNoRefusal(String said) throws Exception {
        ScriptedDnsmasq dnsmasq = new ScriptedDnsmasq(List.of(everythingRead(said + folder + "/hosts/node-1")));

        assertThat(over(dnsmasq, Duration.ofSeconds(30)).reload()).isEmpty();
        assertThat(dnsmasq.signals).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dnsmasq-dhcp[7]: 1804289383 vendor class: read ",
                "dnsmasq-dhcp[7]: 1804289383 client provides name: x",
                "dnsmasq-dhcp: DHCPDECLINE(lan0) 10.0.0.9 52:54:00:00:00:66 read ",
                "dnsmasq-tftp[7]: file read ",
                "read ",
                ""
            })
    void theWordsOfAMachineOnTheNetworkAreNoProofOfAReading(String said) {
        ScriptedDnsmasq dnsmasq = new ScriptedDnsmasq(
                List.of(List.of("dnsmasq-dhcp: read " + folder + "/opts/nova-metal", said + folder + "/hosts/node-1")));

        assertThatExceptionOfType(DhcpException.class)
                .isThrownBy(() -> over(dnsmasq, Duration.ofMillis(50)).reload())
                .withMessageContaining("node-1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Nov 30 12:00:00 dnsmasq-dhcp[7]: read %s",
                "2026-11-30T12:00:00.1+01:00 dnsmasq dnsmasq-dhcp[7]: read %s",
                "dnsmasq-dhcp[7]: %s gelesen",
                "dnsmasq-dhcp[7]: Lecture de %s",
                "dnsmasq-dhcp[7]: przeczytałem %s",
                "dnsmasq-dhcp[7]: %s წავიკითხე"
            })
    void aReadingIsProvedInSyslogAndInEveryLanguageOfDnsmasq(String line) throws Exception {
        ScriptedDnsmasq dnsmasq = new ScriptedDnsmasq(List.of(List.of(
                String.format(line, folder + "/opts/nova-metal"), String.format(line, folder + "/hosts/node-1"))));

        assertThat(over(dnsmasq, Duration.ofSeconds(30)).reload()).isEmpty();
    }

    @Test
    void aLogThatIsNeverSilentDoesNotDelayTheProof() throws Exception {
        DnsmasqLog flooded = new DnsmasqLog() {
            @Override
            public long end() {
                return log.end();
            }

            @Override
            public Part since(long position) {
                log.add("dnsmasq-dhcp: DHCPDISCOVER(lan0) 52:54:00:00:00:66 no address available");
                return log.since(position);
            }
        };
        DnsmasqReload reload = new DnsmasqReload(
                folder,
                new LeaseFile(folder.resolve("dnsmasq.leases")),
                InstantSource.fixed(NOW),
                () -> Optional.of(new ScriptedDnsmasq(List.of(everythingRead()))),
                () -> Optional.of(flooded),
                Duration.ofSeconds(2));

        assertThat(reload.reload()).isEmpty();
    }

    @Test
    void aLeaseOfAnotherMachineIsAnObstacle() throws Exception {
        long later = NOW.plusSeconds(60).getEpochSecond();
        Files.writeString(folder.resolve("dnsmasq.leases"), later + " 52:54:00:00:00:09 10.0.0.7 old 01:52\n");

        assertThat(over(new ScriptedDnsmasq(List.of(everythingRead())), Duration.ofSeconds(30))
                        .reload())
                .hasEntrySatisfying(
                        "node-1", why -> assertThat(why).contains("10.0.0.7 is leased to 52:54:00:00:00:09"));
    }

    @Test
    void aFileThatIsNotTextDoesNotHideTheLeasesOfOthers() throws Exception {
        Files.write(folder.resolve("hosts/foreign"), new byte[] {'#', ' ', (byte) 0xFC, '\n'});
        long later = NOW.plusSeconds(60).getEpochSecond();
        Files.writeString(folder.resolve("dnsmasq.leases"), later + " 52:54:00:00:00:09 10.0.0.7 old 01:52\n");

        assertThat(over(
                                new ScriptedDnsmasq(
                                        List.of(everythingRead("dnsmasq-dhcp: read " + folder + "/hosts/foreign"))),
                                Duration.ofSeconds(30))
                        .reload())
                .containsOnlyKeys("node-1");
    }

    @Test
    void aLeaseThatEndedOrBelongsToTheMachineItselfIsNoObstacle() throws Exception {
        long before = NOW.minusSeconds(1).getEpochSecond();
        long later = NOW.plusSeconds(60).getEpochSecond();
        Files.writeString(
                folder.resolve("dnsmasq.leases"),
                before + " 52:54:00:00:00:09 10.0.0.7 old *\n" + later + " 52:54:00:00:00:01 10.0.0.7 web1 *\n");

        assertThat(over(new ScriptedDnsmasq(List.of(everythingRead())), Duration.ofSeconds(30))
                        .reload())
                .isEmpty();
    }

    @Test
    void callersThatWaitShareOneReading() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        ScriptedDnsmasq dnsmasq = new ScriptedDnsmasq(List.of(everythingRead())) {
            @Override
            public synchronized void send() {
                begun.countDown();
                try {
                    assertThat(finish.await(30, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                super.send();
            }
        };
        DnsmasqReload reload = over(dnsmasq, Duration.ofSeconds(30));
        List<Thread> callers = new ArrayList<>();
        callers.add(startReload(reload));
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 20; i++) {
            callers.add(startReload(reload));
        }
        awaitRequests(reload, 21);
        finish.countDown();
        for (Thread caller : callers) {
            assertThat(caller.join(Duration.ofSeconds(30))).isTrue();
        }

        assertThat(dnsmasq.signals).isEqualTo(2);
    }

    private static Thread startReload(DnsmasqReload reload) {
        return Thread.ofVirtual().start(() -> {
            try {
                reload.reload();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static void awaitRequests(DnsmasqReload reload, long wanted) throws Exception {
        for (int i = 0; i < 3000 && reload.requests() < wanted; i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(reload.requests()).isEqualTo(wanted);
    }

    @Test
    void withoutAPidFileNothingIsNotified() throws Exception {
        DhcpServer server = DnsmasqReload.of(folder, DnsmasqReloadOptions.DEFAULTS, InstantSource.fixed(NOW));

        assertThat(server.reload()).isEqualTo(Map.of());
    }

    @Test
    void aConfiguredPidFileThatDoesNotExistIsAnError() {
        DhcpServer server = DnsmasqReload.of(
                folder,
                new DnsmasqReloadOptions(
                        Optional.of(folder.resolve("no.pid")),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Duration.ofSeconds(1)),
                InstantSource.fixed(NOW));

        assertThatExceptionOfType(DhcpException.class)
                .isThrownBy(server::reload)
                .withMessageContaining("no.pid")
                .withMessageContaining("does not exist");
    }

    @Test
    void aProcessThatIsNoDnsmasqIsNeverSignalled() throws Exception {
        Files.writeString(folder.resolve("dnsmasq.pid"), ProcessHandle.current().pid() + "\n");
        DhcpServer server = DnsmasqReload.of(folder, DnsmasqReloadOptions.DEFAULTS, InstantSource.fixed(NOW));

        assertThatExceptionOfType(DhcpException.class)
                .isThrownBy(server::reload)
                .withMessageContaining("not a running dnsmasq");
    }
}
