package org.novametal.baremetal.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import org.novametal.agent.AgentClient;
import org.novametal.agent.AgentCommand;
import org.novametal.agent.AgentException;
import org.novametal.agent.AgentNode;
import org.novametal.agent.CommandResult;
import org.novametal.agent.CommandResult.Status;
import org.novametal.baremetal.inventory.AgentRecord;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.Secret;

/** A long command of a ramdisk is sent once, also when the process ended before it stored the command's id. */
class RamdiskTest {
    private static final UUID NODE = new UUID(4, 7);
    private static final String KEY = "deploy.install-bootloader";
    private static final AgentCommand QUESTION =
            AgentCommand.getDeploySteps(new AgentNode(NODE, Map.of(), Map.of(), Map.of()), List.of());
    private static final AgentCommand COMMAND = AgentCommand.installUefiBootloader();

    private final AgentClient client = mock(AgentClient.class);
    private final StepContext context = mock(StepContext.class);
    private final Map<String, String> memory = new HashMap<>();
    private final Ramdisk ramdisk = new Ramdisk(client, Duration.ofSeconds(10));

    @BeforeEach
    void prepare() {
        NodeRecord node = mock(NodeRecord.class);
        when(node.name()).thenReturn(new NodeName("n1"));
        when(context.node()).thenReturn(node);
        when(context.agent())
                .thenReturn(Optional.of(AgentRecord.delivered(
                                NODE,
                                Secret.of("Token_0123-456789abcdefghijklmnopqrstuvwxyzA"),
                                InetAddress.ofLiteral("192.0.2.7"),
                                1,
                                Secret.of("an-image"))
                        .alive(URI.create("https://192.0.2.7:9999"), "a certificate", "13.0.0", Instant.EPOCH)));
        when(context.recall(anyString()))
                .thenAnswer(call -> Optional.ofNullable(memory.get(call.<String>getArgument(0))));
        doAnswer(call -> memory.put(call.getArgument(0), call.getArgument(1)))
                .when(context)
                .remember(anyString(), anyString());
        when(client.execute(any(), eq(QUESTION), any())).thenReturn(steps());
        when(client.execute(any(), eq(COMMAND), any()))
                .thenReturn(command("new", "install_bootloader", Status.RUNNING));
        takenOver();
    }

    private static CommandResult steps() {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.putObject("deploy_steps");
        answer.putObject("hardware_manager_version");
        return new CommandResult("1", "get_deploy_steps", Status.SUCCEEDED, answer, Optional.empty());
    }

    private static CommandResult command(String id, String name, Status status) {
        return new CommandResult(id, name, status, NullNode.getInstance(), Optional.empty());
    }

    private void takenOver() {
        when(context.sinceTakeover()).thenReturn(Optional.of(Duration.ZERO));
    }

    private void busy() {
        when(client.execute(any(), eq(QUESTION), any()))
                .thenThrow(new AgentException(AgentException.Reason.BUSY, "Agent is busy"));
    }

    private StepResult run() {
        return ramdisk.seeThrough(context, KEY, QUESTION, _ -> Optional.of(COMMAND));
    }

    private void verifyNotSent() {
        verify(client, never()).execute(any(), eq(COMMAND), any());
    }

    @Test
    void aCommandThatEndedWhileNoProcessRanIsNotSentAgain() {
        when(client.list(any()))
                .thenReturn(List.of(
                        steps(),
                        command("2", "execute_deploy_step", Status.SUCCEEDED),
                        command("3", "install_bootloader", Status.SUCCEEDED)));

        assertThat(run()).isEqualTo(StepResult.DONE);

        assertThat(memory).containsValue("3");
        verifyNotSent();
    }

    @Test
    void aCommandThatStillRunsIsContinued() {
        busy();
        when(client.list(any())).thenReturn(List.of(command("3", "install_bootloader", Status.RUNNING)));

        assertThat(run()).isInstanceOf(StepResult.Wait.class);

        assertThat(memory).containsValue("3");
        verifyNotSent();
    }

    @Test
    void aShortCommandThatKeepsTheAgentBusyIsNotMistakenForTheLongOne() {
        busy();
        when(client.list(any())).thenReturn(List.of(command("1", "get_deploy_steps", Status.RUNNING)));

        assertThatThrownBy(this::run).isInstanceOf(AgentException.class).hasMessageContaining("busy");
        assertThat(memory).isEmpty();
    }

    @Test
    void aCommandThatFailedIsSentAgain() {
        when(client.list(any())).thenReturn(List.of(command("3", "install_bootloader", Status.FAILED)));

        assertThat(run()).isInstanceOf(StepResult.Wait.class);

        assertThat(memory).containsValue("new");
    }

    @Test
    void anAgentThatCannotListItsCommandsIsSentTheCommand() {
        when(client.list(any())).thenThrow(new AgentException(AgentException.Reason.REFUSED, "HTTP 500"));

        assertThat(run()).isInstanceOf(StepResult.Wait.class);

        assertThat(memory).containsValue("new");
    }

    @Test
    void aStepThatThisProcessBeganDoesNotAskForTheList() {
        when(context.sinceTakeover()).thenReturn(Optional.empty());

        assertThat(run()).isInstanceOf(StepResult.Wait.class);

        verify(client, never()).list(any());
        assertThat(memory).containsValue("new");
    }
}
