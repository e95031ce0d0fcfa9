package org.novametal.baremetal.operation;

import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.novametal.driver.model.InstanceOperation.Unused;
import org.novametal.driver.model.NetworkInterface;
import org.novametal.driver.model.PowerAfterSpawn;

/**
 * The input of a deployment or rebuild: the part of a spawn or rebuild request that is stored.
 *
 * @param hostname the host name for the machine
 * @param imageId the image's id
 * @param imageSource the location of the image
 * @param diskFormat the declared format of the image
 * @param hashAlgorithm the algorithm of {@code hashValue}
 * @param hashValue the hash that the image file must have
 * @param imageSizeBytes the declared size of the image file in bytes
 * @param networks the instance's networks, in order
 * @param power whether the machine is on or off at the end
 * @param requestId the id of the request
 * @param unused parts of the request that were not used
 * @param onFailure what happens to the machine when the operation fails
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
        OnFailure onFailure)
        implements NetworkedInput {
    /** Copies the networks. */
    public DeploySpec {
        Objects.requireNonNull(hostname, "hostname");
        Objects.requireNonNull(imageId, "imageId");
        Objects.requireNonNull(imageSource, "imageSource");
        Objects.requireNonNull(onFailure, "onFailure");
        networks = List.copyOf(networks);
        unused = Set.copyOf(unused);
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
                OnFailure.UNDO);
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
                other);
    }

    /** Leaves out the image's source, whose user part or query may be a secret. */
    @Override
    public String toString() {
        return "DeploySpec[" + hostname + ", image " + imageId + ", networks " + networks + "]";
    }
}
