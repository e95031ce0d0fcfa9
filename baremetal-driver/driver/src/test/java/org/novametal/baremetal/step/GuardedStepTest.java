package org.novametal.baremetal.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.novametal.agent.AgentException;
import org.novametal.agent.CommandResult;
import org.novametal.baremetal.inventory.AgentRecord;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.step.StepResult.Failed;
import org.novametal.baremetal.step.StepResult.Wait;
import org.novametal.baremetal.step.StepResult.WaitFor;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.Secret;

class GuardedStepTest {
    private static final UUID NODE = UUID.fromString("5d1f6c1e-0d0a-4f1b-9d0a-3f2a8f6f1c11");
    private static final String TOKEN = "Token_0123-456789abcdefghijklmnopqrstuvwxyzA";
    private static final String IMAGE = "Image_0123-456789abcdefghijklmnopqrstuvwxyzA";
    private static final String SECRETS = "0123";

    private final StepContext context = mock(StepContext.class);
    private final Step step = mock(Step.class);

    @BeforeEach
    void prepare() {
        NodeRecord node = mock(NodeRecord.class);
        when(node.name()).thenReturn(new NodeName("n1"));
        when(context.node()).thenReturn(node);
        when(context.agent())
                .thenReturn(Optional.of(AgentRecord.delivered(
                        NODE, Secret.of(TOKEN), InetAddress.ofLiteral("192.0.2.7"), 1, Secret.of(IMAGE))));
        when(step.name()).thenReturn("deploy.write-image");
        when(step.limit()).thenReturn(Duration.ofMinutes(1));
    }

    private static List<String> texts() {
        return List.of(
                "Received status code 404 from https://10.0.0.1:6385/images/" + NODE + "/" + IMAGE + ", expected 200",
                "no URL at all: " + IMAGE,
                "the token is " + TOKEN + ".",
                "{\\\"agent_token\\\": \\\"" + TOKEN + "\\\"}",
                "URL: http://user:" + TOKEN + "@images.example/x");
    }

    @Test
    void whatAnAgentRepeatsOfASecretIsBlankedInAFailure() throws Exception {
        for (String text : texts()) {
            when(step.run(any())).thenReturn(new Failed(FailureCause.RAMDISK, text));
            assertThat(((Failed) new GuardedStep(step).run(context)).message())
                    .as(text)
                    .contains("***")
                    .doesNotContain(SECRETS);
        }
    }

    @Test
    void whatAnAgentRepeatsOfASecretIsBlankedWhileItIsWaitedFor() throws Exception {
        for (String text : texts()) {
            when(step.run(any())).thenReturn(new Wait(WaitFor.TIME, Duration.ofSeconds(1), text));
            assertThat(((Wait) new GuardedStep(step).run(context)).what())
                    .as(text)
                    .contains("***")
                    .doesNotContain(SECRETS);
        }
    }

    @Test
    void whatAnAgentRepeatsOfASecretIsBlankedInWhatItRefuses() throws Exception {
        for (String text : texts()) {
            doThrow(new AgentException(AgentException.Reason.REFUSED, text))
                    .when(step)
                    .run(any());
            assertThat(((Failed) new GuardedStep(step).run(context)).message())
                    .as(text)
                    .contains("***")
                    .doesNotContain(SECRETS);
        }
    }

    /** A text is blanked before it is cut: what identifies a secret may stand behind the cut, or before it. */
    @Test
    void aSecretAtTheEndOfALongErrorIsBlanked() {
        for (int length = 200; length < 300; length++) {
            String details = "x".repeat(length) + " agent_token=" + TOKEN + " /images/" + NODE + "/" + IMAGE;
            assertThat(new CommandResult.Failure("ImageDownloadError", "", details).details())
                    .as("after %d characters", length)
                    .doesNotContain(SECRETS);
        }
    }

    @Test
    void anOrdinaryTextStaysAsItIs() throws Exception {
        Failed failed = new Failed(FailureCause.BMC, "node " + NODE + " does not answer");
        when(step.run(any())).thenReturn(failed);
        assertThat(new GuardedStep(step).run(context)).isEqualTo(failed);
    }
}
