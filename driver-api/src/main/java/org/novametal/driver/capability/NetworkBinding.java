package org.novametal.driver.capability;

import java.util.Optional;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.trace.NovaMethod;

/** Says which host a network port is bound to. */
public non-sealed interface NetworkBinding extends DriverCapability {
    /** The host id for the port binding; absent means that the port is left unbound, because the driver binds it. */
    @NovaMethod("network_binding_host_id")
    Optional<String> networkBindingHostId(RequestContext context, Instance instance);

    /** Whether the driver itself sets the host of the port binding. */
    @NovaMethod("manages_network_binding_host_id")
    boolean managesNetworkBindingHostId();
}
