package org.novametal.baremetal.step.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepResult;
import org.novametal.dhcp.DhcpException;
import org.novametal.driver.model.NodeName;

class DhcpChangeTest {
    private final StepContext context = mock(StepContext.class);

    @BeforeEach
    void makeContext() {
        NodeRecord node = mock(NodeRecord.class);
        when(node.name()).thenReturn(new NodeName("metal-1"));
        when(context.node()).thenReturn(node);
    }

    private StepResult result(RuntimeException failure) throws Exception {
        return DhcpChange.result(context, () -> {
            throw failure;
        });
    }

    @Test
    void aChangeThatIsMadeEndsTheStep() throws Exception {
        assertThat(DhcpChange.result(context, () -> {})).isEqualTo(StepResult.DONE);
    }

    @Test
    void aDhcpServerThatDoesNotRunYetIsTriedAgain() throws Exception {
        assertThat(result(new DhcpException("dnsmasq does not run")))
                .isInstanceOfSatisfying(
                        StepResult.Wait.class, wait -> assertThat(wait.what()).contains("dnsmasq does not run"));
    }

    @Test
    void aDhcpServerThatStaysAwayFailsTheStepWithTheReason() throws Exception {
        when(context.inStep()).thenReturn(DhcpChange.PATIENCE);

        assertThat(result(new DhcpException("dnsmasq does not run")))
                .isInstanceOfSatisfying(StepResult.Failed.class, failed -> {
                    assertThat(failed.cause()).isEqualTo(FailureCause.NETWORK);
                    assertThat(failed.message()).contains("metal-1").contains("dnsmasq does not run");
                });
    }

    @Test
    void anInvalidEntryAndAFullDiskFailTheStepAtOnce() throws Exception {
        assertThat(result(new IllegalArgumentException("10.0.0.7 belongs to node x")))
                .isInstanceOf(StepResult.Failed.class);
        assertThat(result(new UncheckedIOException("cannot write", new IOException("No space left on device"))))
                .isInstanceOf(StepResult.Failed.class);
    }

    @Test
    void aDefectIsNotMistakenForAFailureOfTheNetwork() {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> result(new IllegalStateException("a defect")));
    }
}
