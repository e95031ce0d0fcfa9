package org.novametal.examples.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.examples.quickstart.QuickstartException.Problem;
import org.novametal.examples.rack.FakeRackMain;

/**
 * The rack of fake machines: a child process with the same Java and class path. Closing this object ends the process
 * within a time limit.
 */
final class RackProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration END_LIMIT = Duration.ofSeconds(10);
    private static final int LONGEST_ERROR_OUTPUT = 2000;

    private final Process process;

    /**
     * A machine of the rack, as the process prints it.
     *
     * @param name the machine's name
     * @param uuid the machine's SMBIOS UUID
     * @param bmc the address of the machine's BMC
     * @param macs the hardware addresses of the machine's NICs
     * @param serialLog the file that records the output of the machine's serial line
     */
    record Machine(String name, UUID uuid, BmcAddress bmc, List<String> macs, Path serialLog) {
        Machine {
            macs = List.copyOf(macs);
        }

        private static Machine read(JsonNode json) {
            List<String> macs = new ArrayList<>();
            json.required("macs").forEach(mac -> macs.add(mac.asText()));
            return new Machine(
                    json.required("name").asText(),
                    UUID.fromString(json.required("system_uuid").asText()),
                    BmcAddress.parse(json.required("bmc").asText()),
                    macs,
                    Path.of(json.required("serial_log").asText()));
        }
    }

    /**
     * The files and folders of a rack.
     *
     * @param state the machines' disks
     * @param dhcp the driver's {@code dhcp_dir}
     * @param serial the machines' serial logs
     * @param passwordFile the file that holds the BMCs' password
     * @param errorOutput the file for the error stream of the process
     */
    record Places(Path state, Path dhcp, Path serial, Path passwordFile, Path errorOutput) {}

    private final Places places;

    private RackProcess(Process process, Places places) {
        this.process = process;
        this.places = places;
    }

    /** Starts the process; call {@link #machines} to wait for its machines. */
    static RackProcess start(int machines, int diskGb, BmcCredentials credentials, Places places) {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FakeRackMain.class.getName(),
                        "--nodes",
                        Integer.toString(machines),
                        "--port",
                        "0",
                        "--user",
                        credentials.username(),
                        "--password-file",
                        places.passwordFile().toString(),
                        "--state-dir",
                        places.state().toString(),
                        "--dhcp-dir",
                        places.dhcp().toString(),
                        "--log",
                        places.serial().toString(),
                        "--disk-mb",
                        Integer.toString(diskGb * 1024),
                        "--with-parent",
                        "-f",
                        "json")
                .redirectError(places.errorOutput().toFile());
        builder.environment().put("NOVA_METAL_LOG", "INFO");
        try {
            return new RackProcess(builder.start(), places);
        } catch (IOException e) {
            throw new QuickstartException(Problem.RACK_FAILED, "cannot start the rack of fake machines: " + e, e);
        }
    }

    /** Waits until the process has printed all machines, and returns them. */
    List<Machine> machines(int wanted) throws InterruptedException {
        CompletableFuture<List<Machine>> printed = new CompletableFuture<>();
        Thread.ofVirtual().name("rack-output").start(() -> {
            try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                printed.complete(readMachines(lines, wanted));
                // Later output is read too, so that the rack never blocks on a full pipe.
                lines.lines().forEach(line -> {});
            } catch (IOException | UncheckedIOException e) {
                printed.completeExceptionally(e);
            } catch (IllegalArgumentException e) {
                printed.completeExceptionally(
                        new IOException("the rack printed a line that does not describe a machine", e));
            }
        });
        try {
            return printed.get(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new QuickstartException(
                    Problem.RACK_FAILED,
                    "the rack of fake machines did not start within " + START_LIMIT.toSeconds() + " s: "
                            + (e.getCause() == null ? "no answer" : e.getCause()) + errorOutput(),
                    e);
        }
    }

    private static List<Machine> readMachines(BufferedReader lines, int wanted) throws IOException {
        JsonMapper json = JsonMapper.builder().build();
        List<Machine> machines = new ArrayList<>();
        while (machines.size() < wanted) {
            String line = lines.readLine();
            if (line == null) {
                throw new IOException("the process ended after " + machines.size() + " of " + wanted + " machines");
            }
            machines.add(Machine.read(json.readTree(line)));
        }
        return machines;
    }

    private String errorOutput() {
        try {
            String text = Files.readString(places.errorOutput()).strip();
            return text.isEmpty()
                    ? ""
                    : "; its error output: " + text.substring(Math.max(0, text.length() - LONGEST_ERROR_OUTPUT));
        } catch (IOException e) {
            return "; its error output cannot be read: " + e;
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (process.waitFor(END_LIMIT)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
