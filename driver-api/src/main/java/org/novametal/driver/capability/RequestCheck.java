package org.novametal.driver.capability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.BlockDevices;
import org.novametal.driver.model.ConfigDrive;
import org.novametal.driver.model.DeployRequest;
import org.novametal.driver.model.DiskTreatment;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.MetadataDelivery;
import org.novametal.driver.model.NetworkInterface;
import org.novametal.driver.model.RebuildRequest;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.driver.model.Subnet.IpVersion;
import org.novametal.driver.placement.ResourceClass;
import org.novametal.driver.placement.Trait;

/**
 * Finds the parts of a spawn or rebuild request that would not be honoured, before a machine is touched, and reports
 * all of them at once.
 *
 * <p>An administrator's password is never a reason to refuse. User data, keys and files are a reason to refuse only
 * when they need a config drive and the driver makes none. An amount of 0, such as {@code resources:DISK_GB=0}, demands
 * nothing. Each object checks one request, on one thread.
 */
public final class RequestCheck {
    private static final String RESOURCES = "resources:";
    private static final String TRAIT = "trait:";
    private static final String CAPABILITIES = "capabilities:";
    private static final String OR = "<or>";

    private final DeployRequest request;
    private final NodeFacts node;
    private final Set<RequestFeature> honoured;
    private final List<Refusal> refusals = new ArrayList<>();

    private RequestCheck(DeployRequest request, NodeFacts node, Set<RequestFeature> honoured) {
        this.request = request;
        this.node = node;
        this.honoured = honoured;
    }

    /** The nodes that a refusal applies to. */
    public enum Reach {
        /** Another node may fit. */
        THIS_NODE,
        /** No node of this driver fits. */
        EVERY_NODE
    }

    /**
     * One part of a request that would not be honoured.
     *
     * @param reach whether another node may fit
     * @param reason what the request demands and what the node or the driver has
     */
    public record Refusal(Reach reach, String reason) {}

    /**
     * All parts of the request that would not be honoured.
     *
     * @param honoured the features that the driver supports
     */
    public static List<Refusal> refusals(DeployRequest request, NodeFacts node, Set<RequestFeature> honoured) {
        return new RequestCheck(request, node, honoured).check();
    }

    /**
     * Throws when parts of the request would not be honoured.
     *
     * @throws DriverException {@code NODE_INVALID} when another node may fit; {@code BUILD_ABORT} when none can, and
     *     for every rebuild, because a rebuild cannot use another node; the message lists all reasons
     */
    public static void require(DeployRequest request, NodeFacts node, Set<RequestFeature> honoured) {
        List<Refusal> refusals = refusals(request, node, honoured);
        if (refusals.isEmpty()) {
            return;
        }
        boolean anotherMayFit = switch (request) {
            case SpawnRequest _ -> refusals.stream().allMatch(refusal -> refusal.reach() == Reach.THIS_NODE);
            case RebuildRequest _ -> false;
        };
        throw new DriverException(
                anotherMayFit ? ErrorCode.NODE_INVALID : ErrorCode.BUILD_ABORT,
                "node " + node.name() + " was not touched for "
                        + oneLine(request.instance().toString())
                        + ", because parts of the request would not be honoured: "
                        + refusals.stream().map(Refusal::reason).collect(Collectors.joining("; ")));
    }

    private List<Refusal> check() {
        checkDisks();
        checkImage();
        new TreeMap<>(flavor().extraSpecs()).forEach(this::checkExtraSpec);
        checkNetworks();
        checkMetadata();
        return List.copyOf(refusals);
    }

    private Flavor flavor() {
        return request.instance().flavor();
    }

    private void refuseHere(String reason) {
        refusals.add(new Refusal(Reach.THIS_NODE, oneLine(reason)));
    }

    private void refuseEverywhere(String reason) {
        refusals.add(new Refusal(Reach.EVERY_NODE, oneLine(reason)));
    }

    /** Names in a request come from users, and may contain line breaks. */
    private static String oneLine(String reason) {
        return String.join("\\n", reason.lines().toList());
    }

    private boolean lacks(RequestFeature feature) {
        return !honoured.contains(feature);
    }

    // ---- disks

    private void checkDisks() {
        Flavor flavor = flavor();
        BlockDevices devices = request.blockDevices();
        if (flavor.rootGb() > node.localGb()) {
            refuseHere("the flavor's root disk of " + flavor.rootGb() + " GiB does not fit on the disk of "
                    + node.localGb() + " GiB");
        }
        if ((flavor.ephemeralGb() > 0 || !devices.ephemerals().isEmpty()) && lacks(RequestFeature.EPHEMERAL_DISKS)) {
            refuseEverywhere("the driver makes no ephemeral disks");
        }
        if ((flavor.swapMb() > 0 || devices.swap().isPresent()) && lacks(RequestFeature.SWAP)) {
            refuseEverywhere("the driver makes no swap disks");
        }
        if (devices.bootsFromVolume()) {
            if (lacks(RequestFeature.BOOT_FROM_VOLUME)) {
                refuseEverywhere("the driver does not boot from volumes");
            }
        } else if (!devices.volumes().isEmpty() && lacks(RequestFeature.VOLUMES)) {
            refuseEverywhere("the driver attaches no volumes");
        }
        if (request instanceof RebuildRequest rebuild
                && rebuild.disks() == DiskTreatment.PRESERVE_EPHEMERAL
                && lacks(RequestFeature.PRESERVE_EPHEMERAL)) {
            refuseEverywhere("the driver cannot keep an ephemeral partition");
        }
    }

    // ---- image

    private void checkImage() {
        ImageMeta image = request.image();
        if (image.minDiskGb() > node.localGb()) {
            refuseHere("image " + image.label() + " needs a disk of " + image.minDiskGb() + " GiB and the node has "
                    + node.localGb());
        }
        if (image.minRamMb() > node.memoryMb()) {
            refuseHere("image " + image.label() + " needs " + image.minRamMb() + " MiB of memory and the node has "
                    + node.memoryMb());
        }
        image.architecture()
                .filter(wanted -> !wanted.equals(node.cpuArch()))
                .ifPresent(wanted -> refuseHere(
                        "image " + image.label() + " is for " + wanted + " and the node is " + node.cpuArch()));
        image.firmwareType()
                .map(wanted -> wanted.toLowerCase(Locale.ROOT))
                .filter(wanted -> !node.firmwareTypes().contains(wanted))
                .ifPresent(wanted -> refuseHere("image " + image.label() + " boots with " + wanted
                        + " and the node with " + node.firmwareTypes()));
        image.requiredTraits().forEach(trait -> requireTrait("image " + image.label(), trait.name()));
        new TreeMap<>(image.properties()).forEach((key, value) -> {
            if (key.startsWith(TRAIT)) {
                checkTrait("image " + image.label(), key.substring(TRAIT.length()), value);
            }
        });
    }

    // ---- extra specs

    private void checkExtraSpec(String key, String value) {
        if (key.startsWith(RESOURCES)) {
            checkResource(key.substring(RESOURCES.length()), value);
        } else if (key.startsWith(TRAIT)) {
            checkTrait("the flavor", key.substring(TRAIT.length()), value);
        } else if (key.equals("cpu_arch") || key.equals(CAPABILITIES + "cpu_arch")) {
            checkCapability("cpu_arch", value, node.cpuArch());
        } else if (key.startsWith(CAPABILITIES)) {
            String name = key.substring(CAPABILITIES.length());
            checkCapability(name, value, node.capabilities().getOrDefault(name, "(none)"));
        }
    }

    private void checkResource(String name, String value) {
        int amount;
        try {
            amount = Integer.parseInt(value.strip());
        } catch (NumberFormatException wrong) {
            refuseEverywhere("the flavor's " + RESOURCES + name + " is '" + value + "', which is not an integer");
            return;
        }
        int has = switch (name) {
            case "VCPU" -> node.vcpus();
            case "MEMORY_MB" -> node.memoryMb();
            case "DISK_GB" -> node.localGb();
            default ->
                node.resourceClass()
                                .map(ResourceClass::name)
                                .filter(name::equals)
                                .isPresent()
                        ? 1
                        : 0;
        };
        if (amount > has) {
            refuseHere("the flavor asks for " + amount + " of " + name + " and the node has " + has);
        }
    }

    private void checkTrait(String source, String name, String value) {
        switch (value) {
            case "required" -> requireTrait(source, name);
            case "forbidden" -> {
                if (hasTrait(name)) {
                    refuseHere(source + " forbids the trait " + name + ", which the node has");
                }
            }
            default ->
                refuseEverywhere(
                        source + " has '" + value + "' for the trait " + name + "; it must be required or forbidden");
        }
    }

    private void requireTrait(String source, String name) {
        if (!hasTrait(name)) {
            refuseHere(source + " requires the trait " + name + ", which the node lacks");
        }
    }

    private boolean hasTrait(String name) {
        return node.traits().stream().map(Trait::name).anyMatch(name::equals);
    }

    /**
     * Refuses the node unless it has the wanted value, or one of several wanted values that each follow an {@code
     * <or>}.
     */
    private void checkCapability(String name, String wanted, String has) {
        boolean fits = wanted.startsWith(OR)
                ? Arrays.stream(wanted.split(OR, -1)).map(String::strip).anyMatch(has::equals)
                : wanted.equals(has);
        if (!fits) {
            refuseHere("the flavor asks for " + name + "=" + wanted + " and the node has " + has);
        }
    }

    // ---- networks

    private void checkNetworks() {
        List<NetworkInterface> networks = request.networks();
        if (networks.size() > node.ports()) {
            refuseHere(networks.size() + " networks are requested and the node has " + node.ports() + " ports");
        }
        if (lacks(RequestFeature.IPV6_ONLY_PORTS)) {
            networks.stream()
                    .filter(RequestCheck::hasIpv6Alone)
                    .forEach(network -> refuseEverywhere(
                            "interface " + network.vifId() + " has no IPv4 address, and the driver boots over IPv4"));
        }
    }

    private static boolean hasIpv6Alone(NetworkInterface network) {
        if (!network.addresses().isEmpty()) {
            return network.addresses().stream().allMatch(address -> address.indexOf(':') >= 0);
        }
        return !network.network().subnets().isEmpty()
                && network.network().subnets().stream().allMatch(subnet -> subnet.version() == IpVersion.IPV6);
    }

    // ---- metadata

    private void checkMetadata() {
        Instance instance = request.instance();
        boolean byDrive = request.metadataDelivery() == MetadataDelivery.CONFIG_DRIVE;
        boolean contentGiven = !(request.configDrive() instanceof ConfigDrive.Absent);
        if (contentGiven && !byDrive) {
            refuseEverywhere(
                    "a config drive is given, but metadata is to be delivered by " + request.metadataDelivery());
        }
        if (!request.injectedFiles().isEmpty() && (!byDrive || lacks(RequestFeature.CONFIG_DRIVE))) {
            refuseEverywhere("files can be delivered only by a config drive, but no config drive is made");
        }
        if (!byDrive || !lacks(RequestFeature.CONFIG_DRIVE)) {
            return;
        }
        for (Map.Entry<String, Boolean> part : Map.of(
                        "the given config drive content",
                        contentGiven,
                        "user data",
                        instance.userData().isPresent(),
                        "keys",
                        !instance.keyPairs().isEmpty())
                .entrySet()) {
            if (part.getValue()) {
                refuseEverywhere("the driver makes no config drive, so it cannot deliver " + part.getKey());
            }
        }
    }
}
