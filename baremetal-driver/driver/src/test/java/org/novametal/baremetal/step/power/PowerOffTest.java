package org.novametal.baremetal.step.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.time.Duration;
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

class PowerOffTest {
    private Duration now = Duration.ZERO;
    private Duration worked = Duration.ofMinutes(3);
    private Duration stepBegun = worked;
    private final InMemoryBmc bmc = new InMemoryBmc("memory://bmc", Reading.ASKED);
    private final StepContext context = mock(StepContext.class);
    private final Map<String, String> memory = new HashMap<>();

    @BeforeEach
    void remember() {
        NodeRecord node = mock(NodeRecord.class);
        when(node.settings()).thenReturn(BmcSettings.NONE);
        when(context.node()).thenReturn(node);
        when(context.worked()).thenAnswer(_ -> worked);
        when(context.inStep()).thenAnswer(_ -> worked.minus(stepBegun));
        when(context.recall(anyString()))
                .thenAnswer(call -> Optional.ofNullable(memory.get(call.<String>getArgument(0))));
        doAnswer(call -> memory.put(call.getArgument(0), call.getArgument(1)))
                .when(context)
                .remember(any(), any());
        bmc.put(ChassisPower.ON);
    }

    /** Runs the step as a runner does; how long it took. */
    private Duration run(Duration soft, Duration commandInterval) throws InterruptedException {
        PowerPacing pacing = new PowerPacing(commandInterval, 0, () -> now.toNanos());
        PowerOff step = new PowerOff("power.off", new PowerReach(_ -> bmc, pacing), soft, Duration.ofMinutes(1));
        StepResult result = step.run(context);
        while (result instanceof StepResult.Wait wait) {
            assertThat(worked.minus(stepBegun)).isLessThan(step.limit());
            now = now.plus(wait.pollAfter());
            if (wait.on() != WaitFor.TURN) {
                worked = worked.plus(wait.pollAfter());
            }
            result = step.run(context);
        }
        assertThat(result).isEqualTo(StepResult.DONE);
        verify(context).recordPower(PowerState.SHUTDOWN);
        return now;
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
    void aRequestOfAnEarlierRunOfTheStepDoesNotCount() throws Exception {
        memory.put("power.off.asked", worked.minusNanos(1).toString());

        run(Duration.ZERO, Duration.ZERO);

        assertThat(bmc.requests()).containsExactly(PowerAction.OFF);
    }

    @Test
    void aRequestWhoseTimeOfDayAnOlderProgramKeptDoesNotCount() throws Exception {
        memory.put("power.off.asked", "2013-04-18T10:52:00Z");

        run(Duration.ZERO, Duration.ZERO);

        assertThat(bmc.requests()).containsExactly(PowerAction.OFF);
    }

    @Test
    void aMachineThatIsOffIsLeftAlone() throws Exception {
        bmc.put(ChassisPower.OFF);

        run(Duration.ofSeconds(5), Duration.ZERO);

        assertThat(bmc.requests()).isEmpty();
    }
}
