package org.novametal.driver.capability;

import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.driver.trace.NovaMethod;

/** Writes another image on the node that an instance has. */
public non-sealed interface InstanceRebuild extends DriverCapability {
    /** Deploys again; the node stays the instance's throughout. */
    @NovaMethod("rebuild")
    void rebuild(RequestContext context, SpawnRequest request) throws InterruptedException;
}
