package org.novametal.baremetal.step.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files as the real dnsmasq reads them while it runs, asked by a real DHCP client over a wire. */
@Tag("peers")
class DhcpFilesWithDnsmasqTest {
    private static final String MAC = "52:54:00:12:34:56";
    private static final UUID NODE = UUID.fromString("11111111-2222-3333-4444-555555555555");

    @TempDir
    Path folder;

    @Test
    void dnsmasqAnswersAMachineFirstWithItsBootFileThenAsItsInstanceWantsIt() throws Exception {
        Files.createDirectories(folder.resolve("hosts"));
        Files.createDirectories(folder.resolve("opts"));
        DhcpFiles files = new DhcpFiles(folder);
        Process lab = startLab();
        try (BufferedWriter ask = lab.outputWriter(StandardCharsets.UTF_8);
                BufferedReader answers = lab.inputReader(StandardCharsets.UTF_8)) {
            assertThat(answers.readLine()).isEqualTo("ready");

            URI boot = URI.create("http://10.99.0.1:8080/boot/" + NODE + ".ipxe");
            files.write(NODE, List.of(MAC), List.of(), "deploy-" + NODE, Optional.of(boot));
            awaitAnswer(ask, answers, "hostname=deploy-" + NODE + " bootfile=" + boot);

            files.write(NODE, List.of(MAC), List.of("10.99.0.77"), "web1", Optional.empty());
            awaitAnswer(ask, answers, "ip=10.99.0.77 hostname=web1");
        } finally {
            lab.destroy();
            assertThat(lab.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private Process startLab() throws Exception {
        Path script = Files.write(
                folder.resolve("dnsmasq-lab.sh"),
                Objects.requireNonNull(getClass().getResourceAsStream("dnsmasq-lab.sh"))
                        .readAllBytes());
        return new ProcessBuilder("unshare", "-n", "bash", script.toString(), folder.toString(), MAC)
                .redirectError(folder.resolve("lab.log").toFile())
                .start();
    }

    /** dnsmasq hears of a changed file by itself, a moment later: asked again until it has. */
    private static void awaitAnswer(BufferedWriter ask, BufferedReader answers, String wanted) throws Exception {
        String answer = "";
        for (int i = 0; i < 20 && !answer.contains(wanted); i++) {
            ask.write("ask\n");
            ask.flush();
            answer = String.valueOf(answers.readLine());
        }
        assertThat(answer).contains(wanted);
    }
}
