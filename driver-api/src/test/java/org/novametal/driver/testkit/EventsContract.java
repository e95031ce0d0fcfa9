package org.novametal.driver.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.host.DriverEvent;
import org.novametal.driver.host.DriverEvent.HostAvailability;
import org.novametal.driver.host.DriverEvent.HostAvailability.State;
import org.novametal.driver.model.Instance;

/**
 * The events of a driver: they are numbered and in order, and report whether the driver can work.
 *
 * <p>nova/virt/driver.py#emit_event; a shim that reconnects continues after the last number that it received.
 */
abstract class EventsContract extends DriverContract {
    EventsContract(Fixtures fixtures) {
        super(fixtures);
    }

    private List<DriverEvent> events() {
        return fixture.host().events();
    }

    private UUID process() {
        return events().getLast().stamp().process();
    }

    private static boolean is(State state, DriverEvent event) {
        return event instanceof HostAvailability availability && availability.state() == state;
    }

    /** The availability states of the host so far, in order. */
    private List<State> availability() {
        return events().stream()
                .filter(HostAvailability.class::isInstance)
                .map(event -> ((HostAvailability) event).state())
                .toList();
    }

    @Test
    void theEventsOfAProcessAreNumberedWithoutAGapInTheOrderInWhichTheyCome() throws Exception {
        Instance left = newInstanceOn(node(0));
        Instance right = newInstanceOn(node(1));
        Background leftSpawn = startSpawn(left);
        Background rightSpawn = startSpawn(right);
        leftSpawn.succeeds();
        rightSpawn.succeeds();
        startDestroy(left).succeeds();
        awaitFree(node(0));
        closeDriver();

        List<DriverEvent> events = events();
        assertThat(events).hasSizeGreaterThan(5);
        for (int index = 0; index < events.size(); index++) {
            assertThat(events.get(index).stamp().sequence())
                    .as("number of %s", events.get(index))
                    .isEqualTo(index + 1L);
            assertThat(events.get(index).stamp().process()).isEqualTo(process());
        }
    }

    @Test
    void aRestartIsSeenByAnotherProcess() throws Exception {
        spawnedOn(node(0));
        closeDriver();
        UUID before = process();
        int count = events().size();
        restart();

        DriverEvent first = fixture.host()
                .await(
                        "an event of the new process",
                        fixture.limit(),
                        event -> !event.stamp().process().equals(before));

        assertThat(first.stamp().sequence()).isEqualTo(1);
        assertThat(events().indexOf(first)).isEqualTo(count);
    }

    @Test
    void theHostIsUpFromTheFirstEventAndDownByTheLast() throws Exception {
        spawnedOn(node(0));
        closeDriver();

        assertThat(availability()).containsExactly(State.UP, State.DOWN);
        assertThat(is(State.UP, events().getFirst())).isTrue();
        assertThat(is(State.DOWN, events().getLast())).isTrue();
    }

    // nova/exception.py#VirtDriverNotReady from a spawn makes Nova try three nodes of the same dead host; a shim waits
    // for this event instead.
    @Test
    void aHostWhoseStoreIsGoneIsDownUntilItIsBack() throws Exception {
        spawnedOn(node(0));
        fixture.breakStore();
        Eventually.holds("the host is down", fixture.limit(), () -> {
            assertNotReady();
            return availability().equals(List.of(State.UP, State.DOWN));
        });

        fixture.mendStore();

        Eventually.holds("the host is up again", fixture.limit(), () -> {
            try {
                driver.listInstanceUuids();
            } catch (DriverException notYet) {
                return false;
            }
            return availability().equals(List.of(State.UP, State.DOWN, State.UP));
        });
    }

    private void assertNotReady() {
        assertFailsWith(ErrorCode.DRIVER_NOT_READY, () -> driver.listInstanceUuids());
    }
}
