package org.novametal.baremetal;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.bmc.BmcAddress;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.driver.testing.ScriptedDriverHost;

/**
 * The rack of a {@link RackProgram}, and drivers for it with the default configuration, no rate of power-ons and no cleaning.
 *
 * @param folder the folder of the rack and of the driver's state
 * @param image the address of the image
 * @param nodes the nodes to enrol
 */
record BenchmarkRack(Path folder, URI image, List<NodeSpec> nodes) {
    private static final HostName HOST = new HostName("compute-1");

    /** Starts the program; it ends with its standard input. */
    static Process start(Path folder, int machines) throws IOException, InterruptedException {
        Files.createDirectories(folder.resolve("dhcp"));
        Files.writeString(folder.resolve("kernel"), "a stand-in for a kernel\n");
        Files.writeString(folder.resolve("ramdisk"), "a stand-in for a ramdisk\n");
        Process process = java("1g", RackProgram.class, Integer.toString(machines), folder.toString());
        awaitLine(process, "ready");
        return process;
    }

    /** Starts another program of these sources, with the standard output for us and the error output shared. */
    static Process java(String heap, Class<?> program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
    }

    /** Waits until the program prints that line; other lines are dropped. */
    static void awaitLine(Process process, String wanted) throws IOException, InterruptedException {
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        String line = lines.readLine();
        while (line != null && !line.equals(wanted)) {
            line = lines.readLine();
        }
        if (line == null) {
            throw new IOException("a program ended with exit code " + process.waitFor());
        }
    }

    /** The rack whose program has started. */
    static BenchmarkRack in(Path folder) throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve("rack"));
        List<NodeSpec> nodes = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] words = line.split(" ", 4);
            nodes.add(NodeSpec.builder(
                            FakeCloud.nodeName(nodes.size()), BmcAddress.parse(words[1]), FakeCloud.CREDENTIALS)
                    .uuid(UUID.fromString(words[0]))
                    .vcpus(4)
                    .memoryMb(8192)
                    .localGb(1)
                    .resourceClass("baremetal.gold")
                    .macs(List.of(words[2]))
                    .consoleLog(words[3])
                    .initialState(ProvisionState.AVAILABLE)
                    .build());
        }
        return new BenchmarkRack(folder, URI.create(lines.getFirst()), nodes);
    }

    /** Starts a driver. */
    BareMetalDriver driver() {
        BareMetalDriver driver = new BareMetalDriver(
                NovaConf.builder()
                        .overlay(
                                "baremetal",
                                "state_path",
                                folder.resolve("state").toString())
                        .overlay("baremetal", "dhcp_dir", folder.resolve("dhcp").toString())
                        .overlay(
                                "baremetal",
                                "console_folders",
                                folder.resolve("serial").toString())
                        .overlay(
                                "baremetal",
                                "deploy_kernel",
                                folder.resolve("kernel").toString())
                        .overlay(
                                "baremetal",
                                "deploy_ramdisk",
                                folder.resolve("ramdisk").toString())
                        .overlay("baremetal", "power_on_rate", "0")
                        .overlay("baremetal", "automated_clean", "false")
                        .build(),
                new ScriptedDriverHost(HOST, InstantSource.system()));
        driver.initHost(HOST);
        return driver;
    }

    static InstanceId instance(int number) {
        return new InstanceId(UUID.nameUUIDFromBytes(("instance " + number).getBytes(StandardCharsets.US_ASCII)));
    }

    /** The request for the instance of that number on the node of that number. */
    SpawnRequest spawn(int number) {
        return SpawnRequest.builder(
                        Instance.builder(
                                        instance(number),
                                        Flavor.builder("metal").build())
                                .node(FakeCloud.nodeName(number))
                                .build(),
                        ImageMeta.builder("image").source(image).build())
                .build();
    }
}
