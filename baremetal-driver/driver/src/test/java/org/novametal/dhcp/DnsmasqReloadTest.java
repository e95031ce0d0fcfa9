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
