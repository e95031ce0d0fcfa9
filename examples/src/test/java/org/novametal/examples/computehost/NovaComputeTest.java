package org.novametal.examples.computehost;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.novametal.driver.testkit.Eventually;
import org.novametal.examples.computehost.server.SocketClient;

/** The driver for nova-compute with the Python and the tests of real releases of Nova. */
@Tag("peers")
class NovaComputeTest {
    private static final Path TESTS = Path.of("nova-compute", "tests").toAbsolutePath();
    private static final Duration LIMIT = Duration.ofMinutes(15);
    private static final String[] CONTRACT = {"contract.ContractTestCase", "contract.ErrorTableTestCase"};

    @TempDir
    Path folder;

    /** A release of Nova and how its threads are made. */
    enum Nova {
        ZED("/usr/bin/python3", "0"),
        NEWEST_THREADS(newest(), "1"),
        NEWEST_EVENTLET(newest(), "0");

        final String python;
        final String nativeThreads;

        Nova(String python, String nativeThreads) {
            this.python = python;
            this.nativeThreads = nativeThreads;
        }

        private static String newest() {
            String cache = System.getenv().getOrDefault("XDG_CACHE_HOME", System.getenv("HOME") + "/.cache");
            return cache + "/nova-metal/nova-newest/bin/python";
        }
    }

    private record Run(Process process, Path log) {
        void passes() throws Exception {
            boolean ended = process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
            process.destroyForcibly();
            String output = Files.readString(log);
            assertThat(ended).as(output).isTrue();
            assertThat(process.exitValue()).as(output).isZero();
            assertThat(output).contains("\nOK");
        }
    }

    private Run begin(Nova nova, Path socket, String image, String... tests) throws Exception {
        // Nova must be patched before anything else is imported, or it refuses native threads.
        String program = """
                import unittest
                try:
                    from nova import monkey_patch
                    monkey_patch.patch()
                except (ImportError, AttributeError):
                    pass
                unittest.main(module=None)
                """;
        List<String> command = new ArrayList<>(List.of(nova.python, "-W", "ignore", "-c", program));
        command.addAll(List.of(tests));
        Path log = folder.resolve("python.log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(TESTS.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        builder.environment().put("OS_NOVA_DISABLE_EVENTLET_PATCHING", nova.nativeThreads);
        builder.environment().put("NOVAMETAL_SOCKET", socket.toString());
        if (!image.isEmpty()) {
            builder.environment().put("NOVAMETAL_IMAGE", image);
            builder.environment().put("NOVAMETAL_CLASS", "CUSTOM_BAREMETAL");
        }
        return new Run(builder.start(), log);
    }

    @ParameterizedTest
    @EnumSource(Nova.class)
    void theDriverPassesItsTestsAgainstAScriptedHost(Nova nova) throws Exception {
        begin(nova, folder.resolve("none"), "", "test_shim").passes();
    }

    @ParameterizedTest
    @EnumSource(Nova.class)
    void novasContractTestsPassWithTheInMemoryDriver(Nova nova) throws Exception {
        try (HostProcess host = HostProcess.started(folder, "[DEFAULT]\nhost = " + MetalLab.NODE_OF_THE_SUITE)) {
            begin(nova, host.socket, "", CONTRACT).passes();
        }
    }

    @ParameterizedTest
    @EnumSource(Nova.class)
    void novasContractTestsPassWithTheBareMetalDriverOnFakeMachines(Nova nova) throws Exception {
        try (MetalLab lab = MetalLab.start(folder, 4);
                HostProcess host = lab.host()) {
            begin(nova, host.socket, lab.imageUrl(), CONTRACT).passes();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Nova.class,
            names = {"ZED", "NEWEST_THREADS"})
    void serversLiveThroughNovasApiOnTheInMemoryDriver(Nova nova) throws Exception {
        try (HostProcess host = HostProcess.started(folder, "[DEFAULT]\nhost = " + MetalLab.NODE_OF_THE_SUITE)) {
            begin(nova, host.socket, "", "functional").passes();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Nova.class,
            names = {"ZED", "NEWEST_THREADS"})
    void serversLiveThroughNovasApiOnFakeMachines(Nova nova) throws Exception {
        try (MetalLab lab = MetalLab.start(folder, 2);
                HostProcess host = lab.host()) {
            begin(nova, host.socket, lab.imageUrl(), "functional").passes();
        }
    }

    @Test
    void aSpawnIsDoneWhenTheHostIsKilledInItsMiddleAndStartedAgain() throws Exception {
        try (MetalLab lab = MetalLab.start(folder, 1)) {
            Run spawn;
            try (HostProcess host = lab.host()) {
                spawn = begin(Nova.ZED, host.socket, lab.imageUrl(), "contract.KilledHostTestCase");
                Eventually.holds("the node is being deployed", LIMIT, () -> isDeploying(host.socket));
                host.process.destroyForcibly();
                host.exitCode();
            }
            try (HostProcess host = lab.host()) {
                spawn.passes();
                assertThat(host.output()).contains("deploying -> active");
            }
        }
    }

    private static boolean isDeploying(Path socket) throws Exception {
        JsonNode resources =
                SocketClient.call(socket, "GET", "/v1/resources", "").json().path("resources");
        return Set.of("deploying", "wait call-back")
                .contains(
                        resources.path(0).path("stats").path("provision_state").asText());
    }
}
