package org.novametal.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.novametal.examples.quickstart.QuickstartRun.Outcome;

@Execution(ExecutionMode.CONCURRENT)
class QuickstartTest {
    @TempDir
    Path folder;

    @Test
    void everyNodeUsedGoesFromAvailableToActiveAndBackAndNothingIsLeft() throws Exception {
        Path image = Files.createDirectory(folder.resolve("image")).resolve("sample.raw");
        SampleImage.write(image);

        Outcome outcome = QuickstartRun.run(
                folder,
                "--config-file",
                SampleFiles.NOVA_CONF.toString(),
                "-f",
                "json",
                "--nodes",
                "3",
                "--instances",
                "2");

        assertThat(outcome.exitCode()).as("%s", outcome).isZero();
        assertLives(outcome, 2);
        assertThat(outcome.events("error")).isEmpty();
        // After the spawns, after off and on, after the reboot.
        assertThat(outcome.events("console"))
                .hasSize(4)
                .allSatisfy(console ->
                        assertThat(console.required("sha256").asText()).isEqualTo(SampleFiles.sha256(image)));
        assertThat(outcome.events("console").stream()
                        .map(console -> console.required("hostname").asText()))
                .containsExactly("web-1", "web-2", "web-1", "web-2");
        assertThat(outcome.events("table")).hasSize(3);
        for (JsonNode table : List.of(
                outcome.events("table").getFirst(), outcome.events("table").getLast())) {
            assertThat(table.required("nodes")).hasSize(3).allSatisfy(node -> {
                assertThat(node.required("state").asText()).isEqualTo("available");
                assertThat(node.required("instance").isNull()).isTrue();
                assertThat(node.required("memory_mb_used").asInt()).isZero();
            });
        }
        assertThat(outcome.events("progress"))
                .isNotEmpty()
                .allSatisfy(progress ->
                        assertThat(progress.required("fraction").asDouble()).isBetween(0.0, 1.0));
    }

    @Test
    @Tag("peers")
    void machinesRunWhatQemuImgSaysIsInTheQcow2Image() throws Exception {
        Path raw = folder.resolve("disk.raw");
        SampleImage.write(raw);
        Path qcow2 = folder.resolve("disk.qcow2");
        qemuImg("convert", "-f", "raw", "-O", "qcow2", raw.toString(), qcow2.toString());
        Path back = folder.resolve("back.raw");
        qemuImg("convert", "-O", "raw", qcow2.toString(), back.toString());

        Outcome outcome = QuickstartRun.run(
                folder,
                "--config-file",
                SampleFiles.NOVA_CONF.toString(),
                "--nodes",
                "4",
                "--image",
                qcow2.toString(),
                "-f",
                "json");

        assertThat(outcome.exitCode()).as("%s", outcome).isZero();
        assertLives(outcome, 2);
        assertThat(outcome.events("console"))
                .isNotEmpty()
                .allSatisfy(console ->
                        assertThat(console.required("sha256").asText()).isEqualTo(SampleFiles.sha256(back)));
    }

    @Test
    void inAPipePeopleGetPlainLines() throws Exception {
        Outcome outcome = QuickstartRun.run(
                folder, "--config-file", SampleFiles.NOVA_CONF.toString(), "--nodes", "1", "--instances", "1");

        assertThat(outcome.exitCode()).as("%s", outcome).isZero();
        assertThat(outcome.errors()).isEmpty();
        assertThat(outcome.lines())
                .contains("fake-1: available -> deploying", "fake-1: cleaning -> available")
                .anyMatch(line -> line.matches("  fake-1 +active +4/4 +8192/8192 .*"))
                .anyMatch(line -> line.contains("BOOTED sha256="))
                .noneMatch(line -> line.contains("\u001b"));
    }

    @Test
    void aSignalEndsTheRunAndNothingIsLeft() throws Exception {
        CompletableFuture<String> deploying = new CompletableFuture<>();
        try (QuickstartRun run = QuickstartRun.start(
                folder,
                line -> {
                    if (line.contains("\"deploying\"")) {
                        deploying.complete(line);
                    }
                },
                "--config-file",
                SampleFiles.NOVA_CONF.toString(),
                "-f",
                "json")) {
            deploying.get(60, TimeUnit.SECONDS);
            assertThat(QuickstartRun.commandLines(run.temporary().toString()))
                    .as("the quickstart and its rack")
                    .hasSize(2);

            run.terminate();

            assertThat(run.await().exitCode()).isEqualTo(128 + 15);
            run.assertNothingLeft();
        }
    }

    @Test
    void whatIsKeptHoldsTheLogAndNoPassword() throws Exception {
        Path kept = folder.resolve("kept");

        Outcome outcome = QuickstartRun.run(
                folder,
                "--config-file",
                SampleFiles.NOVA_CONF.toString(),
                "--nodes",
                "1",
                "--instances",
                "1",
                "--keep",
                kept.toString());

        assertThat(outcome.exitCode()).as("%s", outcome).isZero();
        assertThat(kept.resolve("quickstart.log")).content().contains("available", "deploying", "active");
        assertThat(kept.resolve("state")).isDirectory();
        assertThat(kept.resolve("bmc-password")).doesNotExist();
    }

    /** Checks the order of states of each used node, and that as many nodes were used as there were instances. */
    private static void assertLives(Outcome outcome, int instances) {
        Map<String, List<String>> lives = new LinkedHashMap<>();
        for (JsonNode change : outcome.events("state")) {
            List<String> life = lives.computeIfAbsent(
                    change.required("node").asText(),
                    node -> new ArrayList<>(List.of(change.required("old").asText())));
            assertThat(change.required("old").asText())
                    .as("no change is missing")
                    .isEqualTo(life.getLast());
            life.add(change.required("new").asText());
        }
        assertThat(lives).hasSize(instances);
        assertThat(lives.values())
                .allSatisfy(life -> assertThat(life)
                        .startsWith("available", "deploying")
                        .containsSubsequence("available", "deploying", "active", "deleting", "cleaning", "available")
                        .doesNotContain("deploy failed", "clean failed", "error")
                        .endsWith("available"));
    }

    private static void qemuImg(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("qemu-img"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", command, output).isZero();
    }
}
