package org.novametal.examples.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.bmc.BmcCredentials;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.host.DriverEvent.NodeStateChanged;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.testing.ScriptedDriverHost;
import org.novametal.fake.FakeMachineSettings;
import org.novametal.fake.FakeRack;
import org.novametal.fake.FakeRackSettings;

/** Checks that the pages in Markdown agree with the code. */
class ReadmeTest {
    /** Tests run in the module's folder. */
    private static final Path TOP = Path.of("..").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    @Test
    void theEmbeddingSampleIsTheOneThatIsCompiled() throws IOException {
        List<String> source =
                Files.readAllLines(Path.of("src/test/java/org/novametal/examples/readme/EmbeddingSample.java"));
        String sample = String.join(
                "\n",
                source.subList(
                        source.indexOf("        // README begins") + 1, source.indexOf("        // README ends")));

        assertThat(text("README.md")).contains("```java\n" + sample.stripIndent() + "\n```");
    }

    @Test
    void theEmbeddingSampleRuns() throws Exception {
        Path image = Files.createDirectory(folder.resolve("images")).resolve("disk.raw");
        byte[] disk = new byte[1 << 20];
        disk[450] = (byte) 0x83;
        disk[458] = 1;
        disk[454] = 1;
        disk[510] = 0x55;
        disk[511] = (byte) 0xAA;
        Files.write(image, disk);
        Path bootFile = Files.writeString(folder.resolve("boot"), "a stand-in\n");
        Path dhcp = folder.resolve("dhcp");
        BmcCredentials credentials = new BmcCredentials("admin", "not a real one");
        ScriptedDriverHost host = new ScriptedDriverHost(new HostName("embedding"), InstantSource.system());
        try (FakeRack rack = FakeRack.start(new FakeRackSettings(
                1, 0, credentials, folder.resolve("disks"), dhcp, folder.resolve("serial"), 1L << 30))) {
            FakeRack.Slot slot = rack.slots().getFirst();
            FakeMachineSettings machine = slot.machine().settings();
            NodeSpec node = NodeSpec.builder(new NodeName(machine.name()), slot.bmc(), credentials)
                    .uuid(machine.systemUuid())
                    .vcpus(4)
                    .memoryMb(8192)
                    .localGb(1)
                    .resourceClass("baremetal")
                    .macs(machine.macs())
                    .initialState(ProvisionState.AVAILABLE)
                    .build();
            NovaConf conf = NovaConf.builder()
                    .overlay("baremetal", "state_path", folder.resolve("state").toString())
                    .overlay("baremetal", "dhcp_dir", dhcp.toString())
                    .overlay(
                            "baremetal",
                            "image_folders",
                            folder.resolve("images").toString())
                    .overlay("baremetal", "deploy_kernel", bootFile.toString())
                    .overlay("baremetal", "deploy_ramdisk", bootFile.toString())
                    .overlay("baremetal", "agent_poll_interval", "0.2")
                    .build();

            EmbeddingSample.run(
                    conf,
                    host,
                    node,
                    Flavor.builder("small").vcpus(4).memoryMb(8192).build(),
                    ImageMeta.builder("disk").source(image.toUri()).build());
        }

        assertThat(host.events().stream()
                        .filter(NodeStateChanged.class::isInstance)
                        .map(event -> ((NodeStateChanged) event).newState()))
                .containsSubsequence("deploying", "active", "deleting", "cleaning");
    }

    @Test
    void theBlockOf2013IsTheOneThatTheQuickstartReads() throws IOException {
        String block = String.join(
                "\n",
                Files.readAllLines(Path.of("etc", "nova.conf")).stream()
                        .filter(line -> !line.startsWith("#"))
                        .toList());

        assertThat(text("baremetal-driver/driver/README.md")).contains("```ini\n" + block + "\n```");
    }

    @Test
    void everyPackageThatAPageNamesIsThere() throws IOException {
        List<String> named = pages().stream()
                .flatMap(page -> Pattern.compile("`org\\.novametal\\.([a-z.]+[a-z])`")
                        .matcher(text(page))
                        .results()
                        .map(match -> match.group(1)))
                .toList();

        assertThat(named)
                .hasSizeGreaterThan(50)
                .allSatisfy(name -> assertThat(folders(name))
                        .as("folders of the package %s", name)
                        .isNotEmpty());
    }

    @Test
    void everyLinkOfAPageHasAFile() throws IOException {
        for (String page : pages()) {
            assertThat(Pattern.compile("\\]\\(([^):#]+)\\)")
                            .matcher(text(page))
                            .results()
                            .map(match -> match.group(1)))
                    .as("links of %s", page)
                    .allSatisfy(link -> assertThat(
                                    TOP.resolve(page).resolveSibling(link).normalize())
                            .exists());
        }
    }

    @Test
    void everySourceFileThatAPageNamesIsThere() throws IOException {
        for (String page : pages()) {
            assertThat(Pattern.compile("`((?:\\.\\./[a-z]+/)?src/[a-z]+/[A-Za-z0-9/._-]+)`")
                            .matcher(text(page))
                            .results()
                            .map(match -> match.group(1)))
                    .as("paths in %s", page)
                    .allSatisfy(path -> assertThat(
                                    TOP.resolve(page).resolveSibling(path).normalize())
                            .exists());
        }
    }

    /** The pages of the repository, of its modules and packages, by their paths from the top. */
    private static List<String> pages() throws IOException {
        try (Stream<Path> files = Files.walk(TOP)) {
            return files.filter(path -> path.toString().endsWith(".md"))
                    .filter(path -> !path.toString().contains("/target/"))
                    .map(page -> TOP.relativize(page).toString())
                    .toList();
        }
    }

    private static List<Path> folders(String name) {
        return Stream.of(
                        "driver-api",
                        "baremetal-driver/bmc",
                        "baremetal-driver/fake",
                        "baremetal-driver/driver",
                        "scheduler-hostmanager",
                        "examples")
                .map(module -> TOP.resolve(module).resolve("src"))
                .flatMap(source -> Stream.of("main", "test")
                        .map(kind ->
                                source.resolve(kind + "/java/org/novametal").resolve(name.replace('.', '/'))))
                .filter(Files::isDirectory)
                .toList();
    }

    private static String text(String page) {
        try {
            return Files.readString(TOP.resolve(page));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
