package org.novametal.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.novametal.image.ImageChecksum;

class AgentCommandTest {
    private static final AgentNode NODE = new AgentNode(
            UUID.fromString("5d1f6c1e-0d0a-4f1b-9d0a-3f2a8f6f1c11"),
            Map.of("cpu_arch", "x86_64", "capabilities", "boot_mode:bios", "root_device", Map.of("size", ">= 1")),
            Map.of(),
            Map.of());
    private static final List<AgentPort> PORTS = List.of(new AgentPort(
            UUID.fromString("6a1f6c1e-0d0a-4f1b-9d0a-3f2a8f6f1c11"),
            "52:54:00:00:78:01",
            AgentPort.NetworkBoot.ENABLED));
    private static final Map<String, String> VERSIONS = Map.of("generic_hardware_manager", "1.2");

    @Test
    void stepsAreAskedForAsRecorded() {
        assertThat(body(AgentCommand.getCleanSteps(NODE, PORTS)))
                .isEqualTo(RecordedWire.request("2-info-08-clean-get_clean_steps"));
        assertThat(body(AgentCommand.getDeploySteps(NODE, PORTS)))
                .isEqualTo(RecordedWire.request("2-info-09-deploy-get_deploy_steps"));
    }

    @Test
    void shortCommandsAreAsRecorded() {
        assertThat(body(AgentCommand.getPartitionUuids()))
                .isEqualTo(RecordedWire.request("2-info-11-standby-get_partition_uuids-before"));
        assertThat(body(AgentCommand.sync())).isEqualTo(RecordedWire.request("2-info-12-standby-sync"));
        assertThat(body(AgentCommand.powerOff())).isEqualTo(RecordedWire.request("4-end-01-standby-power_off"));
        assertThat(body(AgentCommand.getHardwareInfo()))
                .isEqualTo(RecordedWire.request("2-info-07-poll-get_hardware_info"));
    }

    @Test
    void aRescueIsFinalizedAsRecordedAndItsHashIsNotPrinted() {
        JsonNode recorded = RecordedWire.request("4-end-02-rescue-finalize_rescue");
        String hash = recorded.path("params").path("rescue_password").asText();

        AgentCommand command = AgentCommand.finalizeRescue(hash);

        assertThat(body(command)).isEqualTo(recorded);
        assertThat(command.toString()).doesNotContain(hash);
    }

    @Test
    void aCleanStepIsOrderedAsIronicDoes() {
        JsonNode recorded = RecordedWire.request("4-clean-01-clean-erase_devices_metadata");
        AgentCommand ours = AgentCommand.clean(
                new HardwareSteps.Step("erase_devices_metadata", "deploy", 99), NODE, PORTS, VERSIONS);
        assertThat(body(ours)).isEqualTo(recorded);

        ObjectNode ironic = RecordedWire.command("6-ironic-1-clean", "clean.execute_clean_step");
        assertThat(body(ours).path("params").path("clean_version"))
                .isEqualTo(ironic.path("params").path("clean_version"));
        assertThat(RecordedWire.shape(body(ours).path("params").path("step")))
                .isEqualTo(RecordedWire.shape(ironic.path("params").path("step")));
        assertThat(body(ours).path("params").properties().stream().map(Map.Entry::getKey))
                .containsExactlyInAnyOrderElementsOf(ironic.path("params").properties().stream()
                        .map(Map.Entry::getKey)
                        .toList());
    }

    @Test
    void anImageIsWrittenAsIronicOrdersIt() {
        ObjectNode ironic = RecordedWire.command("6-ironic-2-deploy", "deploy.execute_deploy_step");
        JsonNode image = ironic.path("params").path("step").path("args").path("image_info");
        ImageInfo info = new ImageInfo(
                image.path("id").asText(),
                List.of(URI.create(image.path("urls").path(0).asText())),
                new ImageChecksum(
                        ImageChecksum.Algorithm.SHA256,
                        image.path("os_hash_value").asText()),
                UUID.fromString(image.path("node_uuid").asText()),
                Optional.of(image.path("configdrive").asText()));
        JsonNode ours = body(AgentCommand.writeImage(NODE, PORTS, info, VERSIONS));
        assertThat(ours.path("name")).isEqualTo(ironic.path("name"));
        assertThat(ours.path("params").path("step"))
                .isEqualTo(ironic.path("params").path("step"));
        assertThat(ours.path("params").path("deploy_version"))
                .isEqualTo(ironic.path("params").path("deploy_version"));
    }

    @Test
    void nothingGoesToTheAgentThatIronicDoesNotSend() {
        JsonNode ironic = RecordedWire.command("6-ironic-2-deploy", "deploy.get_deploy_steps")
                .path("params");
        JsonNode ours = body(AgentCommand.getDeploySteps(NODE, PORTS)).path("params");
        assertThat(ours.properties().stream().map(Map.Entry::getKey)).allMatch(ironic::has);
        assertThat(ours.path("node").properties().stream().map(Map.Entry::getKey))
                .allMatch(ironic.path("node")::has);
        assertThat(ours.path("ports").path(0).properties().stream().map(Map.Entry::getKey))
                .allMatch(ironic.path("ports").path(0)::has);
    }

    @Test
    void secretsOfANodeGoOutAsStars() {
        AgentNode node = new AgentNode(
                NODE.uuid(),
                Map.of("deep", List.of(Map.of("ipmi_password", "hunter2"))),
                Map.of("configdrive", "hunter2"),
                Map.of("agent_secret_token", "hunter2", "Private_Key", "hunter2"));
        String body = AgentCommand.getCleanSteps(node, PORTS).body();
        assertThat(body).doesNotContain("hunter2").contains("******");
        assertThat(node.lookupJson().toString()).doesNotContain("hunter2");
        assertThat(node.toString()).doesNotContain("hunter2");
    }

    @Test
    void aHashOfTheWrongLengthIsRefusedAtOnce() {
        assertThatThrownBy(() -> new ImageInfo(
                        "i",
                        List.of(URI.create("http://x/y")),
                        new ImageChecksum(ImageChecksum.Algorithm.SHA512, "a".repeat(64)),
                        NODE.uuid(),
                        Optional.empty()))
                .hasMessageContaining("128");
    }

    @Test
    void recordedResultsAreRead() {
        CommandResult running = CommandResult.of(RecordedWire.answer("4-clean-01-clean-erase_devices_metadata"));
        assertThat(running.status()).isEqualTo(CommandResult.Status.RUNNING);
        assertThat(running.id()).isEqualTo("020358a6-84ad-4367-8640-45d2a706dd17");
        CommandResult mismatch = CommandResult.of(RecordedWire.answer("5-error-24-err-clean-version-mismatch-done"));
        assertThat(mismatch.status()).isEqualTo(CommandResult.Status.CLEAN_VERSION_MISMATCH);
        CommandResult failed = CommandResult.of(RecordedWire.answer("5-error-31-err-image-checksum-done"));
        assertThat(failed.status()).isEqualTo(CommandResult.Status.FAILED);
        assertThat(failed.error().orElseThrow().type()).isEqualTo("ImageChecksumError");
        assertThat(failed.error().orElseThrow().details()).contains("verification checksum");
        HardwareSteps steps =
                HardwareSteps.of(CommandResult.of(RecordedWire.answer("2-info-08-clean-get_clean_steps")));
        assertThat(steps.versions()).isEqualTo(VERSIONS);
        assertThat(steps.deployStep("erase_devices_metadata"))
                .hasValue(new HardwareSteps.Step("erase_devices_metadata", "deploy", 99));
        assertThat(steps.deployStep("delete_configuration")).isEmpty();
    }

    @Test
    void aResultThatIsNoneIsAProtocolError() {
        assertThatThrownBy(() -> CommandResult.of(RecordedWire.json("{\"id\":\"x\",\"command_status\":\"ODD\"}")))
                .isInstanceOfSatisfying(
                        AgentException.class, e -> assertThat(e.reason()).isEqualTo(AgentException.Reason.PROTOCOL));
        assertThatThrownBy(() -> HardwareSteps.of(CommandResult.of(RecordedWire.answer("2-info-12-standby-sync"))))
                .isInstanceOf(AgentException.class);
    }

    @Test
    void aTokenTooShortForAnAgentIsRefusedAndNoTokenPrints() {
        assertThatThrownBy(() -> AgentToken.of("short")).hasMessageNotContaining("short,");
        AgentToken token = AgentToken.generate(new java.security.SecureRandom());
        assertThat(token.reveal()).hasSize(43);
        assertThat(token).hasToString("***").isEqualTo(AgentToken.of(token.reveal()));
        assertThat(token).isNotEqualTo(AgentToken.claimed(token.reveal().substring(1)));
    }

    private static JsonNode body(AgentCommand command) {
        return RecordedWire.json(command.body());
    }
}
