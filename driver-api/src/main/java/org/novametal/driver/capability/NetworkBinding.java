package org.novametal.driver.capability;

import java.util.Optional;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.trace.NovaMethod;

/** Says which host a network port is bound to. */
public non-sealed interface NetworkBinding extends DriverCapability {
    /** The host id for the port binding; absent means "leave it unbound, the driver binds it". */
    @NovaMethod("network_binding_host_id")
    Optional<String> networkBindingHostId(RequestContext context, Instance instance);

    /** Whether the driver sets the binding host itself. */
    @NovaMethod("manages_network_binding_host_id")
    boolean managesNetworkBindingHostId();
}
