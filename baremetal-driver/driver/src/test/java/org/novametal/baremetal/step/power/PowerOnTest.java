package org.novametal.baremetal.step.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;
import org.novametal.baremetal.inventory.BmcSettings;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepResult;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.fleet.PowerPacing;
import org.novametal.driver.model.PowerState;

class PowerOnTest {
    private final Bmc bmc = mock(Bmc.class);
    private final StepContext context = mock(StepContext.class);
    private final Map<String, String> memory = new HashMap<>();
    private final PowerOn step =
            new PowerOn("power.on", new PowerReach(_ -> bmc, PowerPacing.none()), Duration.ofMinutes(1));

    @BeforeEach
    void remember() {
        NodeRecord node = mock(NodeRecord.class);
        when(node.settings()).thenReturn(BmcSettings.NONE);
        when(bmc.address()).thenReturn(BmcAddress.parse("mock://bmc"));
        when(context.node()).thenReturn(node);
        when(context.recall(anyString()))
                .thenAnswer(call -> Optional.ofNullable(memory.get(call.<String>getArgument(0))));
        doAnswer(call -> memory.put(call.getArgument(0), call.getArgument(1)))
                .when(context)
                .remember(anyString(), anyString());
    }

    @Test
    void itAsksOnceAndIsDoneWhenTheMachineSaysSo() throws Exception {
        when(bmc.readPower()).thenReturn(ChassisPower.OFF, ChassisPower.OFF, ChassisPower.ON);

        assertThat(step.run(context)).isInstanceOf(StepResult.Wait.class);
        assertThat(step.run(context)).isInstanceOf(StepResult.Wait.class);
        assertThat(step.run(context)).isEqualTo(StepResult.DONE);

        verify(bmc).requestPower(PowerAction.ON);
        verify(context).powerRequested(PowerAction.ON);
        verify(context).recordPower(PowerState.RUNNING);
    }

    @Test
    void aMachineThatWasSeenOffIsSwitchedOnWithoutWaitingForTheInterval() throws Exception {
        PowerReach reach = new PowerReach(_ -> bmc, new PowerPacing(Duration.ofSeconds(2), 0, () -> 0));
        PowerOff off = new PowerOff("power.off", reach, Duration.ZERO, Duration.ofMinutes(1));
        PowerOn on = new PowerOn("power.on", reach, Duration.ofMinutes(1));
        when(bmc.readPower()).thenReturn(ChassisPower.ON, ChassisPower.OFF);
        off.run(context);
        assertThat(off.run(context)).isEqualTo(StepResult.DONE);

        on.run(context);

        verify(bmc).requestPower(PowerAction.ON);
    }

    @Test
    void itRemembersBeforeItAsks() throws Exception {
        when(bmc.readPower()).thenReturn(ChassisPower.OFF);

        step.run(context);

        InOrder order = inOrder(context, bmc);
        order.verify(context).remember(anyString(), anyString());
        order.verify(bmc).requestPower(PowerAction.ON);
    }

    @Test
    void undoingTellsAMachineThatIsStillOnItsWayUpToBeOff() throws Exception {
        when(bmc.readPower()).thenReturn(ChassisPower.OFF);
        step.run(context);

        assertThat(step.undo(context))
                .as("off is not believed before it was asked for")
                .isInstanceOf(StepResult.Wait.class);
        assertThat(step.undo(context)).isEqualTo(StepResult.DONE);

        verify(bmc).requestPower(PowerAction.OFF);
    }

    @Test
    void undoingWhatWasNeverAskedForLeavesTheMachineAlone() throws Exception {
        assertThat(step.undo(context)).isEqualTo(StepResult.DONE);

        verify(bmc, never()).requestPower(any());
    }
}
