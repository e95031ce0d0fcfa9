package org.novametal.bmc.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.fleet.PowerPacing.Precedence;

class PowerPacingTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE / 2);

    private PowerPacing pacing(Duration interval, int rate) {
        return new PowerPacing(interval, rate, nanos::get);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private record Machine(BmcAddress bmc, String group) {
        Duration untilTurn(PowerPacing pacing, PowerAction action) {
            return pacing.untilTurn(bmc, group, action);
        }

        Duration untilOn(PowerPacing pacing, Precedence precedence) {
            return pacing.untilTurn(bmc, group, PowerAction.ON, precedence);
        }
    }

    private static Machine machine(int number, String group) {
        return new Machine(BmcAddress.parse("test://bmc-" + number), group);
    }

    @Test
    void theRequestsToABmcKeepTheirDistance() {
        PowerPacing pacing = pacing(Duration.ofSeconds(2), 0);
        Machine machine = machine(1, "");

        assertThat(machine.untilTurn(pacing, PowerAction.OFF)).isZero();
        assertThat(machine.untilTurn(pacing, PowerAction.ON)).isEqualTo(Duration.ofSeconds(2));
        assertThat(machine(2, "").untilTurn(pacing, PowerAction.ON))
                .as("another BMC")
                .isZero();
        pass(SECOND);
        assertThat(machine.untilTurn(pacing, PowerAction.ON)).isEqualTo(SECOND);
        pass(SECOND);
        assertThat(machine.untilTurn(pacing, PowerAction.ON)).isZero();
    }

    @Test
    void inNoSecondAreMoreMachinesOfAGroupSwitchedOnThanTheRate() {
        PowerPacing pacing = pacing(Duration.ZERO, 4);
        List<Long> switched = new ArrayList<>();
        List<Machine> waiting = new ArrayList<>();
        for (int number = 0; number < 20; number++) {
            waiting.add(machine(number, "rack-1"));
        }
        List<Machine> first = List.copyOf(waiting);
        while (!waiting.isEmpty()) {
            waiting.removeIf(machine -> {
                boolean now = machine.untilTurn(pacing, PowerAction.ON).isZero();
                if (now) {
                    assertThat(machine).as("first come, first served").isSameAs(first.get(switched.size()));
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

        assertThat(machine(1, "rack-1").untilTurn(pacing, PowerAction.ON)).isZero();
        assertThat(machine(2, "rack-2").untilTurn(pacing, PowerAction.ON)).isZero();
        assertThat(machine(3, "").untilTurn(pacing, PowerAction.CYCLE)).isZero();
        assertThat(machine(4, "rack-1").untilTurn(pacing, PowerAction.OFF)).isZero();
        assertThat(machine(5, "rack-1").untilTurn(pacing, PowerAction.CYCLE)).isEqualTo(SECOND);
    }

    @Test
    void aTurnThatNobodyTookIsLost() {
        PowerPacing pacing = pacing(Duration.ZERO, 1);
        Machine late = machine(2, "rack-1");
        assertThat(machine(1, "rack-1").untilTurn(pacing, PowerAction.ON)).isZero();
        assertThat(late.untilTurn(pacing, PowerAction.ON)).isEqualTo(SECOND);

        pass(Duration.ofSeconds(10));

        assertThat(machine(3, "rack-1").untilTurn(pacing, PowerAction.ON)).isZero();
        assertThat(late.untilTurn(pacing, PowerAction.ON)).as("it queues again").isEqualTo(SECOND);
    }

    @Test
    void aMachineOfBegunWorkGoesBeforeThoseOfNewWork() {
        PowerPacing pacing = pacing(Duration.ZERO, 1);
        for (int number = 0; number < 10; number++) {
            assertThat(machine(number, "rack-1").untilOn(pacing, Precedence.NEW))
                    .isEqualTo(Duration.ofSeconds(number));
        }
        Machine begun = machine(0, "rack-1");

        assertThat(begun.untilOn(pacing, Precedence.BEGUN)).isEqualTo(SECOND);
        pass(SECOND);
        assertThat(machine(1, "rack-1").untilOn(pacing, Precedence.NEW))
                .as("its turn went to the machine of begun work")
                .isEqualTo(SECOND);
        assertThat(begun.untilOn(pacing, Precedence.BEGUN)).isZero();
        pass(SECOND);
        assertThat(machine(1, "rack-1").untilOn(pacing, Precedence.NEW)).isZero();
    }

    @Test
    void machinesOfBegunWorkAreSwitchedOnInTheOrderOfTheirRequests() {
        PowerPacing pacing = pacing(Duration.ZERO, 1);
        assertThat(machine(0, "rack-1").untilOn(pacing, Precedence.NEW)).isZero();

        assertThat(machine(1, "rack-1").untilOn(pacing, Precedence.NEW)).isEqualTo(SECOND);
        assertThat(machine(2, "rack-1").untilOn(pacing, Precedence.BEGUN)).isEqualTo(SECOND);
        assertThat(machine(3, "rack-1").untilOn(pacing, Precedence.BEGUN)).isEqualTo(Duration.ofSeconds(2));
        assertThat(machine(1, "rack-1").untilOn(pacing, Precedence.NEW)).isEqualTo(Duration.ofSeconds(3));
        assertThat(machine(2, "rack-2").untilOn(pacing, Precedence.BEGUN))
                .as("another group")
                .isZero();
    }

    @Test
    void aMachineWhoseCallerIsLateIsPassedOverAndKeepsItsPlace() {
        PowerPacing pacing = pacing(Duration.ZERO, 1);
        assertThat(machine(0, "rack-1").untilOn(pacing, Precedence.NEW)).isZero();
        assertThat(machine(1, "rack-1").untilOn(pacing, Precedence.BEGUN)).isEqualTo(SECOND);
        assertThat(machine(2, "rack-1").untilOn(pacing, Precedence.NEW)).isEqualTo(Duration.ofSeconds(2));
        assertThat(machine(3, "rack-1").untilOn(pacing, Precedence.NEW)).isEqualTo(Duration.ofSeconds(3));

        pass(Duration.ofSeconds(2));

        assertThat(machine(2, "rack-1").untilOn(pacing, Precedence.NEW)).isZero();
        assertThat(machine(1, "rack-1").untilOn(pacing, Precedence.BEGUN)).isEqualTo(SECOND);
        pass(SECOND);
        assertThat(machine(3, "rack-1").untilOn(pacing, Precedence.NEW)).isEqualTo(SECOND);
        assertThat(machine(1, "rack-1").untilOn(pacing, Precedence.BEGUN)).isZero();
    }

    @Test
    void machinesWithoutAGroupDoNotWaitForEachOther() {
        PowerPacing pacing = pacing(Duration.ZERO, 1);

        for (int number = 0; number < 1000; number++) {
            assertThat(machine(number, "").untilTurn(pacing, PowerAction.ON)).isZero();
        }
    }

    @Test
    void aRequestWhoseStateWasReachedDoesNotDelayTheNext() {
        PowerPacing pacing = pacing(Duration.ofSeconds(2), 0);
        Machine machine = machine(1, "");
        assertThat(machine.untilTurn(pacing, PowerAction.OFF)).isZero();
        assertThat(machine.untilTurn(pacing, PowerAction.ON)).isEqualTo(Duration.ofSeconds(2));

        pacing.reached(machine.bmc());

        assertThat(machine.untilTurn(pacing, PowerAction.ON)).isZero();
        assertThat(machine.untilTurn(pacing, PowerAction.OFF))
                .as("not read on yet")
                .isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void withoutAPaceNobodyWaits() {
        Machine machine = machine(1, "");
        for (int i = 0; i < 10; i++) {
            assertThat(machine.untilTurn(PowerPacing.none(), PowerAction.ON)).isZero();
        }
    }
}
