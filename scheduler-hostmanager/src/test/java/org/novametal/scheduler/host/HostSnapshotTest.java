package org.novametal.scheduler.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.novametal.scheduler.host.SampleHosts.instance;
import static org.novametal.scheduler.host.SampleHosts.node;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.model.NodeName;

class HostSnapshotTest {
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void nullInPlaceOfReportsOrOfOneReportIsRefusedInWords() {
        List<AvailableResource> reports = Arrays.asList(node("n").build(), null);

        assertThatExceptionOfType(DriverException.class)
                .isThrownBy(() -> HostSnapshot.of(Instant.EPOCH, reports))
                .withMessageContaining("returned null in place of a node's report");
        assertThatExceptionOfType(DriverException.class)
                .isThrownBy(() -> HostSnapshot.of(Instant.EPOCH, null))
                .withMessageContaining("returned null");
    }

    @Test
    void nodesAreSortedByName() {
        HostSnapshot snapshot = HostSnapshot.of(
                TIME, List.of(node("c").build(), node("a").build(), node("b").build()));

        assertThat(snapshot.hosts()).extracting(host -> host.node().value()).containsExactly("a", "b", "c");
        assertThat(snapshot.time()).isEqualTo(TIME);
    }

    @Test
    void anInstancesNodeIsFound() {
        HostSnapshot snapshot = HostSnapshot.of(
                TIME,
                List.of(node("a").build(), node("b").instance(instance("i")).build()));

        assertThat(snapshot.holding(instance("i")).map(HostState::node)).contains(new NodeName("b"));
        assertThat(snapshot.holding(instance("j"))).isEmpty();
    }

    @Test
    void twoReportsOnOneNameAreRefusedWithBothUuids() {
        UUID other = new UUID(1, 2);
        AvailableResource twin =
                AvailableResource.builder(new NodeName("a"), other).build();

        DriverException failure = catchThrowableOfType(
                DriverException.class,
                () -> HostSnapshot.of(TIME, List.of(node("a").build(), twin)));

        assertThat(failure.code()).isEqualTo(ErrorCode.NODE_INVALID);
        assertThat(failure)
                .hasMessageContaining("node a twice")
                .hasMessageContaining(node("a").build().uuid().toString())
                .hasMessageContaining(other.toString());
    }
}
