package org.novametal.driver.capability;

import org.novametal.driver.model.Instance;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.trace.NovaMethod;

/** Reads an instance's disk into a new image. */
public non-sealed interface InstanceSnapshot extends DriverCapability {
    /**
     * Writes the snapshot to the image with the given id; the compute service has created the image's record already.
     */
    @NovaMethod("snapshot")
    void snapshot(RequestContext context, Instance instance, String imageId) throws InterruptedException;
}
