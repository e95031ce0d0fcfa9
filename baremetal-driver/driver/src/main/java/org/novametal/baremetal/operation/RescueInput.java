package org.novametal.baremetal.operation;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.novametal.driver.model.NetworkInterface;
import org.novametal.driver.model.Secret;

/**
 * The input of a rescue or unrescue. The password of a rescue is a secret of the operation, {@link #PASSWORD}.
 *
 * @param hostname the host name of the instance's machine
 * @param networks the instance's networks, in order
 * @param requestId the id of the request
 */
public record RescueInput(String hostname, List<NetworkInterface> networks, String requestId)
        implements NetworkedInput {
    /** The name of the secret that is the password of the rescue system's user. */
    public static final String PASSWORD = "rescue-password";

    /** Copies the networks. */
    public RescueInput {
        Objects.requireNonNull(hostname, "hostname");
        networks = List.copyOf(networks);
        Objects.requireNonNull(requestId, "requestId");
    }

    /** The input for the instance that an earlier operation put on the node. */
    public static RescueInput of(NetworkedInput earlier, String requestId) {
        return new RescueInput(earlier.hostname(), earlier.networks(), requestId);
    }

    @Override
    public RescueInput withoutSecrets() {
        return this;
    }

    @Override
    public Map<String, Secret> secrets() {
        return Map.of();
    }
}
