package org.novametal.baremetal.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.NodeRecords;
import org.novametal.baremetal.inventory.WantedPower;
import org.novametal.baremetal.power.MismatchPolicy.Verdict;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.driver.model.PowerState;

class MismatchPolicyTest {
    private static final MismatchPolicy FOLLOW = new MismatchPolicy(PowerMismatch.FOLLOW, 2);
    private static final MismatchPolicy FORCE = new MismatchPolicy(PowerMismatch.FORCE, 2);

    private static NodeRecord node(ProvisionState state, PowerState power, WantedPower wanted) {
        return NodeRecords.of(StoreFixture.spec(1), Instant.EPOCH, new NodeRecords.Condition(state, power, wanted));
    }

    @ParameterizedTest
    @EnumSource
    void onlyAnActiveOrAvailableNodesMachineIsBroughtBack(ProvisionState state) {
        Verdict verdict =
                FORCE.judge(node(state, PowerState.RUNNING, WantedPower.of(PowerState.RUNNING)), PowerState.SHUTDOWN);

        boolean isBroughtBack = state == ProvisionState.ACTIVE || state == ProvisionState.AVAILABLE;
        assertThat(verdict)
                .isEqualTo(
                        isBroughtBack
                                ? new Verdict.BringBack(PowerState.SHUTDOWN, new WantedPower(PowerState.RUNNING, 1))
                                : new Verdict.Follow(PowerState.SHUTDOWN, WantedPower.of(PowerState.SHUTDOWN)));
    }

    @Test
    void afterTheLastTryItIsGivenUp() {
        assertThat(FORCE.judge(
                        node(ProvisionState.ACTIVE, PowerState.SHUTDOWN, new WantedPower(PowerState.RUNNING, 2)),
                        PowerState.SHUTDOWN))
                .isEqualTo(new Verdict.GiveUp(PowerState.SHUTDOWN, WantedPower.of(PowerState.SHUTDOWN)));
    }

    @Test
    void whereNothingIsWantedTheFirstReadingIs() {
        assertThat(FORCE.judge(
                        node(ProvisionState.AVAILABLE, PowerState.NOSTATE, WantedPower.NONE), PowerState.RUNNING))
                .isEqualTo(new Verdict.Follow(PowerState.RUNNING, WantedPower.of(PowerState.RUNNING)));
    }

    @Test
    void whatStandsSoAlreadyIsAgreed() {
        NodeRecord node = node(ProvisionState.ACTIVE, PowerState.RUNNING, WantedPower.of(PowerState.RUNNING));

        assertThat(FORCE.judge(node, PowerState.RUNNING)).isEqualTo(new Verdict.Agreed());
        assertThat(FOLLOW.judge(node, PowerState.RUNNING)).isEqualTo(new Verdict.Agreed());
    }

    @Test
    void unknownChangesNothingOfWhatIsWanted() {
        WantedPower wanted = new WantedPower(PowerState.RUNNING, 1);

        assertThat(FORCE.judge(node(ProvisionState.ACTIVE, PowerState.RUNNING, wanted), PowerState.NOSTATE))
                .isEqualTo(new Verdict.Follow(PowerState.NOSTATE, wanted));
        assertThat(FORCE.judge(node(ProvisionState.ACTIVE, PowerState.NOSTATE, wanted), PowerState.NOSTATE))
                .isEqualTo(new Verdict.Agreed());
    }

    @Test
    void whoFollowsNeverSwitches() {
        assertThat(FOLLOW.judge(
                        node(ProvisionState.ACTIVE, PowerState.RUNNING, WantedPower.of(PowerState.RUNNING)),
                        PowerState.SHUTDOWN))
                .isEqualTo(new Verdict.Follow(PowerState.SHUTDOWN, WantedPower.of(PowerState.SHUTDOWN)));
    }

    @Test
    void noTriesAtAllAreRefused() {
        assertThatThrownBy(() -> new MismatchPolicy(PowerMismatch.FORCE, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
