package org.novametal.baremetal.operation;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.novametal.driver.model.NetworkInterface;
import org.novametal.driver.model.Secret;

/**
 * The input of an adoption: the instance that the running machine is to become. The operation names the instance's id; it takes
 * the node when it begins.
 *
 * @param instanceName the instance's name in Nova
 * @param hostname the host name of the machine
 * @param imageId the id of the image that is on its disk; only recorded
 * @param networks the instance's networks, in order; only recorded
 * @param requestId the id of the request
 */
public record AdoptInput(
        String instanceName, String hostname, String imageId, List<NetworkInterface> networks, String requestId)
        implements NetworkedInput {
    /** Copies the networks. */
    public AdoptInput {
        Objects.requireNonNull(instanceName, "instanceName");
        Objects.requireNonNull(hostname, "hostname");
        Objects.requireNonNull(imageId, "imageId");
        networks = List.copyOf(networks);
        Objects.requireNonNull(requestId, "requestId");
    }

    @Override
    public AdoptInput withoutSecrets() {
        return this;
    }

    @Override
    public Map<String, Secret> secrets() {
        return Map.of();
    }
}
