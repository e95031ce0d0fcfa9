package org.novametal.driver.capability;

import java.util.Set;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.trace.NovaMethod;

/** Keeps images near the machines. */
public non-sealed interface ImageCaching extends DriverCapability {
    /**
     * Fetches an image before it is needed.
     *
     * @return whether it had to be fetched
     */
    @NovaMethod("cache_image")
    boolean cacheImage(RequestContext context, ImageMeta image) throws InterruptedException;

    /** Throws away what none of these instances, and no one lately, needs. */
    @NovaMethod("manage_image_cache")
    void manageImageCache(RequestContext context, Set<InstanceId> instances);
}
