package org.novametal.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.novametal.image.ImageChecksum;

/**
 * A raw whole-disk image that an agent is to write, streamed to the disk while it is verified.
 *
 * @param id names the image; an agent may skip a write with the same id as the last one, so use a new id to force a write
 * @param urls where the agent can read the image, tried in this order; at least one
 * @param checksum of the raw image
 * @param node the node that the image is for
 * @param configDrive a config drive, as base64 of a gzipped image, or its URL
 */
public record ImageInfo(String id, List<URI> urls, ImageChecksum checksum, UUID node, Optional<String> configDrive) {
    /** Checks that there is a URL. */
    public ImageInfo {
        Objects.requireNonNull(id, "id");
        urls = List.copyOf(urls);
        Objects.requireNonNull(checksum, "checksum");
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(configDrive, "configDrive");
        if (urls.isEmpty()) {
            throw new IllegalArgumentException("image " + id + " needs a URL");
        }
    }

    ObjectNode json() {
        ObjectNode image = AgentJson.object();
        image.put("id", id);
        image.set("urls", AgentJson.tree(urls.stream().map(URI::toString).toList()));
        image.put("disk_format", "raw");
        image.putNull("container_format");
        image.put("stream_raw_images", true);
        image.put("checksum", checksum.hex());
        image.put("os_hash_algo", checksum.algorithm().label());
        image.put("os_hash_value", checksum.hex());
        image.put("node_uuid", node.toString());
        configDrive.ifPresent(drive -> image.put("configdrive", drive));
        return image;
    }

    @Override
    public String toString() {
        return "ImageInfo[" + id + ", " + checksum + "]";
    }
}
