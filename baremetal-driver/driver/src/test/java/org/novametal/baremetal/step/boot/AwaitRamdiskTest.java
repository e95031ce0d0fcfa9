package org.novametal.baremetal.step.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;
import org.novametal.agent.AgentHandshakes;
import org.novametal.baremetal.inventory.AgentRecord;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.step.StepResult.Wait;
import org.novametal.baremetal.step.StepResult.WaitFor;
import org.novametal.baremetal.step.boot.AwaitRamdisk.BootAgain;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.Secret;

class AwaitRamdiskTest {
    private static final Instant NOW = Instant.parse("2013-04-18T10:52:00Z");
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final Duration POLL = Duration.ofSeconds(10);
    private static final Duration AFTER = Duration.ofMinutes(15);
    private static final Duration RESTARTED = Duration.ofMinutes(1);
    private static final Wait NOT_YET = new Wait(WaitFor.TIME, Duration.ofMillis(500), "the machine to be OFF");

    private final StepContext context = mock(StepContext.class);
    private final Map<String, String> memory = new HashMap<>();
    private final Map<InetAddress, AgentHandshakes.Failure> handshakes = new HashMap<>();
    private final Step off = mock(Step.class);
    private final Step on = mock(Step.class);
    private final AwaitRamdisk step = new AwaitRamdisk(
            LIMIT,
            POLL,
            new BootAgain(AFTER, RESTARTED, List.of(off, on)),
            address -> Optional.ofNullable(handshakes.get(address)));

    @BeforeEach
    void remember() throws Exception {
        NodeRecord node = mock(NodeRecord.class);
        when(node.name()).thenReturn(new NodeName("n1"));
        when(context.node()).thenReturn(node);
        when(context.sinceTakeover()).thenReturn(Optional.empty());
        when(context.agent()).thenReturn(Optional.empty());
        when(context.recall(anyString()))
                .thenAnswer(call -> Optional.ofNullable(memory.get(call.<String>getArgument(0))));
        doAnswer(call -> memory.put(call.getArgument(0), call.getArgument(1)))
                .when(context)
                .remember(anyString(), anyString());
        when(off.name()).thenReturn("power.off-again");
        when(on.name()).thenReturn("power.on-again");
        when(off.run(context)).thenReturn(StepResult.DONE);
        when(on.run(context)).thenReturn(StepResult.DONE);
    }

    @Test
    void theFirstHeartbeatEndsTheWait() throws Exception {
        isWaiting("no boot script delivered yet");
        heard(Optional.empty());
        isWaiting("boot script delivered to 192.0.2.7, no heartbeat yet");
        heard(Optional.of(URI.create("https://192.0.2.7:9999")));
        silentFor(AFTER);

        assertThat(step.run(context)).isEqualTo(StepResult.DONE);
        verify(off, never()).run(context);
        verify(on, never()).run(context);
    }

    @Test
    void aRamdiskThatDoesNotTrustTheAgentApiIsNamedWithItsReason() throws Exception {
        silentFor(Duration.ofSeconds(10));
        heard(Optional.empty());
        handshakes.put(
                InetAddress.ofLiteral("192.0.2.7"),
                new AgentHandshakes.Failure(Duration.ofSeconds(9), "Received fatal alert: unknown_ca"));

        isWaiting("boot script delivered to 192.0.2.7, no heartbeat yet; its TLS handshake with the agent API failed:"
                + " Received fatal alert: unknown_ca, see agent_api_cert_file and agent_api_ca_file");
    }

    @Test
    void aFailedHandshakeOfAnEarlierBootIsNotNamed() throws Exception {
        silentFor(Duration.ofSeconds(10));
        heard(Optional.empty());
        handshakes.put(
                InetAddress.ofLiteral("192.0.2.7"),
                new AgentHandshakes.Failure(Duration.ofSeconds(11), "Received fatal alert: unknown_ca"));

        isWaiting("boot script delivered to 192.0.2.7, no heartbeat yet");
    }

    @Test
    void aMachineThatIsSilentForLongIsBootedOnceMore() throws Exception {
        silentFor(AFTER.minusNanos(1));
        isWaiting("no boot script delivered yet");
        verify(off, never()).run(context);
        verify(on, never()).run(context);
        silentFor(AFTER);
        isWaiting("no boot script delivered yet, its machine was booted twice");
        silentFor(AFTER.multipliedBy(2));
        isWaiting("no boot script delivered yet, its machine was booted twice");

        InOrder order = inOrder(off, on);
        order.verify(off).run(context);
        order.verify(on).run(context);
        verify(off, times(1)).run(context);
        verify(on, times(1)).run(context);
    }

    @Test
    void itIsSeenThroughThoughTheOldRamdiskIsHeardMeanwhile() throws Exception {
        when(off.run(context)).thenReturn(NOT_YET, StepResult.DONE);
        silentFor(AFTER);
        assertThat(step.run(context)).isEqualTo(NOT_YET);
        heard(Optional.of(URI.create("https://192.0.2.7:9999")));

        StepResult result = step.run(context);

        assertThat(result).isInstanceOf(Wait.class);
        verify(off, times(2)).run(context);
        verify(on).run(context);
    }

    @Test
    void afterARestartAMachineThatRequestsNoBootScriptIsBootedAgainSoon() throws Exception {
        takenOverFor(RESTARTED.minusNanos(1));
        isWaiting("no boot script delivered yet");
        verify(off, never()).run(context);

        takenOverFor(RESTARTED);
        isWaiting("no boot script delivered yet, its machine was booted twice");

        verify(off).run(context);
        verify(on).run(context);
    }

    @Test
    void afterARestartARamdiskThatIsStartingKeepsItsTime() throws Exception {
        takenOverFor(RESTARTED.multipliedBy(2));
        heard(Optional.empty());

        isWaiting("boot script delivered to 192.0.2.7, no heartbeat yet");

        verify(off, never()).run(context);
    }

    @Test
    void aRestartDoesNotGiveASilentMachineMoreTime() throws Exception {
        heard(Optional.empty());
        when(context.sinceTakeover()).thenReturn(Optional.of(Duration.ofSeconds(1)));
        silentFor(AFTER);

        isWaiting("no boot script delivered yet, its machine was booted twice");
    }

    @Test
    void aRetryTimeBeyondTheLimitMeansHalfOfTheLimit() throws Exception {
        AwaitRamdisk shorter = new AwaitRamdisk(
                Duration.ofMinutes(10),
                POLL,
                new BootAgain(AFTER, RESTARTED, List.of(off, on)),
                address -> Optional.ofNullable(handshakes.get(address)));
        silentFor(Duration.ofMinutes(5).minusNanos(1));
        shorter.run(context);
        verify(off, never()).run(context);
        silentFor(Duration.ofMinutes(5));

        shorter.run(context);

        verify(off).run(context);
        verify(on).run(context);
    }

    @Test
    void withoutATimeItIsNotBootedAgain() throws Exception {
        silentFor(LIMIT);

        assertThat(new AwaitRamdisk(
                                LIMIT,
                                POLL,
                                new BootAgain(Duration.ZERO, RESTARTED, List.of(off, on)),
                                _ -> Optional.empty())
                        .run(context))
                .isInstanceOf(Wait.class);
        verify(off, never()).run(context);
        verify(on, never()).run(context);
    }

    private void isWaiting(String seen) throws InterruptedException {
        assertThat(step.run(context))
                .isEqualTo(new Wait(WaitFor.RAMDISK, POLL, "the deploy ramdisk's first heartbeat (" + seen + ")"));
    }

    private void takenOverFor(Duration time) {
        when(context.sinceTakeover()).thenReturn(Optional.of(time));
        silentFor(time.plusSeconds(30));
    }

    private void silentFor(Duration time) {
        when(context.inStep()).thenReturn(time);
    }

    private void heard(Optional<URI> callback) {
        AgentRecord delivered = AgentRecord.delivered(
                new UUID(4, 7), Secret.of("a-token"), InetAddress.ofLiteral("192.0.2.7"), 1, Secret.of("an-image"));
        when(context.agent())
                .thenReturn(Optional.of(callback.map(url -> delivered.alive(url, "a certificate", "13.0.0", NOW))
                        .orElse(delivered)));
    }
}
