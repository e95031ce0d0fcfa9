package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.step.network.DhcpFiles;
import org.novametal.baremetal.store.NodeStore;
import org.novametal.dhcp.DhcpServer;
import org.novametal.dhcp.LeaseFile;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;

class LeaseWatchTest {
    private static final UUID NODE = UUID.fromString("11111111-2222-3333-4444-555555555555");
    private static final String MAC = "52:54:00:00:00:01";
    private static final Instant NOW = Instant.ofEpochSecond(1_785_000_000);
    private static final long LATER = NOW.plusSeconds(3600).getEpochSecond();

    @TempDir
    Path folder;

    private final NodeStore nodes = mock(NodeStore.class);
    private final NodeRecord node = mock(NodeRecord.class);
    private final List<Optional<String>> reported = new ArrayList<>();
    private DhcpFiles files;
    private LeaseWatch watch;

    @BeforeEach
    void makeWatch() {
        when(node.name()).thenReturn(new NodeName("metal-1"));
        when(node.instance())
                .thenReturn(Optional.of(new InstanceOnNode(new InstanceId(UUID.randomUUID()), "instance-1")));
        when(nodes.find(NODE)).thenReturn(Optional.of(node));
        LeaseFile leases = new LeaseFile(folder.resolve("dnsmasq.leases"));
        files = new DhcpFiles(folder, DhcpServer.notNotified(), leases);
        watch = new LeaseWatch(files, leases, nodes, (_, fault) -> reported.add(fault), InstantSource.fixed(NOW));
    }

    private void leases(String... lines) throws Exception {
        Files.writeString(folder.resolve("dnsmasq.leases"), String.join("\n", lines) + "\n");
    }

    private void instanceMustHave(String address) throws Exception {
        files.write(NODE, List.of(MAC), List.of(address), "web1", Optional.empty());
    }

    @Test
    void anotherAddressThanTheInstanceMustHaveIsAFaultUntilItGetsTheRightOne() throws Exception {
        instanceMustHave("10.0.0.7");
        leases(LATER + " " + MAC + " 10.0.0.51 * *");
        watch.check();
        watch.check();

        String fault = "MAC 52:54:00:00:00:01 was leased 10.0.0.51 and must have 10.0.0.7";
        assertThat(watch.fault(NODE)).hasValue(fault);
        assertThat(reported).containsExactly(Optional.of(fault));

        leases(LATER + 1 + " " + MAC + " 10.0.0.7 web1 *", LATER + " " + MAC + " 10.0.0.51 * 01:02");
        watch.check();

        assertThat(watch.fault(NODE)).isEmpty();
        assertThat(reported).containsExactly(Optional.of(fault), Optional.empty());
    }

    @Test
    void theLeaseOfTheDeployRamdiskIsNoFaultButItsRenewalByTheInstanceIs() throws Exception {
        leases(LATER + " " + MAC + " 10.0.0.51 deploy 01:02");
        instanceMustHave("10.0.0.7");
        watch.check();

        assertThat(reported).isEmpty();

        leases(LATER + 60 + " " + MAC + " 10.0.0.51 * 01:02");
        watch.check();

        assertThat(watch.fault(NODE)).isPresent();
    }

    @Test
    void aMachineThatNeverAsksHasNoFault() throws Exception {
        instanceMustHave("10.0.0.7");
        leases(LATER + " 52:54:00:00:00:09 10.0.0.9 other *");
        watch.check();

        assertThat(reported).isEmpty();
    }

    @Test
    void aLeaseThatHasEndedIsNoFault() throws Exception {
        instanceMustHave("10.0.0.7");
        leases(NOW.getEpochSecond() + " " + MAC + " 10.0.0.51 * *");
        watch.check();

        assertThat(reported).isEmpty();
    }

    @Test
    void aNodeWithoutAnInstanceHasNoFault() throws Exception {
        when(node.instance()).thenReturn(Optional.empty());
        instanceMustHave("10.0.0.7");
        leases(LATER + " " + MAC + " 10.0.0.51 * *");
        watch.check();

        assertThat(watch.fault(NODE)).isEmpty();
    }

    @Test
    void theFaultEndsWithTheInstance() throws Exception {
        instanceMustHave("10.0.0.7");
        leases(LATER + " " + MAC + " 10.0.0.51 * *");
        watch.check();
        files.remove(NODE);
        watch.check();

        assertThat(watch.fault(NODE)).isEmpty();
        assertThat(reported).hasSize(2).last().isEqualTo(Optional.empty());
    }
}
