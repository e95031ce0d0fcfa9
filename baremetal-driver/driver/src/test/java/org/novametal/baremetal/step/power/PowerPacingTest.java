package org.novametal.baremetal.step.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.novametal.baremetal.inventory.BmcSettings;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.bmc.PowerAction;

class PowerPacingTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE / 2);

    private PowerPacing pacing(Duration interval, int rate) {
        return new PowerPacing(interval, rate, nanos::get);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private static NodeRecord node(int number, String group) {
        NodeRecord node = mock(NodeRecord.class);
        when(node.uuid()).thenReturn(new UUID(47, number));
        when(node.settings()).thenReturn(group.isEmpty() ? BmcSettings.NONE : BmcSettings.NONE.withPowerGroup(group));
        return node;
    }

    @Test
    void aNodesCommandsKeepTheirDistance() {
        PowerPacing pacing = pacing(Duration.ofSeconds(2), 0);
        NodeRecord node = node(1, "");

        assertThat(pacing.untilTurn(node, PowerAction.OFF)).isZero();
        assertThat(pacing.untilTurn(node, PowerAction.ON)).isEqualTo(Duration.ofSeconds(2));
        assertThat(pacing.untilTurn(node(2, ""), PowerAction.ON))
                .as("another node's")
                .isZero();
        pass(SECOND);
        assertThat(pacing.untilTurn(node, PowerAction.ON)).isEqualTo(SECOND);
        pass(SECOND);
        assertThat(pacing.untilTurn(node, PowerAction.ON)).isZero();
    }

    @Test
    void inNoSecondAreMoreMachinesOfAGroupSwitchedOnThanTheRate() {
        PowerPacing pacing = pacing(Duration.ZERO, 4);
        List<Long> switched = new ArrayList<>();
        List<NodeRecord> waiting = new ArrayList<>();
        for (int number = 0; number < 20; number++) {
            waiting.add(node(number, "rack-1"));
        }
        List<NodeRecord> first = List.copyOf(waiting);
        while (!waiting.isEmpty()) {
            waiting.removeIf(node -> {
                boolean now = pacing.untilTurn(node, PowerAction.ON).isZero();
                if (now) {
                    assertThat(node).as("first come, first served").isSameAs(first.get(switched.size()));
                    switched.add(nanos.get());
                }
                return now;
            });
            pass(Duration.ofMillis(10));
        }

        for (int i = 4; i < switched.size(); i++) {
            assertThat(Duration.ofNanos(switched.get(i) - switched.get(i - 4))).isGreaterThanOrEqualTo(SECOND);
        }
        assertThat(Duration.ofNanos(switched.getLast() - switched.getFirst()))
                .as("no slower than it has to be")
                .isBetween(Duration.ofMillis(4750), Duration.ofMillis(5000));
    }

    @Test
    void groupsDoNotWaitForEachOtherAndOffWaitsForNobody() {
        PowerPacing pacing = pacing(Duration.ZERO, 1);

        assertThat(pacing.untilTurn(node(1, "rack-1"), PowerAction.ON)).isZero();
        assertThat(pacing.untilTurn(node(2, "rack-2"), PowerAction.ON)).isZero();
        assertThat(pacing.untilTurn(node(3, ""), PowerAction.CYCLE)).isZero();
        assertThat(pacing.untilTurn(node(4, "rack-1"), PowerAction.OFF)).isZero();
        assertThat(pacing.untilTurn(node(5, "rack-1"), PowerAction.CYCLE)).isEqualTo(SECOND);
    }

    @Test
    void aTurnThatNobodyTookIsLost() {
        PowerPacing pacing = pacing(Duration.ZERO, 1);
        NodeRecord late = node(2, "");
        assertThat(pacing.untilTurn(node(1, ""), PowerAction.ON)).isZero();
        assertThat(pacing.untilTurn(late, PowerAction.ON)).isEqualTo(SECOND);

        pass(Duration.ofSeconds(10));

        assertThat(pacing.untilTurn(node(3, ""), PowerAction.ON)).isZero();
        assertThat(pacing.untilTurn(late, PowerAction.ON)).as("it queues anew").isEqualTo(SECOND);
    }

    @Test
    void withoutAPaceNobodyWaits() {
        NodeRecord node = node(1, "");
        for (int i = 0; i < 10; i++) {
            assertThat(PowerPacing.none().untilTurn(node, PowerAction.ON)).isZero();
        }
    }
}
