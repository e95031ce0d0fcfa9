package org.novametal.examples.quickstart;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.novametal.baremetal.BareMetalDriver;
import org.novametal.bmc.BmcCredentials;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.capability.ConsoleAccess;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.loader.DriverLoader;
import org.novametal.driver.model.DestroyRequest;
import org.novametal.driver.model.Freshness;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.PowerOffRequest;
import org.novametal.driver.model.PowerState;
import org.novametal.driver.model.RebootRequest;
import org.novametal.driver.model.RebootRequest.RebootType;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.examples.quickstart.QuickstartException.Problem;
import org.novametal.examples.quickstart.RackProcess.Machine;
import org.novametal.examples.quickstart.Report.Note;
import org.novametal.scheduler.HostManager;
import org.novametal.scheduler.HostManagerLoader;
import org.novametal.scheduler.RequestSpec;
import org.novametal.scheduler.Selection;

/** The main job, from the configuration to the last table. Everything that it starts is added to the clean-up. */
final class MainJob {
    private static final RequestContext CONTEXT = RequestContext.of("req-quickstart");
    private static final Duration SOFT_OFF = Duration.ofSeconds(5);
    private static final int PASSWORD_BYTES = 8;

    private final Settings settings;
    private final WorkFolder work;
    private final Output output;
    private final Cleanup cleanup;

    MainJob(Settings settings, WorkFolder work, Output output, Cleanup cleanup) {
        this.settings = settings;
        this.work = work;
        this.output = output;
        this.cleanup = cleanup;
    }

    /** An instance and the node that was chosen for it. */
    private record Placed(Instance instance, String node) {}

    void run() throws InterruptedException {
        ChosenImage image = ChosenImage.choose(settings.image(), work);
        Path dhcp = work.folder("dhcp");
        Path serial = work.folder("serial");
        NovaConf conf = RunConfiguration.read(settings.configFile(), work, dhcp, serial, image.folder());
        QuickstartHost host = new QuickstartHost(output);
        BareMetalDriver driver = bareMetal(DriverLoader.load(conf, host));
        Fleet fleet = new Fleet(driver);
        HostManager scheduler = HostManagerLoader.load(conf, fleet::reports);
        note("read " + settings.configFile() + ": driver " + driver.getClass().getName() + ", host manager "
                + scheduler.getClass().getName());

        BmcCredentials credentials = new BmcCredentials("quickstart", password());
        RackProcess rack = startRack(credentials, dhcp, serial);
        // The driver is closed before the rack, so that it does not work on machines that are gone.
        cleanup.add("the driver", driver);
        driver.initHost(host.host());
        enrol(driver, rack.machines(settings.nodes()), credentials);
        output.show(fleet.table("The nodes and their capacity:"));

        List<Placed> placed = schedule(scheduler, image);
        try {
            spawn(driver, scheduler, placed, image);
            output.show(fleet.table("The instances run:"));
            exercise(driver, placed, image);
        } catch (RuntimeException failure) {
            destroyAfter(failure, driver, fleet, placed);
            throw failure;
        }
        destroy(driver, placed);
        fleet.awaitAllAvailable();
        output.show(fleet.table("All instances are destroyed, all nodes clean:"));
    }

    private static BareMetalDriver bareMetal(ComputeDriver driver) {
        if (driver instanceof BareMetalDriver bareMetal) {
            return bareMetal;
        }
        driver.close();
        throw new QuickstartException(
                Problem.DRIVER_UNSUITABLE,
                "compute_driver names " + driver.getClass().getName() + ", which cannot enrol nodes; name "
                        + BareMetalDriver.class.getName() + " or an alias of it");
    }

    private static String password() {
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private RackProcess startRack(BmcCredentials credentials, Path dhcp, Path serial) {
        note("starting " + settings.nodes() + " fake machines in a separate process");
        Path passwordFile = work.file("bmc-password", credentials.password() + "\n");
        cleanup.add("the password file", () -> Files.deleteIfExists(passwordFile));
        return cleanup.add(
                "the rack of fake machines",
                RackProcess.start(
                        settings.nodes(),
                        NodeSizes.DISK_GB,
                        credentials,
                        new RackProcess.Places(
                                work.folder("rack"), dhcp, serial, passwordFile, work.file("rack.log", ""))));
    }

    private static void enrol(BareMetalDriver driver, List<Machine> machines, BmcCredentials credentials) {
        for (int n = 0; n < machines.size(); n++) {
            driver.enrolment().enrol(NodeSizes.node(n, machines.get(n), credentials));
        }
    }

    /** Chooses a node for every instance before any node is changed. */
    private List<Placed> schedule(HostManager scheduler, ChosenImage image) {
        List<Placed> placed = new ArrayList<>();
        for (int n = 1; n <= settings.instances(); n++) {
            Instance wanted = Instance.builder(new InstanceId(UUID.randomUUID()), NodeSizes.flavor())
                    .name("web-" + n)
                    .hostname("web-" + n)
                    .build();
            Selection selection = scheduler.select(RequestSpec.builder(wanted.id(), wanted.flavor())
                    .image(image.meta())
                    .build());
            placed.add(new Placed(
                    wanted.toBuilder().node(selection.node()).build(),
                    selection.node().value()));
            note(wanted.name() + " (" + wanted.id() + ") is placed on node " + selection.node());
        }
        return placed;
    }

    private static void spawn(BareMetalDriver driver, HostManager scheduler, List<Placed> placed, ChosenImage image)
            throws InterruptedException {
        Fleet.sideBySide(placed, one -> {
            try {
                driver.spawn(
                        CONTEXT,
                        SpawnRequest.builder(one.instance(), image.meta()).build());
            } finally {
                scheduler.release(one.instance().id());
            }
        });
    }

    /** Tries consoles, power and reboot; each effect must be visible on the machine. */
    private void exercise(BareMetalDriver driver, List<Placed> placed, ChosenImage image) throws InterruptedException {
        ConsoleWatch console = new ConsoleWatch(
                driver.capability(ConsoleAccess.class)
                        .orElseThrow(() -> new QuickstartException(
                                Problem.DRIVER_UNSUITABLE, "the driver gives no access to consoles")),
                image.rawSha256());
        for (Placed one : placed) {
            output.show(console.awaitStart(CONTEXT, one.node(), one.instance(), 1));
        }
        Placed first = placed.getFirst();
        note(first.node() + ": switching it off");
        driver.powerOff(CONTEXT, new PowerOffRequest(first.instance(), SOFT_OFF));
        expectPower(driver, first, PowerState.SHUTDOWN);
        note(first.node() + ": switching it on");
        driver.powerOn(CONTEXT, first.instance());
        expectPower(driver, first, PowerState.RUNNING);
        output.show(console.awaitStart(CONTEXT, first.node(), first.instance(), 2));

        Placed last = placed.getLast();
        note(last.node() + ": rebooting it");
        driver.reboot(CONTEXT, new RebootRequest(last.instance(), RebootType.HARD));
        expectPower(driver, last, PowerState.RUNNING);
        output.show(console.awaitStart(CONTEXT, last.node(), last.instance(), last.equals(first) ? 3 : 2));
    }

    private static void expectPower(BareMetalDriver driver, Placed one, PowerState wanted) {
        PowerState seen = driver.getInfo(one.instance(), Freshness.LIVE).state();
        if (seen != wanted) {
            throw new QuickstartException(
                    Problem.POWER_STATE_WRONG,
                    "node " + one.node() + " was switched to " + wanted + ", but its BMC reports " + seen);
        }
    }

    private void destroy(BareMetalDriver driver, List<Placed> placed) throws InterruptedException {
        note("destroying "
                + String.join(
                        ", ", placed.stream().map(one -> one.instance().name()).toList())
                + "; their nodes are cleaned");
        Fleet.sideBySide(placed, one -> driver.destroy(CONTEXT, DestroyRequest.of(one.instance())));
    }

    /**
     * Destroys the instances after a failure, so that no node stays in use. A second failure is added to the first
     * failure as a suppressed exception.
     */
    private void destroyAfter(RuntimeException failure, BareMetalDriver driver, Fleet fleet, List<Placed> placed)
            throws InterruptedException {
        try {
            destroy(driver, placed);
            fleet.awaitAllAvailable();
            output.show(fleet.table("All instances are destroyed after the failure:"));
        } catch (RuntimeException second) {
            failure.addSuppressed(second);
        }
    }

    private void note(String text) {
        output.show(new Note(text));
    }
}
