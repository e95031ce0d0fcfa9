package org.novametal.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * A raw whole-disk image that an agent is to write, streamed to the disk while it is verified.
 *
 * @param id names the image; an agent may skip a write whose id repeats the last one, so use a fresh one to force it
 * @param urls where it can be read, each tried in turn; at least one
 * @param hashAlgorithm how it is verified
 * @param hashValue the hash, lower-case hexadecimal
 * @param node the node it is for
 * @param configDrive a config drive, as base64 of a gzipped image, or its URL
 */
public record ImageInfo(
        String id,
        List<URI> urls,
        HashAlgorithm hashAlgorithm,
        String hashValue,
        UUID node,
        Optional<String> configDrive) {
    /** How an image is verified. */
    public enum HashAlgorithm {
        /** SHA-2 with 256 bits. */
        SHA256("sha256", 64),
        /** SHA-2 with 512 bits. */
        SHA512("sha512", 128);

        private final String wireName;
        private final int digits;

        HashAlgorithm(String wireName, int digits) {
            this.wireName = wireName;
            this.digits = digits;
        }

        /** Its name in image properties and on the wire. */
        public String wireName() {
            return wireName;
        }
    }

    /** Checks URLs and hash. */
    public ImageInfo {
        Objects.requireNonNull(id, "id");
        urls = List.copyOf(urls);
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(configDrive, "configDrive");
        if (urls.isEmpty()) {
            throw new IllegalArgumentException("image " + id + " needs a URL");
        }
        if (!hashValue.matches("[0-9a-f]{" + hashAlgorithm.digits + "}")) {
            throw new IllegalArgumentException("image " + id + ": a " + hashAlgorithm.wireName() + " hash has "
                    + hashAlgorithm.digits + " lower-case hexadecimal digits, this one is " + hashValue);
        }
    }

    ObjectNode json() {
        ObjectNode image = AgentJson.object();
        image.put("id", id);
        image.set("urls", AgentJson.tree(urls.stream().map(URI::toString).toList()));
        image.put("disk_format", "raw");
        image.putNull("container_format");
        image.put("stream_raw_images", true);
        image.put("checksum", hashValue);
        image.put("os_hash_algo", hashAlgorithm.wireName());
        image.put("os_hash_value", hashValue);
        image.put("node_uuid", node.toString());
        configDrive.ifPresent(drive -> image.put("configdrive", drive));
        return image;
    }

    @Override
    public String toString() {
        return "ImageInfo[" + id + ", " + hashAlgorithm.wireName() + " " + hashValue + "]";
    }
}
