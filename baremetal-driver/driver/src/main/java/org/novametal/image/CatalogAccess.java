package org.novametal.image;

import java.util.Map;
import okhttp3.OkHttpClient;

/**
 * The access to a catalog of images, such as Glance, by which a host has just read what the catalog declares about an image. A
 * cached image of the declared SHA-2 checksum is therefore used without another request: the catalog has shown that the
 * host may have it. Any thread may call.
 */
public interface CatalogAccess {
    /** The client for requests to the catalog, with its TLS settings. */
    OkHttpClient client();

    /**
     * The header fields that authorize a request to the catalog. They are never sent to another scheme, host or port. Blocks,
     * within the limits of the catalog, while they are renewed.
     *
     * @throws ImageException when there are none; with {@code UNREACHABLE} when another try may succeed
     */
    Map<String, String> authorization() throws InterruptedException;

    /** Reports that the catalog answered 401 to a request with these header fields, so that the next request gets others. */
    void refused(Map<String, String> authorization);
}
