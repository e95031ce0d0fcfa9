package org.novametal.driver.capability;

import java.util.List;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.NetworkInterface;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.trace.NovaMethod;

/** Attaches network interfaces to instances. All its methods are idempotent. */
public non-sealed interface InterfaceAttachment extends DriverCapability {
    /** Attaches one interface to a free port of the node. */
    @NovaMethod("attach_interface")
    void attachInterface(RequestContext context, Instance instance, NetworkInterface network);

    /** Detaches one interface. */
    @NovaMethod("detach_interface")
    void detachInterface(RequestContext context, Instance instance, NetworkInterface network);

    /** Attaches all of an instance's interfaces, after the host was started. */
    @NovaMethod("plug_vifs")
    void plugVifs(Instance instance, List<NetworkInterface> networks);

    /** Detaches all of an instance's interfaces. */
    @NovaMethod("unplug_vifs")
    void unplugVifs(Instance instance, List<NetworkInterface> networks);
}
