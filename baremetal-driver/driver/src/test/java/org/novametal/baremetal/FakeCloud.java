package org.novametal.baremetal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.inventory.Enrolment;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.SecretCipher;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreOptions;
import org.novametal.baremetal.store.sql.SqlStore;
import org.novametal.bmc.BmcCredentials;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.model.NodeName;
import org.novametal.fake.FakeMachineSettings;
import org.novametal.fake.FakeRack;
import org.novametal.fake.FakeRackSettings;
import org.novametal.http.HttpAnswer;
import org.novametal.http.HttpService;
import org.novametal.http.Route;

/**
 * All that surrounds a bare-metal driver in a test: a rack of fake machines on real sockets, an image server, a state
 * folder, the configuration. Images can be held back and made to fail.
 */
public final class FakeCloud implements AutoCloseable {
    public static final BmcCredentials CREDENTIALS = new BmcCredentials("admin", "correct horse");

    /** A small image: an MBR with one partition, then noise. */
    static final int IMAGE_BYTES = 2 << 20;

    private final Path folder;
    private final FakeRack rack;
    private final HttpService imageServer;
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger held = new AtomicInteger();
    private volatile CountDownLatch gate = new CountDownLatch(0);

    public FakeCloud(Path folder, int machines) throws Exception {
        this.folder = folder;
        Files.createDirectories(folder.resolve("files"));
        Files.writeString(folder.resolve("files/kernel"), "a stand-in for a kernel\n");
        Files.writeString(folder.resolve("files/ramdisk"), "a stand-in for a ramdisk\n");
        Files.write(folder.resolve("files/image"), image(new Random(20130418)));
        rack = FakeRack.start(new FakeRackSettings(
                machines,
                0,
                CREDENTIALS,
                folder.resolve("machines"),
                folder.resolve("dhcp"),
                folder.resolve("serial"),
                1L << 30));
        imageServer = HttpService.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                List.of(Route.at("GET", "/image", _ -> serveImage())));
        try (Store store = openStore()) {
            Enrolment enrolment = new Enrolment(store.nodes());
            for (NodeSpec spec : nodeSpecs()) {
                enrolment.enrol(spec);
            }
        }
    }

    static byte[] image(Random random) {
        return image(random, IMAGE_BYTES);
    }

    /** An MBR with one partition, then noise, of that length. */
    static byte[] image(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        ByteBuffer mbr = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 446; i < 510; i++) {
            mbr.put(i, (byte) 0);
        }
        mbr.put(450, (byte) 0x83);
        int firstSector = Math.min(2048, length / 1024);
        mbr.putInt(454, firstSector);
        mbr.putInt(458, length / 512 - firstSector);
        mbr.putShort(510, (short) 0xAA55);
        return bytes;
    }

    private HttpAnswer serveImage() {
        held.incrementAndGet();
        try {
            if (!gate.await(60, TimeUnit.SECONDS)) {
                return HttpAnswer.text(503, "held too long\n");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return HttpAnswer.text(503, "interrupted\n");
        } finally {
            held.decrementAndGet();
        }
        if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            return HttpAnswer.text(500, "failing on demand\n");
        }
        return HttpAnswer.file(folder.resolve("files/image"));
    }

    public FakeRack rack() {
        return rack;
    }

    public Path folder() {
        return folder;
    }

    public Path database() {
        return folder.resolve("state/nova-metal.db");
    }

    public URI imageUrl() {
        return imageServer.baseUri().resolve("/image");
    }

    URI missingImageUrl() {
        return imageServer.baseUri().resolve("/no-such-image");
    }

    /** A file below the allowed image folder. */
    URI localImage(String name, byte[] content) throws Exception {
        return Files.write(folder.resolve("files").resolve(name), content).toUri();
    }

    public static NodeName nodeName(int index) {
        return new NodeName("metal-" + index);
    }

    /** What the machine's disk holds in as many bytes as the image has. */
    public byte[] diskOf(int index) throws Exception {
        Path disk = rack.slots().get(index).machine().settings().stateFolder().resolve("disk");
        try (var stream = Files.newInputStream(disk)) {
            return stream.readNBytes(IMAGE_BYTES);
        }
    }

    public byte[] image() throws Exception {
        return Files.readAllBytes(folder.resolve("files/image"));
    }

    public String serialOf(int index) throws Exception {
        Path log = rack.slots().get(index).machine().settings().serialLog();
        return Files.exists(log) ? Files.readString(log) : "";
    }

    synchronized void hold() {
        if (gate.getCount() == 0) {
            gate = new CountDownLatch(1);
        }
    }

    void release() {
        gate.countDown();
    }

    int heldDownloads() {
        return held.get();
    }

    void failNextDownload() {
        failures.incrementAndGet();
    }

    /** The configuration of a driver in this cloud. */
    public NovaConf.Builder conf() {
        return conf(folder);
    }

    /** The configuration of a driver in the cloud of that folder, with limits that suit fakes. */
    public static NovaConf.Builder conf(Path folder) {
        return NovaConf.builder()
                .overlay("baremetal", "state_path", folder.resolve("state").toString())
                .overlay("baremetal", "dhcp_dir", folder.resolve("dhcp").toString())
                .overlay("baremetal", "image_folders", folder.resolve("files").toString())
                .overlay(
                        "baremetal", "console_folders", folder.resolve("serial").toString())
                .overlay(
                        "baremetal",
                        "deploy_kernel",
                        folder.resolve("files/kernel").toString())
                .overlay(
                        "baremetal",
                        "deploy_ramdisk",
                        folder.resolve("files/ramdisk").toString())
                .overlay("baremetal", "power_change_timeout", "10")
                .overlay("baremetal", "image_download_retries", "0")
                .overlay("baremetal", "power_poll_interval", "0.2")
                .overlay("baremetal", "power_command_interval", "0")
                .overlay("baremetal", "bmc_command_timeout", "2")
                .overlay("baremetal", "bmc_retry_interval", "0.2")
                .overlay("baremetal", "deploy_callback_timeout", "60")
                .overlay("baremetal", "boot_retry_timeout", "15")
                .overlay("baremetal", "agent_poll_interval", "0.1")
                .overlay("baremetal", "soft_power_off_timeout", "5")
                .overlay("baremetal", "store_timeout", "5");
    }

    public BareMetalOptions options() {
        return BareMetalOptions.from(conf().build());
    }

    public List<NodeSpec> nodeSpecs() {
        List<NodeSpec> specs = new ArrayList<>();
        for (FakeRack.Slot slot : rack.slots()) {
            FakeMachineSettings machine = slot.machine().settings();
            specs.add(NodeSpec.builder(nodeName(specs.size()), slot.bmc(), CREDENTIALS)
                    .uuid(machine.systemUuid())
                    .vcpus(4)
                    .memoryMb(8192)
                    .localGb(1)
                    .resourceClass("baremetal.gold")
                    .traits(Set.of("CUSTOM_FAKE"))
                    .macs(machine.macs())
                    .consoleLog(machine.serialLog().toString())
                    .initialState(ProvisionState.AVAILABLE)
                    .build());
        }
        return specs;
    }

    /** The store as a second process sees it. */
    public Store openStore() throws Exception {
        Files.createDirectories(folder.resolve("state"));
        return SqlStore.sqlite(
                database(),
                SecretCipher.ofKeyFile(folder.resolve("state/secret.key")),
                InstantSource.system(),
                StoreOptions.DEFAULTS);
    }

    public NodeRecord node(NodeName name) throws Exception {
        try (Store store = openStore()) {
            return store.nodes().find(name).orElseThrow();
        }
    }

    @Override
    public void close() {
        gate.countDown();
        imageServer.close();
        rack.close();
    }
}
