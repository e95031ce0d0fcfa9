package org.novametal.fake;

import com.google.common.base.Splitter;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.common.util.concurrent.Uninterruptibles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.BootDevice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work of a fake machine from one power-on to the next power-off: a thread that boots, and the agent that it may start.
 * After {@link #end} it prints and reports nothing, and soon releases its resources.
 */
final class MachineRun {
    private static final int CPUS = 4;
    private static final int MEMORY_MB = 8192;
    private static final Logger log = LoggerFactory.getLogger(MachineRun.class);
    private static final int MAX_SCRIPT_BYTES = 64 << 10;
    private static final int MAX_INITRD_BYTES = 64 << 10;
    /** A fake machine does not wait as long as a script says. */
    private static final int PAUSE_DIVISOR = 50;

    private static final Duration LONG_PAUSE = Duration.ofMinutes(10);
    private static final int CHUNK = 1 << 20;
    private static final String TOKEN = "ipa-agent-token=";
    private static final Duration EARLIER_RUN_LIMIT = Duration.ofSeconds(30);

    private final FakeMachineSettings settings;
    private final FakeSurroundings surroundings;
    private final SerialLog serial;
    private final List<BootDevice> order;
    private final Observer observer;
    private final Thread thread;
    private final CountDownLatch ended = new CountDownLatch(1);

    /** The previous run, which must have ended before this one uses the disk; null afterwards. Used by the thread only. */
    private @Nullable MachineRun before;

    private volatile @Nullable Call call;

    MachineRun(
            FakeMachineSettings settings,
            FakeSurroundings surroundings,
            SerialLog serial,
            List<BootDevice> order,
            @Nullable MachineRun before,
            Observer observer) {
        this.settings = settings;
        this.surroundings = surroundings;
        this.serial = serial;
        this.order = order;
        this.before = before;
        this.observer = observer;
        this.thread = Thread.ofVirtual().name("machine-" + settings.name()).unstarted(this::run);
    }

    /** Called with the results of a run. */
    interface Observer {
        void reached(MachineRun source, FakeMachine.Activity next);

        void powerOff(MachineRun source);
    }

    void start() {
        thread.start();
    }

    /** Ends the run at once; returns without waiting. */
    void end() {
        synchronized (this) {
            ended.countDown();
        }
        Call running = call;
        if (running != null) {
            running.cancel();
        }
        // No interrupt: it would disturb the close of the agent's HTTP server, which then waits for its time limit.
    }

    boolean awaitEnd(Duration limit) throws InterruptedException {
        return thread.join(limit);
    }

    private void run() {
        try {
            MachineRun earlier = before;
            // Wait even if the power is cut meanwhile: the next run waits only for this one.
            if (earlier != null) {
                Uninterruptibles.joinUninterruptibly(earlier.thread, EARLIER_RUN_LIMIT);
                if (earlier.thread.isAlive()) {
                    throw new IOException("the previous run did not end within " + EARLIER_RUN_LIMIT);
                }
            }
            before = null;
            Path file = settings.stateFolder().resolve("disk");
            try (FakeDisk disk = FakeDisk.open(file, settings.diskBytes())) {
                boot(disk);
            }
        } catch (InterruptedException e) {
            // The power was cut.
        } catch (IOException | RuntimeException e) {
            if (ended.getCount() > 0) {
                log.warn("machine {} failed", settings.name(), e);
                say("Hardware error: " + e);
                observer.reached(this, FakeMachine.Activity.HALTED);
            }
        }
    }

    private void boot(FakeDisk disk) throws IOException, InterruptedException {
        for (BootDevice device : order) {
            boolean booted = switch (device) {
                case DISK -> bootFromDisk(disk);
                case NETWORK -> bootFromNetwork(disk);
                case CDROM -> {
                    say("CD: no medium");
                    yield false;
                }
                case FIRMWARE_SETUP -> {
                    say("Firmware setup");
                    observer.reached(this, FakeMachine.Activity.HALTED);
                    ended.await();
                    yield true;
                }
                case NONE -> false;
            };
            if (booted) {
                return;
            }
        }
        say("No bootable device");
        observer.reached(this, FakeMachine.Activity.HALTED);
    }

    private boolean bootFromDisk(FakeDisk disk) throws IOException {
        if (!isBootable(disk)) {
            say("Disk: no partition table");
            return false;
        }
        long length = Math.min(readImageLength().orElse(disk.length()), disk.length());
        String hostname = lease().flatMap(FakeDhcp.Lease::hostname).orElse("(none)");
        Optional<FakeConfigDrive.Found> drive = FakeConfigDrive.read(disk);
        drive.map(FakeConfigDrive.Found::files)
                .orElse(Map.of())
                .forEach((path, content) -> say("config drive: " + path + " " + content.length + " bytes, sha256 "
                        + Hashing.sha256().hashBytes(content)));
        say("BOOTED sha256=" + sha256(disk, length, drive) + " hostname=" + hostname);
        observer.reached(this, FakeMachine.Activity.OPERATING_SYSTEM);
        return true;
    }

    /** Checks like firmware for a boot signature at the end of the first sector, or a GPT header in the second. */
    private static boolean isBootable(FakeDisk disk) throws IOException {
        ByteBuffer start = ByteBuffer.allocate((int) Math.min(1024, disk.length()));
        disk.read(start, 0);
        start.flip();
        if (start.getShort(510) == 0x55AA) {
            return true;
        }
        ByteBuffer signature = ByteBuffer.wrap("EFI PART".getBytes(StandardCharsets.US_ASCII));
        return start.limit() >= 1024 && start.slice(512, 8).equals(signature);
    }

    /** The digest of the image's bytes, without the partition that a config drive added to its table. */
    private String sha256(FakeDisk disk, long length, Optional<FakeConfigDrive.Found> drive) throws IOException {
        Hasher hasher = Hashing.sha256().newHasher();
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        for (long at = 0; at < length && ended.getCount() > 0; at += chunk.limit()) {
            chunk.clear().limit((int) Math.min(CHUNK, length - at));
            disk.read(chunk, at);
            if (at == 0) {
                drive.ifPresent(found -> found.hide(chunk));
            }
            hasher.putBytes(chunk.flip());
        }
        return hasher.hash().toString();
    }

    /** The first lease that one of the NICs gets. */
    private Optional<FakeDhcp.Lease> lease() {
        return settings.macs().stream()
                .flatMap(mac -> surroundings.dhcp().ask(mac).stream())
                .findFirst();
    }

    private boolean bootFromNetwork(FakeDisk disk) throws IOException, InterruptedException {
        for (String mac : settings.macs()) {
            Optional<FakeDhcp.Lease> lease = surroundings.dhcp().ask(mac);
            if (lease.isEmpty()) {
                say("PXE " + mac + ": no DHCP answer");
                continue;
            }
            String address = lease.get().address().getHostAddress();
            if (lease.get().bootFile().isEmpty()) {
                say("PXE " + mac + ": address " + address + ", no boot file");
                continue;
            }
            say("PXE " + mac + ": address " + address + ", boot file "
                    + lease.get().bootFile().get());
            try {
                Optional<Loaded> loaded = runScript(mac, lease.get());
                if (loaded.isPresent()) {
                    runRamdisk(loaded.get(), lease.get(), disk);
                    return true;
                }
            } catch (IOException | IllegalArgumentException e) {
                say("PXE " + mac + ": " + e.getMessage());
            }
        }
        return false;
    }

    /** The kernel that a script starts, and what its ramdisks contain. */
    private record Loaded(IpxeScript.Ending.Boot boot, FakeInitrd initrd) {}

    /** Runs the boot script, which may chain to others; returns the kernel that it starts. */
    private Optional<Loaded> runScript(String mac, FakeDhcp.Lease lease) throws IOException, InterruptedException {
        Map<String, String> values = Map.of(
                "mac", mac,
                "net0/mac", mac,
                "netX/mac", mac,
                "netX/mac:hexhyp", mac.replace(':', '-'),
                "mac:hexhyp", mac.replace(':', '-'),
                "ip", lease.address().getHostAddress(),
                "hostname", lease.hostname().orElse(""));
        URI script = URI.create(lease.bootFile().orElseThrow());
        Firmware firmware = new Firmware(lease);
        return switch (IpxeScript.run(firmware.fetchText(script), script, values, firmware)) {
            case IpxeScript.Ending.Boot boot -> Optional.of(new Loaded(boot, firmware.unpack(boot.ramdisks())));
            case IpxeScript.Ending.Exit _ -> {
                say("iPXE: the script ends without a boot");
                yield Optional.empty();
            }
            case IpxeScript.Ending.Broken broken -> {
                say("iPXE: " + script + ": " + broken.why());
                yield Optional.empty();
            }
        };
    }

    private void runRamdisk(Loaded loaded, FakeDhcp.Lease lease, FakeDisk disk)
            throws IOException, InterruptedException {
        IpxeScript.Ending.Boot boot = loaded.boot();
        FakeInitrd initrd = loaded.initrd();
        say("Linux version 0 (fake), command line: " + String.join(" ", boot.arguments()));
        Optional<String> api = boot.arguments().stream()
                .filter(argument -> argument.startsWith("ipa-api-url="))
                .map(argument -> argument.substring("ipa-api-url=".length()))
                .findFirst();
        if (boot.ramdisks().isEmpty() || api.isEmpty()) {
            say(
                    boot.ramdisks().isEmpty()
                            ? "Kernel panic - not syncing: VFS: Unable to mount root fs"
                            : "ironic-python-agent: no ipa-api-url on the kernel command line");
            observer.reached(this, FakeMachine.Activity.HALTED);
            ended.await();
            return;
        }
        String urls = initrd.option("api_url").orElse(api.get());
        URI apiUrl = URI.create(Splitter.on(',').split(urls).iterator().next());
        FakeAgentSettings agentSettings = FakeAgentSettings.of(apiUrl, lease.address(), settings.macs())
                .withToken(boot.arguments().stream()
                        .filter(argument -> argument.startsWith(TOKEN))
                        .map(argument -> argument.substring(TOKEN.length()))
                        .findFirst())
                .withAuthorities(initrd.option("cafile").flatMap(initrd::file).orElse(""))
                .hurried();
        say("ironic-python-agent: starts, API at " + apiUrl);
        // Reported before the agent starts, because others may wait for the agent's first requests.
        observer.reached(this, FakeMachine.Activity.RAMDISK);
        FakeAgent agent = FakeAgent.start(
                agentSettings, new AgentHost(disk), surroundings.timer(), surroundings.clock(), surroundings.random());
        try {
            ended.await();
        } finally {
            agent.close();
        }
    }

    /** iPXE on this machine: it sends from the address that the machine was leased. */
    private final class Firmware implements IpxeScript.Firmware {
        private final OkHttpClient http;
        private final Map<URI, byte[]> contents = new HashMap<>();

        Firmware(FakeDhcp.Lease lease) {
            http = surroundings
                    .http()
                    .newBuilder()
                    .callTimeout(settings.fetchTimeout())
                    .socketFactory(new AddressSockets(lease.address()))
                    // OkHttp would reuse a connection that another machine made from its address.
                    .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS))
                    .build();
        }

        /** The content of the small ramdisks; a large one is that of an operating system. */
        FakeInitrd unpack(List<URI> ramdisks) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            ramdisks.forEach(ramdisk -> all.writeBytes(contents.getOrDefault(ramdisk, new byte[0])));
            return FakeInitrd.unpack(all.toByteArray());
        }

        @Override
        public Optional<String> script(URI from) {
            try {
                return Optional.of(fetchText(from));
            } catch (IOException e) {
                say("iPXE: " + e.getMessage());
                return Optional.empty();
            }
        }

        @Override
        public boolean file(URI from) {
            try (Response response = fetch(from);
                    InputStream body = response.body().byteStream()) {
                byte[] start = body.readNBytes(MAX_INITRD_BYTES + 1);
                long rest = body.transferTo(OutputStream.nullOutputStream());
                say(from + "... ok (" + (start.length + rest) + " bytes)");
                contents.put(from, start.length > MAX_INITRD_BYTES ? new byte[0] : start);
                return true;
            } catch (IOException e) {
                say("iPXE: " + e.getMessage());
                return false;
            }
        }

        @Override
        public void print(String line) {
            say("iPXE: " + line);
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            if (duration.compareTo(LONG_PAUSE) >= 0) {
                observer.reached(MachineRun.this, FakeMachine.Activity.HALTED);
                ended.await();
            }
            if (ended.await(duration.dividedBy(PAUSE_DIVISOR).toMillis(), TimeUnit.MILLISECONDS)) {
                throw new InterruptedException("the power was cut");
            }
        }

        private String fetchText(URI from) throws IOException {
            try (Response response = fetch(from)) {
                byte[] bytes = response.body().byteStream().readNBytes(MAX_SCRIPT_BYTES + 1);
                if (bytes.length > MAX_SCRIPT_BYTES) {
                    throw new IOException(from + " is longer than " + MAX_SCRIPT_BYTES + " bytes");
                }
                return new String(bytes, StandardCharsets.UTF_8);
            }
        }

        private Response fetch(URI from) throws IOException {
            if (!"http".equals(from.getScheme()) && !"https".equals(from.getScheme())) {
                throw new IOException(from + ": only http and https are supported");
            }
            Call fetching =
                    http.newCall(new Request.Builder().url(from.toString()).build());
            call = fetching;
            if (ended.getCount() == 0) {
                fetching.cancel();
            }
            Response response = fetching.execute();
            if (response.code() != 200) {
                response.close();
                throw new IOException(from + ": HTTP " + response.code());
            }
            return response;
        }
    }

    /** Prints a line, unless the power is off. */
    private void say(String line) {
        synchronized (this) {
            if (ended.getCount() > 0) {
                serial.print(line);
            }
        }
    }

    private Path imageLengthFile() {
        return settings.stateFolder().resolve("image-bytes");
    }

    private Optional<Long> readImageLength() throws IOException {
        Path file = imageLengthFile();
        return Files.exists(file)
                ? Optional.of(Long.valueOf(Files.readString(file).strip()))
                : Optional.empty();
    }

    /** The machine as the agent of this run sees it. */
    private final class AgentHost implements FakeAgentHost {
        private final FakeDisk disk;

        AgentHost(FakeDisk disk) {
            this.disk = disk;
        }

        @Override
        public FakeDisk disk() {
            return disk;
        }

        @Override
        public void imageWritten(long lengthBytes) {
            if (ended.getCount() == 0) {
                return;
            }
            Path draft = settings.stateFolder().resolve("image-bytes.new");
            try {
                Files.writeString(draft, lengthBytes + "\n");
                Files.move(draft, imageLengthFile(), StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot store the image length of " + settings.name(), e);
            }
            say("ironic-python-agent: wrote an image of " + lengthBytes + " bytes");
        }

        @Override
        public void rescued(String passwordHash) {
            try {
                Files.writeString(settings.stateFolder().resolve("rescue-password"), passwordHash + "\n");
            } catch (IOException e) {
                throw new UncheckedIOException("cannot store the rescue password of " + settings.name(), e);
            }
            say("Rescue system ready, log in as rescue");
        }

        @Override
        public FakeHardware hardware() {
            return new FakeHardware(CPUS, MEMORY_MB, settings.macs());
        }

        @Override
        public void powerOff() {
            say("ironic-python-agent: powers off");
            observer.powerOff(MachineRun.this);
        }
    }
}
