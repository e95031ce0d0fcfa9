package org.novametal.baremetal.plan;

import java.net.InetAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.novametal.agent.AgentHandshakes;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.step.BmcDirectory;
import org.novametal.baremetal.step.OnRamdisk;
import org.novametal.baremetal.step.Ramdisk;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.boot.AwaitRamdisk;
import org.novametal.baremetal.step.boot.AwaitRamdisk.BootAgain;
import org.novametal.baremetal.step.boot.CheckBootFiles;
import org.novametal.baremetal.step.boot.DiskBoot;
import org.novametal.baremetal.step.boot.MarkConsole;
import org.novametal.baremetal.step.boot.NetworkBoot;
import org.novametal.baremetal.step.clean.EraseDisks;
import org.novametal.baremetal.step.clean.EraseDisks.Extent;
import org.novametal.baremetal.step.deploy.FetchImage;
import org.novametal.baremetal.step.deploy.InstallBootloader;
import org.novametal.baremetal.step.deploy.SyncDisk;
import org.novametal.baremetal.step.deploy.WriteImage;
import org.novametal.baremetal.step.inspect.InspectHardware;
import org.novametal.baremetal.step.network.DhcpFiles;
import org.novametal.baremetal.step.network.ProvisioningNetwork;
import org.novametal.baremetal.step.network.TenantNetwork;
import org.novametal.baremetal.step.power.InstanceStart;
import org.novametal.baremetal.step.power.PowerOff;
import org.novametal.baremetal.step.power.PowerOn;
import org.novametal.baremetal.step.power.PowerReach;
import org.novametal.baremetal.step.rescue.FinalizeRescue;
import org.novametal.baremetal.step.verify.CheckBootDevice;
import org.novametal.baremetal.step.verify.CheckConsole;
import org.novametal.baremetal.step.verify.CheckPower;
import org.novametal.driver.model.Secret;
import org.novametal.image.ImageService;
import org.novametal.openstack.Glance;
import org.novametal.openstack.GlanceImage.Md5;

/**
 * Creates the steps of all plans from the options and the subsystems that they use. Names of steps are stored, so they must
 * never be changed.
 *
 * @param options the options
 * @param bmcs the nodes' BMCs
 * @param reach switches machines
 * @param images fetches images
 * @param glance says what Glance declares about images, if it is configured
 * @param ramdisk sends commands to deploy ramdisks
 * @param served the files that nodes fetch from this host
 * @param dhcp the files of the DHCP server
 * @param consoles the consoles that the driver records
 */
public record StepFactory(
        BareMetalOptions options,
        BmcDirectory bmcs,
        PowerReach reach,
        ImageService images,
        Optional<Glance> glance,
        Ramdisk ramdisk,
        Served served,
        DhcpFiles dhcp,
        MarkConsole.RecordedConsoles consoles) {
    /**
     * The files that nodes fetch from this host.
     *
     * @param problems the configuration problems that prevent a node from booting the deploy ramdisk, one text each
     * @param bootScript the address of the boot script of all nodes
     * @param image the address of the image that is being written to a node, from its secret part
     * @param failedHandshakes the latest failed TLS handshake of an address with the agent API
     */
    public record Served(
            Function<NodeRecord, List<String>> problems,
            Supplier<URI> bootScript,
            BiFunction<UUID, Secret, URI> image,
            Function<InetAddress, Optional<AgentHandshakes.Failure>> failedHandshakes) {}

    /** The step from which on a plan switches its machine off and boots the ramdisk; each plan with a ramdisk has it. */
    private static final String BOOTING_FROM = "power.off-before";

    Step checkBootFiles() {
        return new CheckBootFiles(served.problems());
    }

    Step markConsole() {
        return new MarkConsole(consoles);
    }

    Step provisioningNetwork() {
        return new ProvisioningNetwork(dhcp, served.bootScript());
    }

    Step tenantNetwork() {
        return new TenantNetwork(dhcp);
    }

    Step fetchImage() {
        BareMetalOptions.Images limits = options.images();
        return new FetchImage(
                images,
                glance,
                limits.md5Allowed() ? Md5.ALLOWED : Md5.IGNORED,
                limits.maxGb(),
                limits.downloadTimeout().plus(limits.convertTimeout()));
    }

    Step powerOffBefore() {
        return powerOff(BOOTING_FROM);
    }

    Step powerOff(String name) {
        return new PowerOff(name, reach, Duration.ZERO, change());
    }

    Step networkBoot() {
        return new NetworkBoot(bmcs, change());
    }

    Step ramdiskOn() {
        return PowerOn.ofNewWork("power.ramdisk-on", reach, change());
    }

    Step awaitRamdisk(Duration callbackTimeout) {
        BootAgain again = new BootAgain(
                options.deploying().bootRetryTimeout(),
                options.deploying().bootRetryAfterRestart(),
                List.of(powerOff("power.off-again"), networkBoot(), new PowerOn("power.on-again", reach, change())));
        return onRamdisk(
                new AwaitRamdisk(callbackTimeout, options.agent().pollInterval(), again, served.failedHandshakes()));
    }

    Step writeImage() {
        return onRamdisk(new WriteImage(
                ramdisk, images, served.image(), options.deploying().stepTimeout()));
    }

    Step installBootloader() {
        return onRamdisk(new InstallBootloader(ramdisk, options.deploying().stepTimeout()));
    }

    Step syncDisk() {
        return onRamdisk(new SyncDisk(ramdisk, options.deploying().stepTimeout()));
    }

    Step diskBoot() {
        return new DiskBoot(bmcs, change());
    }

    Step instanceOn() {
        return new InstanceStart(reach, change());
    }

    Step eraseDisks(String name, Extent extent) {
        return onRamdisk(
                new EraseDisks(name, ramdisk, extent, options.deploying().stepTimeout()));
    }

    Step finalizeRescue() {
        return onRamdisk(new FinalizeRescue(
                ramdisk, new SecureRandom(), options.deploying().stepTimeout()));
    }

    Step inspectHardware() {
        return onRamdisk(new InspectHardware(ramdisk, bmcs, options.deploying().stepTimeout()));
    }

    Step powerOn(String name) {
        return new PowerOn(name, reach, change());
    }

    Step checkPower() {
        return new CheckPower(bmcs, options.nodeLimits().verifyTimeout());
    }

    Step checkBootDevice() {
        return new CheckBootDevice(bmcs, options.nodeLimits().verifyTimeout());
    }

    Step checkConsole() {
        return new CheckConsole(bmcs, options.nodeLimits().verifyTimeout());
    }

    private Step onRamdisk(Step step) {
        return new OnRamdisk(step, BOOTING_FROM, options.agent().intruderLimit());
    }

    private Duration change() {
        return options.power().changeTimeout();
    }
}
