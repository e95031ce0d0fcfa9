package org.novametal.baremetal.step.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.novametal.baremetal.inventory.BmcSettings;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.step.StepResult.WaitFor;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.InMemoryBmc;
import org.novametal.bmc.InMemoryBmc.Manner;
import org.novametal.bmc.InMemoryBmc.Reading;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.fleet.PowerPacing;
import org.novametal.driver.model.PowerState;
import org.novametal.driver.testing.SteppedClock;

class PowerOffTest {
    private static final Instant NOW = Instant.parse("2013-04-18T10:52:00Z");

    private final SteppedClock clock = new SteppedClock(NOW);
    private final InMemoryBmc bmc = new InMemoryBmc("memory://bmc", Reading.ASKED);
    private final StepContext context = mock(StepContext.class);
    private final Map<String, String> memory = new HashMap<>();
    private Instant since = NOW;

    @BeforeEach
    void remember() {
        NodeRecord node = mock(NodeRecord.class);
        when(node.settings()).thenReturn(BmcSettings.NONE);
        when(context.node()).thenReturn(node);
        when(context.now()).thenAnswer(_ -> clock.instant());
        when(context.since()).thenAnswer(_ -> since);
        when(context.recall(anyString()))
                .thenAnswer(call -> Optional.ofNullable(memory.get(call.<String>getArgument(0))));
        doAnswer(call -> memory.put(call.getArgument(0), call.getArgument(1)))
                .when(context)
                .remember(any(), any());
        bmc.put(ChassisPower.ON);
    }

    /** Runs the step as a runner does; how long it took. */
    private Duration run(Duration soft, Duration commandInterval) throws InterruptedException {
        PowerPacing pacing = new PowerPacing(
                commandInterval, 0, () -> Duration.between(NOW, clock.instant()).toNanos());
        PowerOff step = new PowerOff("power.off", new PowerReach(_ -> bmc, pacing), soft, Duration.ofMinutes(1));
        StepResult result = step.run(context);
        while (result instanceof StepResult.Wait wait) {
            assertThat(clock.instant()).isBefore(since.plus(step.limit()));
            clock.advance(wait.pollAfter());
            if (wait.on() == WaitFor.TURN) {
                since = since.plus(wait.pollAfter());
            }
            result = step.run(context);
        }
        assertThat(result).isEqualTo(StepResult.DONE);
        verify(context).recordPower(PowerState.SHUTDOWN);
        return Duration.between(NOW, clock.instant());
    }

    @Test
    void aMachineThatObeysIsNotCutOff() throws Exception {
        run(Duration.ofSeconds(30), Duration.ZERO);

        assertThat(bmc.requests()).containsExactly(PowerAction.SOFT_OFF);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 60})
    void aMachineThatDoesNotObeyIsCutOffAfterItsTimeWhateverThePace(int intervalSeconds) throws Exception {
        bmc.manner(Manner.IGNORES_SOFT_OFF);

        Duration taken = run(Duration.ofSeconds(5), Duration.ofSeconds(intervalSeconds));

        assertThat(bmc.requests()).containsExactly(PowerAction.SOFT_OFF, PowerAction.OFF);
        assertThat(taken).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(Math.max(6, intervalSeconds + 1)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void aMachineWhoseBmcHasNoSoftOffIsCutOffAtOnce(int intervalSeconds) throws Exception {
        bmc.manner(Manner.REFUSES_SOFT_OFF);

        Duration taken = run(Duration.ofSeconds(30), Duration.ofSeconds(intervalSeconds));

        assertThat(bmc.requests()).containsExactly(PowerAction.OFF);
        assertThat(taken).isLessThan(Duration.ofSeconds(intervalSeconds + 1));
    }

    @Test
    void aMachineThatIsOffIsLeftAlone() throws Exception {
        bmc.put(ChassisPower.OFF);

        run(Duration.ofSeconds(5), Duration.ZERO);

        assertThat(bmc.requests()).isEmpty();
    }
}
