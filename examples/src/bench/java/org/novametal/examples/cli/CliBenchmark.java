package org.novametal.examples.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How long {@code bin/nova-metal} takes with an inventory of 10,000 nodes: a list of all, and their import; wall-clock time from
 * the start of the launcher to its end.
 *
 * <p>Arguments: the number of nodes; the number of rounds, of which the median is printed.
 */
public final class CliBenchmark {
    private static final long LIMIT_SECONDS = 600;

    private CliBenchmark() {}

    /** Runs the benchmark. */
    public static void main(String[] arguments) throws Exception {
        int nodes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        Path folder = Files.createTempDirectory("nova-metal-cli-bench");
        try {
            Path conf = Files.writeString(folder.resolve("nova.conf"), """
                    [baremetal]
                    state_path = %1$s/state
                    dhcp_dir = %1$s/dhcp
                    """.formatted(folder));
            Path yaml = folder.resolve("nodes.yaml");
            Files.writeString(yaml, document(nodes));
            // Builds the program where necessary, and writes the archive of its classes.
            seconds(folder, "node", "import", yaml.toString(), "--dry-run", "--config-file", conf.toString());
            List<Double> imports = new ArrayList<>();
            List<Double> lists = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                delete(folder.resolve("state"));
                imports.add(seconds(folder, "node", "import", yaml.toString(), "--config-file", conf.toString()));
                lists.add(seconds(folder, "node", "list", "--config-file", conf.toString()));
            }
            print("cli: node import of " + nodes + " nodes", imports);
            print("cli: node list of " + nodes + " nodes", lists);
        } finally {
            delete(folder);
        }
    }

    private static String document(int nodes) {
        StringBuilder text = new StringBuilder("format: nova-metal-inventory\nversion: 1\nnodes:\n");
        for (int i = 0; i < nodes; i++) {
            text.append("""
                    - name: node-%1$05d
                      bmc: {address: "ipmi://10.0.%2$d.%3$d", username: admin, password: open-sesame}
                      cpus: 64
                      memory_mb: 524288
                      local_gb: 1920
                      resource_class: baremetal.gold
                      traits: [CUSTOM_SSD, HW_CPU_X86_VMX]
                      initial_state: available
                      ports:
                      - {mac: "52:54:00:%2$02x:00:%3$02x"}
                      - {mac: "52:54:00:%2$02x:01:%3$02x", pxe_enabled: false}
                    """.formatted(i, i / 256, i % 256));
        }
        return text.toString();
    }

    private static double seconds(Path folder, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(launcher().toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(folder.resolve("errors").toFile());
        builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        long begin = System.nanoTime();
        Process process = builder.start();
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(command + " failed: " + Files.readString(folder.resolve("errors")));
            }
        } finally {
            process.destroyForcibly();
        }
        return (System.nanoTime() - begin) / 1e9;
    }

    /** The launcher in this source tree: the benchmark runs in any folder below it. */
    private static Path launcher() {
        return Stream.iterate(
                        Path.of("").toAbsolutePath(),
                        folder -> Optional.ofNullable(folder.getParent())
                                .orElseThrow(() -> new IllegalStateException("run the benchmark in the source tree")))
                .map(folder -> folder.resolve("examples/bin/nova-metal"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }

    private static void print(String name, List<Double> seconds) {
        double median = seconds.stream().sorted().toList().get(seconds.size() / 2);
        System.out.println(new JsonMapper()
                .createObjectNode()
                .put("name", name)
                .put("ours", new BigDecimal(median).round(new MathContext(3)))
                .putNull("peer")
                .putNull("ratio")
                .put("unit", "s"));
    }

    private static void delete(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
