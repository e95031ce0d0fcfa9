package org.novametal.examples.computehost.wire;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.Instance.ConfigDriveDemand;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.KeyPair;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.placement.Trait;

/** Instances, flavors, images and the origin of a request. Source: Nova {@code nova/objects}. */
public final class InstanceJson {
    /** The flavor of an instance whose caller does not state it: only a deployment needs one. */
    private static final Flavor UNSTATED_FLAVOR = Flavor.builder("unstated").build();

    private InstanceJson() {}

    /**
     * The origin of a request. Its user's token is not among the fields.
     *
     * @throws WireFormatException when a field is missing or wrong
     */
    public static RequestContext context(JsonFields fields) {
        return new RequestContext(fields.requiredText("request_id"), fields.text("user_id"), fields.text("project_id"));
    }

    /**
     * An instance. Its flavor may be absent, because Nova does not load it for every call.
     *
     * @throws WireFormatException when a field is missing or wrong
     */
    public static Instance instance(JsonFields json) {
        return json.convert(fields -> {
            Instance.Builder instance = Instance.builder(
                    new InstanceId(fields.uuid("uuid")),
                    fields.object("flavor").map(InstanceJson::flavor).orElse(UNSTATED_FLAVOR));
            fields.text("name").ifPresent(instance::name);
            fields.text("hostname").ifPresent(instance::hostname);
            fields.text("node")
                    .filter(name -> !name.isEmpty())
                    .map(NodeName::new)
                    .ifPresent(instance::node);
            fields.text("user_data").ifPresent(instance::userData);
            for (JsonFields key : fields.objects("key_pairs")) {
                instance.keyPair(new KeyPair(
                        key.requiredText("name"),
                        key.choice("type", KeyPair.Type.class, KeyPair.Type.SSH),
                        key.requiredText("public_key")));
            }
            fields.textMap("metadata").forEach(instance::metadata);
            fields.text("availability_zone").ifPresent(instance::availabilityZone);
            fields.text("display_name").ifPresent(instance::displayName);
            fields.number("launch_index").ifPresent(instance::launchIndex);
            Optional<String> project = fields.text("project_id");
            Optional<String> user = fields.text("user_id");
            if (project.isPresent() || user.isPresent()) {
                instance.owner(project.orElse(""), user.orElse(""));
            }
            instance.configDriveDemand(
                    fields.flag("config_drive") ? ConfigDriveDemand.ASKED : ConfigDriveDemand.NOT_ASKED);
            fields.texts("tags").forEach(instance::tag);
            fields.textMap("system_metadata").forEach(instance::systemMetadata);
            return instance.build();
        });
    }

    /**
     * A flavor.
     *
     * @throws WireFormatException when a field is missing or wrong
     */
    public static Flavor flavor(JsonFields json) {
        return json.convert(fields -> {
            Flavor.Builder flavor = Flavor.builder(fields.requiredText("name"));
            fields.number("vcpus").ifPresent(flavor::vcpus);
            fields.number("memory_mb").ifPresent(flavor::memoryMb);
            fields.number("root_gb").ifPresent(flavor::rootGb);
            fields.number("ephemeral_gb").ifPresent(flavor::ephemeralGb);
            fields.number("swap").ifPresent(flavor::swapMb);
            return flavor.extraSpecs(fields.textMap("extra_specs")).build();
        });
    }

    /**
     * An image.
     *
     * @throws WireFormatException when a field is wrong
     */
    public static ImageMeta image(JsonFields json) {
        return json.convert(fields -> {
            ImageMeta.Builder image = fields.text("id").map(ImageMeta::builder).orElseGet(ImageMeta::builder);
            fields.text("name").ifPresent(image::name);
            fields.text("source").ifPresent(source -> image.source(uri(source, fields.path("source"))));
            fields.text("disk_format").ifPresent(image::diskFormat);
            fields.text("container_format").ifPresent(image::containerFormat);
            fields.text("checksum").ifPresent(image::checksum);
            fields.text("owner").ifPresent(image::owner);
            fields.text("kernel_id").ifPresent(image::kernelId);
            fields.text("ramdisk_id").ifPresent(image::ramdiskId);
            fields.texts("traits_required").forEach(trait -> image.requiredTrait(new Trait(trait)));
            fields.longNumber("size").ifPresent(image::sizeBytes);
            fields.text("os_hash_value").ifPresent(hash -> image.hash(fields.requiredText("os_hash_algo"), hash));
            fields.number("min_disk").ifPresent(image::minDiskGb);
            fields.number("min_ram").ifPresent(image::minRamMb);
            fields.textMap("properties").forEach(image::property);
            return image.build();
        });
    }

    private static URI uri(String text, String path) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            // The exception's message contains the text, which may contain a password.
            throw new WireFormatException(path + " must be a URL");
        }
    }
}
