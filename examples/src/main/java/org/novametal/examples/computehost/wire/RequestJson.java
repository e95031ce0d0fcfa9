package org.novametal.examples.computehost.wire;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
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
            SpawnRequest.Builder request = SpawnRequest.builder(instance(fields), image(fields));
            deploy(fields, request);
            return request.power(fields.choice("power", PowerAfterSpawn.class, PowerAfterSpawn.ON))
                    .build();
        });
    }

    /**
     * A request for a rebuild.
     *
     * @throws WireFormatException when a field is missing or wrong
     */
    public static RebuildRequest rebuild(JsonFields json) {
        return json.convert(fields -> {
            RebuildRequest.Builder request = RebuildRequest.builder(instance(fields), image(fields));
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
                NetworkJson.interfaces(fields.objects("networks")),
                fields.choice("disks", DiskFate.class, DiskFate.DESTROY)));
    }

    private static Instance instance(JsonFields fields) {
        return InstanceJson.instance(fields.requiredObject("instance"));
    }

    private static ImageMeta image(JsonFields fields) {
        return InstanceJson.image(fields.requiredObject("image"));
    }

    private static void deploy(JsonFields fields, DeployRequest.Builder<?> request) {
        NetworkJson.interfaces(fields.objects("networks")).forEach(request::network);
        for (JsonFields file : fields.objects("injected_files")) {
            request.injectedFile(new InjectedFile(file.requiredText("path"), file.requiredText("content")));
        }
        fields.text("admin_password").map(Secret::of).ifPresent(request::adminPassword);
        fields.object("block_devices").map(RequestJson::blockDevices).ifPresent(request::blockDevices);
        fields.object("config_drive").map(RequestJson::configDrive).ifPresent(request::configDrive);
        request.metadataDelivery(
                fields.choice("metadata_delivery", MetadataDelivery.class, MetadataDelivery.CONFIG_DRIVE));
    }

    private static BlockDevices blockDevices(JsonFields fields) {
        BlockDevices.Builder devices = BlockDevices.builder();
        fields.text("root_device_name").ifPresent(devices::rootDeviceName);
        for (JsonFields volume : fields.objects("volumes")) {
            Map<String, Secret> connection = new LinkedHashMap<>();
            volume.textMap("connection").forEach((key, value) -> connection.put(key, Secret.of(value)));
            devices.volume(new Volume(
                    volume.requiredText("volume_id"),
                    volume.text("attachment_id"),
                    volume.text("mount_device"),
                    volume.number("boot_index"),
                    volume.text("connection_type").orElse(""),
                    connection));
        }
        for (JsonFields disk : fields.objects("ephemerals")) {
            devices.ephemeral(new Ephemeral(
                    disk.text("device_name"), disk.number("size_gb").orElse(0), disk.text("guest_format")));
        }
        fields.object("swap")
                .map(swap -> new Swap(
                        swap.text("device_name"), swap.number("size_mb").orElse(0)))
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
