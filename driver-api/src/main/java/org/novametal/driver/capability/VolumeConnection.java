package org.novametal.driver.capability;

import java.util.Map;
import org.novametal.driver.model.Instance;
import org.novametal.driver.trace.NovaMethod;

/** Describes to a volume service how a node connects to volumes. */
public non-sealed interface VolumeConnection extends DriverCapability {
    /** The connector's properties, such as {@code ip}, {@code initiator}, {@code host}. */
    @NovaMethod("get_volume_connector")
    Map<String, Object> getVolumeConnector(Instance instance);
}
