package org.novametal.baremetal;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.novametal.baremetal.inventory.HostNameRule;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.PortRecord;
import org.novametal.baremetal.inventory.ResourceReporter;
import org.novametal.baremetal.operation.DeploySpec;
import org.novametal.baremetal.step.Ramdisk;
import org.novametal.configdrive.ConfigDriveImage;
import org.novametal.driver.capability.NodeFacts;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.ConfigDrive;
import org.novametal.driver.model.DeployRequest;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceOperation.Unused;
import org.novametal.driver.model.PowerAfterSpawn;
import org.novametal.driver.model.RebuildRequest;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.Secret;
import org.novametal.driver.model.SecretBytes;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.driver.placement.ResourceClass;
import org.novametal.image.ImageChecksum;
import org.novametal.openstack.Glance;
import org.novametal.text.ForeignText;

/**
 * Translates spawn and rebuild requests to inputs of operations, and node records to the facts that requests are checked
 * against.
 */
final class DeployTranslation {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final GlanceAccess glance;

    /** Makes the translation for a driver with or without Glance. */
    DeployTranslation(GlanceAccess glance) {
        this.glance = glance;
    }

    /** Whether images of Glance can be used. */
    enum GlanceAccess {
        /** The configuration says how Glance is reached. */
        CONFIGURED,
        /** It does not. */
        MISSING
    }

    /**
     * The deploy spec of a spawn or rebuild request.
     *
     * @throws DriverException {@code BUILD_ABORT}, {@code IMAGE_UNACCEPTABLE} for a request that no node can fulfil
     */
    DeploySpec of(RequestContext context, DeployRequest request) {
        Instance instance = request.instance();
        ImageMeta image = request.image();
        if (!HostNameRule.isHostName(instance.hostname())) {
            throw new DriverException(
                    ErrorCode.BUILD_ABORT,
                    "instance " + instance.id() + " has the host name '" + instance.hostname()
                            + "'; a host name must consist of letters, digits and hyphens, 63 at most");
        }
        Optional<Drive> drive = drive(request);
        Set<Unused> unused = EnumSet.noneOf(Unused.class);
        if (request.adminPassword().isPresent()
                && !drive.map(Drive::hasPassword).orElse(false)) {
            unused.add(Unused.ADMIN_PASSWORD);
        }
        DeploySpec spec = new DeploySpec(
                instance.hostname(),
                image.label(),
                source(image),
                image.diskFormat(),
                checkedHash(image),
                image.hashValue(),
                image.sizeBytes(),
                request.networks(),
                switch (request) {
                    case SpawnRequest spawn -> spawn.power();
                    case RebuildRequest _ -> PowerAfterSpawn.ON;
                },
                context.requestId(),
                unused);
        return drive.map(made -> spec.withConfigDrive(made.packed())).orElse(spec);
    }

    /**
     * A config drive.
     *
     * @param packed its file system, packed for the deploy agent
     * @param hasPassword whether the administrator's password is on it
     */
    private record Drive(Secret packed, boolean hasPassword) {}

    /** The config drive: what Nova brought, or what the request needs one for. */
    private Optional<Drive> drive(DeployRequest request) {
        try {
            return switch (request.metadataDelivery()) {
                case SERVICE, NONE -> Optional.empty();
                case CONFIG_DRIVE ->
                    switch (request.configDrive()) {
                        case ConfigDrive.Image(SecretBytes bytes) -> Optional.of(packed(bytes.reveal(), false));
                        case ConfigDrive.Files(var files) -> {
                            Map<String, byte[]> contents = new HashMap<>();
                            files.forEach((path, bytes) -> contents.put(path, bytes.reveal()));
                            yield Optional.of(packed(ConfigDriveImage.of(contents), hasPassword(contents)));
                        }
                        case ConfigDrive.Absent _ ->
                            InstanceMetadata.isWanted(request)
                                    ? Optional.of(
                                            packed(ConfigDriveImage.of(InstanceMetadata.files(request, RANDOM)), true))
                                    : Optional.empty();
                    };
            };
        } catch (IllegalArgumentException e) {
            throw new DriverException(
                    ErrorCode.BUILD_ABORT,
                    "the config drive of instance " + request.instance().id() + " cannot be made: "
                            + ForeignText.line(String.valueOf(e.getMessage())),
                    e);
        }
    }

    private static Drive packed(byte[] fileSystem, boolean hasPassword) {
        return new Drive(Secret.of(ConfigDriveImage.forAgent(fileSystem)), hasPassword);
    }

    private static boolean hasPassword(Map<String, byte[]> files) {
        byte[] metadata = files.getOrDefault(InstanceMetadata.META_DATA, new byte[0]);
        return new String(metadata, StandardCharsets.UTF_8).contains("\"admin_pass\"");
    }

    /** The image's URL; an image with an id alone is in Glance. */
    private URI source(ImageMeta image) {
        if (image.source().isPresent()) {
            return image.source().get();
        }
        String id = image.id()
                .orElseThrow(() -> new DriverException(
                        ErrorCode.IMAGE_UNACCEPTABLE,
                        "image " + image.label() + " has no source; give an http, https or file URL"));
        return switch (glance) {
            case CONFIGURED -> {
                try {
                    yield Glance.source(id);
                } catch (IllegalArgumentException e) {
                    throw new DriverException(
                            ErrorCode.IMAGE_UNACCEPTABLE, "image '" + ForeignText.line(id) + "': " + e.getMessage(), e);
                }
            }
            case MISSING ->
                throw new DriverException(
                        ErrorCode.IMAGE_UNACCEPTABLE,
                        "image " + ForeignText.line(id)
                                + " has no source, so it is in Glance, which is not configured on this"
                                + " host; set auth_type, auth_url and the credentials in [glance], or give an http, https or"
                                + " file URL");
        };
    }

    private static Optional<String> checkedHash(ImageMeta image) {
        if (image.hashAlgorithm().isPresent() && image.hashValue().isPresent()) {
            try {
                ImageChecksum.parse(
                        image.hashAlgorithm().get() + ":" + image.hashValue().get());
            } catch (IllegalArgumentException e) {
                throw new DriverException(
                        ErrorCode.IMAGE_UNACCEPTABLE, "image " + image.label() + ": " + e.getMessage(), e);
            }
        }
        return image.hashAlgorithm();
    }

    /** The properties of a node that requests are checked against. */
    static NodeFacts facts(NodeRecord node, List<PortRecord> ports) {
        NodeFacts.Builder facts = NodeFacts.builder(node.name())
                .processors(node.hardware().vcpus(), node.hardware().cpuArch())
                .memoryMb(node.hardware().memoryMb())
                .localGb(node.hardware().localGb())
                .ports(ports.size())
                .firmwareTypes(Set.of(Ramdisk.bootMode(node)))
                .capabilities(capabilities(node))
                .traits(ResourceReporter.traits(node));
        node.hardware().resourceClass().map(ResourceClass::custom).ifPresent(facts::resourceClass);
        return facts.build();
    }

    /** The node's capabilities, and its boot mode and secure boot among them. */
    private static Map<String, String> capabilities(NodeRecord node) {
        Map<String, String> capabilities = new HashMap<>(node.hardware().capabilities());
        capabilities.put("boot_mode", Ramdisk.bootMode(node));
        switch (node.settings().secureBoot()) {
            case ON -> capabilities.put("secure_boot", "true");
            case OFF -> capabilities.put("secure_boot", "false");
            case UNSPECIFIED -> {}
        }
        return capabilities;
    }
}
