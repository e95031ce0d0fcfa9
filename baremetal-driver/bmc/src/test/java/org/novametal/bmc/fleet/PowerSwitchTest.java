package org.novametal.bmc.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.novametal.bmc.BmcFailures.assertFails;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCapability;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.fleet.PowerSwitch.WaitingFor;

class PowerSwitchTest {
    private final Machine machine = new Machine();
    private long nowNanos;
    private final PowerSwitch power = new PowerSwitch(
            Duration.ofSeconds(30),
            Duration.ofSeconds(20),
            PowerPacing.none(),
            () -> nowNanos,
            (pause, _) -> nowNanos += pause.toNanos());

    @Test
    void aMachineThatIsAlreadyOnIsNotAsked() throws Exception {
        machine.power = ChassisPower.ON;

        power.on(machine);

        assertThat(machine.asked).isEmpty();
    }

    @Test
    void onReturnsWhenTheMachineIsReallyOn() throws Exception {
        machine.changesAfter = Duration.ofSeconds(7);

        power.on(machine);

        assertThat(machine.asked).containsExactly(PowerAction.ON);
        assertThat(nowNanos).isBetween(seconds(7), seconds(8));
    }

    @Test
    void aMachineThatIsBetweenTwoStatesIsAskedAndReadUntilItsStateIsStable() throws Exception {
        machine.power = ChassisPower.CHANGING;
        machine.changesAfter = Duration.ofSeconds(4);

        power.off(machine);

        assertThat(machine.asked).containsExactly(PowerAction.OFF);
        assertThat(machine.power).isEqualTo(ChassisPower.OFF);
        machine.asked.clear();
        machine.power = ChassisPower.CHANGING;

        power.on(machine);

        assertThat(machine.asked).containsExactly(PowerAction.ON);
        assertThat(machine.power).isEqualTo(ChassisPower.ON);
    }

    @Test
    void aMachineThatStaysBetweenTwoStatesIsNotDone() {
        machine.power = ChassisPower.CHANGING;
        machine.obeys = action -> Optional.empty();

        assertFails(Reason.NOT_DONE, () -> power.off(machine)).hasMessageContaining("the machine was still CHANGING");
    }

    @Test
    void aBmcThatTookARequestAndDidNothingIsAskedAgainAndThenGivenUp() {
        machine.obeys = action -> Optional.empty();

        assertFails(Reason.NOT_DONE, () -> power.on(machine))
                .hasMessageContaining("BMC test://machine")
                .hasMessageContaining("it accepted ON 3 times")
                .hasMessageContaining("after 30 s the machine was still OFF")
                .hasMessageContaining("check the machine");

        assertThat(machine.asked).containsExactly(PowerAction.ON, PowerAction.ON, PowerAction.ON);
        assertThat(nowNanos).isBetween(seconds(30), seconds(31));
    }

    @Test
    void anOperatingSystemThatStopsIsNotCutOff() throws Exception {
        machine.power = ChassisPower.ON;
        machine.changesAfter = Duration.ofSeconds(5);

        assertThat(power.softOff(machine)).isEqualTo(PowerAction.SOFT_OFF);

        assertThat(machine.asked).containsExactly(PowerAction.SOFT_OFF);
    }

    @Test
    void anOperatingSystemThatDoesNotStopIsCutOff() throws Exception {
        machine.power = ChassisPower.ON;
        machine.obeys = action -> action == PowerAction.SOFT_OFF ? Optional.empty() : Optional.of(ChassisPower.OFF);

        assertThat(power.softOff(machine)).isEqualTo(PowerAction.OFF);

        assertThat(machine.asked).containsExactly(PowerAction.SOFT_OFF, PowerAction.SOFT_OFF, PowerAction.OFF);
    }

    @ParameterizedTest
    @EnumSource(
            value = Reason.class,
            names = {"REJECTED", "UNSUPPORTED"})
    void aMachineWhoseBmcRefusesASoftOffIsCutOffAtOnce(Reason reason) throws Exception {
        machine.power = ChassisPower.ON;
        machine.refusedActions = EnumSet.of(PowerAction.SOFT_OFF);
        machine.refuses = Optional.of(new BmcException(reason, "refused"));

        assertThat(power.softOff(machine)).isEqualTo(PowerAction.OFF);

        assertThat(machine.asked).containsExactly(PowerAction.OFF);
        assertThat(nowNanos).isLessThan(seconds(2));
    }

    @Test
    void anOperatingSystemThatCouldNotBeAskedIsNotCutOff() {
        machine.power = ChassisPower.ON;
        machine.refuses = Optional.of(new BmcException(Reason.BUSY, "busy"));

        assertFails(Reason.BUSY, () -> power.softOff(machine));

        assertThat(machine.asked).isEmpty();
        assertThat(nowNanos).isBetween(seconds(20), seconds(21));
    }

    @Test
    void aBmcThatNeverTookTheRequestFailsAsItSays() {
        machine.refuses = Optional.of(new BmcException(Reason.BUSY, "busy"));

        assertFails(Reason.BUSY, () -> power.on(machine)).hasMessage("busy");

        assertThat(nowNanos).isBetween(seconds(30), seconds(31));
    }

    @Test
    void aBmcThatIsSlowToReadIsAskedAllTheSame() throws Exception {
        machine.readsFor = Duration.ofMinutes(1);

        power.on(machine);

        assertThat(machine.asked).containsExactly(PowerAction.ON);
    }

    @Test
    void aCycleIsOffAndOnEachProved() throws Exception {
        machine.power = ChassisPower.ON;

        power.cycle(machine);

        assertThat(machine.asked).containsExactly(PowerAction.OFF, PowerAction.ON);
    }

    @Test
    void aMachineWaitsForItsTurnAndThenHasAllOfItsTime() throws Exception {
        List<WaitingFor> waits = new ArrayList<>();
        PowerPacing pacing = new PowerPacing(Duration.ZERO, 1, () -> nowNanos);
        PowerSwitch paced = new PowerSwitch(
                Duration.ofSeconds(3), Duration.ofSeconds(1), pacing, () -> nowNanos, (pause, waitingFor) -> {
                    waits.add(waitingFor);
                    nowNanos += pause.toNanos();
                });
        for (int number = 0; number < 5; number++) {
            pacing.untilTurn(BmcAddress.parse("test://other-" + number), PowerSwitch.ONE_GROUP, PowerAction.ON);
        }
        machine.changesAfter = Duration.ofSeconds(2);

        paced.on(machine);

        assertThat(nowNanos).isBetween(seconds(7), seconds(8));
        assertThat(waits.getFirst()).isEqualTo(WaitingFor.TURN);
        assertThat(waits.subList(1, waits.size())).containsOnly(WaitingFor.MACHINE);
    }

    @Test
    void aCycleTakesItsTurnBeforeThePowerIsCut() throws Exception {
        PowerPacing pacing = new PowerPacing(Duration.ZERO, 1, () -> nowNanos);
        machine.power = ChassisPower.ON;
        List<String> waits = new ArrayList<>();
        PowerSwitch paced = new PowerSwitch(
                Duration.ofSeconds(3), Duration.ofSeconds(1), pacing, () -> nowNanos, (pause, waitingFor) -> {
                    waits.add(machine.power + " " + waitingFor);
                    nowNanos += pause.toNanos();
                });
        pacing.untilTurn(BmcAddress.parse("test://other"), PowerSwitch.ONE_GROUP, PowerAction.ON);

        paced.cycle(machine);

        assertThat(machine.asked).containsExactly(PowerAction.OFF, PowerAction.ON);
        assertThat(waits.getFirst()).isEqualTo("ON TURN");
        assertThat(waits.subList(1, waits.size())).allMatch(wait -> wait.endsWith("MACHINE"));
    }

    @Test
    void aBmcThatIsBusyOnTheWayIsWaitedFor() throws Exception {
        machine.failure = Optional.of(new BmcException(Reason.BUSY, "busy"));
        machine.failsUntilNanos = seconds(3);

        power.on(machine);

        assertThat(machine.power).isEqualTo(ChassisPower.ON);
    }

    @Test
    void aBmcThatStaysSilentFailsAsItSays() {
        machine.failure = Optional.of(new BmcException(Reason.UNREACHABLE, "silent"));
        machine.failsUntilNanos = Long.MAX_VALUE;

        assertFails(Reason.UNREACHABLE, () -> power.off(machine));
        assertThat(nowNanos).isGreaterThanOrEqualTo(seconds(30));
    }

    @Test
    void aWrongPasswordIsNotTriedAgain() {
        machine.failure = Optional.of(new BmcException(Reason.WRONG_PASSWORD, "wrong"));
        machine.failsUntilNanos = Long.MAX_VALUE;

        assertFails(Reason.WRONG_PASSWORD, () -> power.off(machine));
        assertThat(nowNanos).isZero();
    }

    private static long seconds(int count) {
        return Duration.ofSeconds(count).toNanos();
    }

    /** A machine whose reactions to requests are set by the test. */
    private final class Machine implements Bmc {
        private final List<PowerAction> asked = new ArrayList<>();
        private ChassisPower power = ChassisPower.OFF;
        private ChassisPower next = ChassisPower.OFF;
        private long changesAtNanos;
        private Duration changesAfter = Duration.ZERO;
        private Function<PowerAction, Optional<ChassisPower>> obeys =
                action -> Optional.of(action == PowerAction.ON ? ChassisPower.ON : ChassisPower.OFF);
        private Optional<BmcException> failure = Optional.empty();
        private long failsUntilNanos;
        private Optional<BmcException> refuses = Optional.empty();
        Set<PowerAction> refusedActions = EnumSet.allOf(PowerAction.class);
        private Duration readsFor = Duration.ZERO;

        @Override
        public BmcAddress address() {
            return BmcAddress.parse("test://machine");
        }

        @Override
        public ChassisPower readPower() {
            nowNanos += readsFor.toNanos();
            fail();
            if (!asked.isEmpty() && nowNanos >= changesAtNanos) {
                power = next;
            }
            return power;
        }

        @Override
        public void requestPower(PowerAction action) {
            fail();
            refuses.filter(_ -> refusedActions.contains(action)).ifPresent(refusal -> {
                throw refusal;
            });
            asked.add(action);
            changesAtNanos = nowNanos + changesAfter.toNanos();
            next = obeys.apply(action).orElse(power);
        }

        private void fail() {
            if (nowNanos < failsUntilNanos) {
                throw failure.orElseThrow();
            }
        }

        @Override
        public <C extends BmcCapability> Optional<C> capability(Class<C> type) {
            return Optional.empty();
        }

        @Override
        public void close() {}
    }
}
