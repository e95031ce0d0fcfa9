package org.novametal.driver.capability;

import java.util.Set;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.trace.NovaMethod;

/** Caches images near the machines. */
public non-sealed interface ImageCaching extends DriverCapability {
    /**
     * Fetches an image before it is needed.
     *
     * @return whether the image had to be fetched
     */
    @NovaMethod("cache_image")
    boolean cacheImage(RequestContext context, ImageMeta image) throws InterruptedException;

    /** Deletes cached images that none of the given instances uses and that were not used recently. */
    @NovaMethod("manage_image_cache")
    void manageImageCache(RequestContext context, Set<InstanceId> instances);
}
