package org.novametal.driver.capability;

import java.util.List;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.NetworkInterface;
import org.novametal.driver.trace.NovaMethod;

/** Prepares networks before block devices are attached. */
public non-sealed interface NetworkPreparation extends DriverCapability {
    /** Prepares the networks of an instance. Idempotent. */
    @NovaMethod("prepare_networks_before_block_device_mapping")
    void prepareNetworks(Instance instance, List<NetworkInterface> networks);

    /** Undoes {@link #prepareNetworks}. Idempotent; does nothing when nothing was prepared. */
    @NovaMethod("clean_networks_preparation")
    void cleanNetworksPreparation(Instance instance, List<NetworkInterface> networks);
}
