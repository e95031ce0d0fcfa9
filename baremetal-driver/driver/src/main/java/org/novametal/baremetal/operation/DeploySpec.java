package org.novametal.baremetal.operation;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.novametal.driver.model.InstanceOperation.Unused;
import org.novametal.driver.model.NetworkInterface;
import org.novametal.driver.model.PowerAfterSpawn;
import org.novametal.driver.model.Secret;
import org.novametal.text.UrlText;

/**
 * The input of a deployment or rebuild: the part of a spawn or rebuild request that is stored.
 *
 * @param hostname the host name for the machine
 * @param imageId the image's id
 * @param imageSource the URL of the image; once stored, without user, password and query if it had any of them: then the
 *     complete URL is the secret {@value #IMAGE_SOURCE}
 * @param diskFormat the declared format of the image
 * @param hashAlgorithm the algorithm of {@code hashValue}
 * @param hashValue the hash that the image file must have
 * @param imageSizeBytes the declared size of the image file in bytes
 * @param networks the instance's networks, in order
 * @param power whether the machine is on or off at the end
 * @param requestId the id of the request
 * @param unused parts of the request that were not used
 * @param onFailure what happens to the machine when the operation fails
 * @param configDrive the config drive, packed for the deploy agent; once stored, it is the secret {@value #CONFIG_DRIVE}
 */
public record DeploySpec(
        String hostname,
        String imageId,
        URI imageSource,
        Optional<String> diskFormat,
        Optional<String> hashAlgorithm,
        Optional<String> hashValue,
        OptionalLong imageSizeBytes,
        List<NetworkInterface> networks,
        PowerAfterSpawn power,
        String requestId,
        Set<Unused> unused,
        OnFailure onFailure,
        Optional<Secret> configDrive)
        implements NetworkedInput {
    /** The name of the secret that is the complete URL of the image. */
    public static final String IMAGE_SOURCE = "image-source";

    /** The name of the secret that is the config drive. */
    public static final String CONFIG_DRIVE = "config-drive";

    /** Copies the networks. */
    public DeploySpec {
        Objects.requireNonNull(hostname, "hostname");
        Objects.requireNonNull(imageId, "imageId");
        Objects.requireNonNull(imageSource, "imageSource");
        Objects.requireNonNull(onFailure, "onFailure");
        Objects.requireNonNull(configDrive, "configDrive");
        networks = List.copyOf(networks);
        unused = Set.copyOf(unused);
    }

    @Override
    public DeploySpec withoutSecrets() {
        return secrets().isEmpty() ? this : with(URI.create(UrlText.withoutSecrets(imageSource)), Optional.empty());
    }

    @Override
    public Map<String, Secret> secrets() {
        Map<String, Secret> secrets = new HashMap<>();
        if (!URI.create(UrlText.withoutSecrets(imageSource)).equals(imageSource)) {
            secrets.put(IMAGE_SOURCE, Secret.of(imageSource.toString()));
        }
        configDrive.ifPresent(drive -> secrets.put(CONFIG_DRIVE, drive));
        return Map.copyOf(secrets);
    }

    /** This input with its complete URL and its config drive, if they are among the secrets. */
    public DeploySpec withSecrets(Map<String, Secret> secrets) {
        Secret complete = secrets.get(IMAGE_SOURCE);
        Optional<Secret> drive = Optional.ofNullable(secrets.get(CONFIG_DRIVE)).or(() -> configDrive);
        return complete == null && drive.equals(configDrive)
                ? this
                : with(complete == null ? imageSource : URI.create(complete.reveal()), drive);
    }

    /** This input with a config drive, packed for the deploy agent. */
    public DeploySpec withConfigDrive(Secret packed) {
        return with(imageSource, Optional.of(packed));
    }

    private DeploySpec with(URI source, Optional<Secret> drive) {
        return new DeploySpec(
                hostname,
                imageId,
                source,
                diskFormat,
                hashAlgorithm,
                hashValue,
                imageSizeBytes,
                networks,
                power,
                requestId,
                unused,
                onFailure,
                drive);
    }

    /** A spec that is undone when it fails. */
    public DeploySpec(
            String hostname,
            String imageId,
            URI imageSource,
            Optional<String> diskFormat,
            Optional<String> hashAlgorithm,
            Optional<String> hashValue,
            OptionalLong imageSizeBytes,
            List<NetworkInterface> networks,
            PowerAfterSpawn power,
            String requestId,
            Set<Unused> unused) {
        this(
                hostname,
                imageId,
                imageSource,
                diskFormat,
                hashAlgorithm,
                hashValue,
                imageSizeBytes,
                networks,
                power,
                requestId,
                unused,
                OnFailure.UNDO,
                Optional.empty());
    }

    /** This spec with another treatment of a failure. */
    public DeploySpec withOnFailure(OnFailure other) {
        return new DeploySpec(
                hostname,
                imageId,
                imageSource,
                diskFormat,
                hashAlgorithm,
                hashValue,
                imageSizeBytes,
                networks,
                power,
                requestId,
                unused,
                other,
                configDrive);
    }

    /** Leaves out the image's source, whose user part or query may be a secret. */
    @Override
    public String toString() {
        return "DeploySpec[" + hostname + ", image " + imageId + ", networks " + networks + "]";
    }
}
