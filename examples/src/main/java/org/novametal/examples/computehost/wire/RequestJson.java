package org.novametal.examples.computehost.wire;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.BlockDevices;
import org.novametal.driver.model.BlockDevices.Ephemeral;
import org.novametal.driver.model.BlockDevices.Swap;
import org.novametal.driver.model.BlockDevices.Volume;
import org.novametal.driver.model.ConfigDrive;
import org.novametal.driver.model.DeployRequest;
import org.novametal.driver.model.DestroyRequest;
import org.novametal.driver.model.DestroyRequest.DiskFate;
import org.novametal.driver.model.DiskTreatment;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.InjectedFile;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.MetadataDelivery;
import org.novametal.driver.model.PowerAfterSpawn;
import org.novametal.driver.model.RebuildRequest;
import org.novametal.driver.model.Secret;
import org.novametal.driver.model.SecretBytes;
import org.novametal.driver.model.SpawnRequest;

/** The requests for a spawn, a rebuild and a destroy. Each object is the body of the call that begins the operation. */
public final class RequestJson {
    private RequestJson() {}

    /**
     * A request for a spawn.
     *
     * @throws WireFormatException when a field is missing or wrong
     */
    public static SpawnRequest spawn(JsonFields json) {
        return json.convert(fields -> {
            SpawnRequest.Builder request = SpawnRequest.builder(deployed(fields), image(fields));
            deploy(fields, request);
            return request.power(fields.choice("power", PowerAfterSpawn.class, PowerAfterSpawn.ON))
                    .build();
        });
    }

    /**
     * A request for a rebuild.
     *
     * @throws DriverException {@code BUILD_ABORT} for an evacuation or a new image on a boot volume
     * @throws WireFormatException when a field is missing or wrong
     */
    public static RebuildRequest rebuild(JsonFields json) {
        return json.convert(fields -> {
            for (String unsupported : List.of("evacuate", "reimage_boot_volume")) {
                if (fields.flag(unsupported)) {
                    throw new DriverException(
                            ErrorCode.BUILD_ABORT,
                            "a rebuild with " + unsupported
                                    + " is not possible: the disk of a bare-metal instance is in its node;"
                                    + " rebuild without it, or create a new server");
                }
            }
            RebuildRequest.Builder request = RebuildRequest.builder(deployed(fields), image(fields));
            deploy(fields, request);
            return request.disks(fields.choice("disks", DiskTreatment.class, DiskTreatment.REPLACE_ALL))
                    .build();
        });
    }

    /**
     * A request for a destroy.
     *
     * @throws WireFormatException when a field is missing or wrong
     */
    public static DestroyRequest destroy(JsonFields json) {
        return json.convert(fields -> new DestroyRequest(
                instance(fields),
                NetworkJson.interfaces(fields.objects("network_info")),
                fields.choice("disks", DiskFate.class, DiskFate.DESTROY)));
    }

    private static Instance instance(JsonFields fields) {
        return InstanceJson.instance(fields.requiredObject("instance"));
    }

    /** The instance of a deployment, whose flavor is needed. */
    private static Instance deployed(JsonFields fields) {
        fields.requiredObject("instance").requiredObject("flavor");
        return instance(fields);
    }

    private static ImageMeta image(JsonFields fields) {
        return InstanceJson.image(fields.requiredObject("image"));
    }

    private static void deploy(JsonFields fields, DeployRequest.Builder<?> request) {
        NetworkJson.interfaces(fields.objects("network_info")).forEach(request::network);
        for (JsonFields file : fields.objects("injected_files")) {
            request.injectedFile(new InjectedFile(file.requiredText("path"), file.requiredText("content")));
        }
        fields.text("admin_password").map(Secret::of).ifPresent(request::adminPassword);
        fields.object("block_device_info").map(RequestJson::blockDevices).ifPresent(request::blockDevices);
        fields.object("config_drive").map(RequestJson::configDrive).ifPresent(request::configDrive);
        request.metadataDelivery(
                fields.choice("metadata_delivery", MetadataDelivery.class, MetadataDelivery.CONFIG_DRIVE));
    }

    /** In Nova's form. Source: Nova {@code nova/virt/driver.py#get_block_device_info}, {@code nova/virt/block_device.py}. */
    private static BlockDevices blockDevices(JsonFields fields) {
        BlockDevices.Builder devices = BlockDevices.builder();
        fields.text("root_device_name").ifPresent(devices::rootDeviceName);
        for (JsonFields volume : fields.objects("block_device_mapping")) {
            Optional<JsonFields> connection = volume.object("connection_info");
            Map<String, Secret> data = new LinkedHashMap<>();
            connection.ifPresent(info -> info.textMap("data").forEach((key, value) -> data.put(key, Secret.of(value))));
            devices.volume(new Volume(
                    connection.flatMap(info -> info.text("serial")).orElse(""),
                    volume.text("attachment_id"),
                    volume.text("mount_device"),
                    volume.number("boot_index"),
                    connection.flatMap(info -> info.text("driver_volume_type")).orElse(""),
                    data));
        }
        for (JsonFields disk : fields.objects("ephemerals")) {
            devices.ephemeral(
                    new Ephemeral(disk.text("device_name"), disk.number("size").orElse(0), disk.text("guest_format")));
        }
        fields.object("swap")
                .map(swap -> new Swap(
                        swap.text("device_name"), swap.number("swap_size").orElse(0)))
                .ifPresent(devices::swap);
        return devices.build();
    }

    private static ConfigDrive configDrive(JsonFields json) {
        return json.convert(fields -> {
            Optional<String> image = fields.text("image");
            if (image.isPresent()) {
                return new ConfigDrive.Image(bytes(image.get(), fields.path("image")));
            }
            Map<String, SecretBytes> files = new LinkedHashMap<>();
            fields.textMap("files")
                    .forEach((path, content) -> files.put(path, bytes(content, fields.path("files") + "." + path)));
            return files.isEmpty() ? ConfigDrive.absent() : ConfigDrive.Files.of(files);
        });
    }

    private static SecretBytes bytes(String base64, String path) {
        try {
            return SecretBytes.of(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            // The exception's message contains a character of the secret.
            throw new WireFormatException(path + " must be base64");
        }
    }
}
