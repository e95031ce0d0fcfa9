package org.novametal.openstack;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.novametal.image.ImageChecksum;
import org.novametal.image.ImageException;
import org.novametal.image.ImageException.Reason;
import org.novametal.text.ForeignText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Glance declares about an image.
 *
 * <p>Source: Image API v2, {@code GET /v2/images/{id}}.
 *
 * @param id the image's id
 * @param name its name, chosen by its owner
 * @param status {@code active} when its bytes can be read
 * @param diskFormat the format of the bytes, lower case
 * @param containerFormat what is around them: {@code bare} for nothing; lower case
 * @param sizeBytes the number of bytes
 * @param hashAlgorithm the algorithm of {@code hashValue}, of the operator's choice, lower case
 * @param hashValue the digest of the bytes, hexadecimal
 * @param md5 the MD5 of the bytes, hexadecimal: the only digest of images from before Glance 17
 * @param minDiskGb the smallest disk that the image fits on, in GiB; 0 when not stated
 * @param minRamMb the least memory that the image needs, in MiB; 0 when not stated
 * @param visibility who can see it: {@code public}, {@code community}, {@code shared} or {@code private}
 * @param owner the project that owns it
 * @param properties its further properties, as text
 */
public record GlanceImage(
        String id,
        Optional<String> name,
        String status,
        Optional<String> diskFormat,
        Optional<String> containerFormat,
        OptionalLong sizeBytes,
        Optional<String> hashAlgorithm,
        Optional<String> hashValue,
        Optional<String> md5,
        int minDiskGb,
        int minRamMb,
        Optional<String> visibility,
        Optional<String> owner,
        Map<String, String> properties) {
    private static final Logger log = LoggerFactory.getLogger(GlanceImage.class);

    /** Formats that can be written to a disk; Glance allows others, which need a hypervisor or a kernel beside them. */
    private static final Set<String> DISK_FORMATS = Set.of("raw", "qcow2");

    /** The fields of the API, which are not properties. */
    private static final Set<String> FIELDS = Set.of(
            "id",
            "name",
            "status",
            "disk_format",
            "container_format",
            "size",
            "virtual_size",
            "os_hash_algo",
            "os_hash_value",
            "checksum",
            "min_disk",
            "min_ram",
            "visibility",
            "owner",
            "protected",
            "os_hidden",
            "tags",
            "created_at",
            "updated_at",
            "self",
            "file",
            "schema",
            "direct_url",
            "locations",
            "stores");

    /** Whether an MD5 is used when Glance has no other digest. */
    public enum Md5 {
        /** It counts as a checksum. */
        ALLOWED,
        /** It counts as none. */
        IGNORED
    }

    /** Copies the properties. */
    public GlanceImage {
        properties = Map.copyOf(properties);
    }

    /** Leaves out what others have chosen. */
    @Override
    public String toString() {
        return "GlanceImage[" + id + "]";
    }

    /** Reads an answer of Glance. */
    static GlanceImage of(String id, JsonNode json) {
        Map<String, String> properties = new HashMap<>();
        json.properties().forEach(field -> {
            if (!FIELDS.contains(field.getKey()) && field.getValue().isValueNode()) {
                properties.put(field.getKey(), field.getValue().asText());
            }
        });
        JsonNode size = json.path("size");
        return new GlanceImage(
                id,
                text(json, "name"),
                json.path("status").asText(""),
                lower(json, "disk_format"),
                lower(json, "container_format"),
                size.canConvertToLong() && size.asLong() > 0 ? OptionalLong.of(size.asLong()) : OptionalLong.empty(),
                lower(json, "os_hash_algo"),
                text(json, "os_hash_value"),
                text(json, "checksum"),
                json.path("min_disk").asInt(0),
                json.path("min_ram").asInt(0),
                text(json, "visibility"),
                text(json, "owner"),
                properties);
    }

    private static Optional<String> text(JsonNode json, String field) {
        return Optional.of(json.path(field))
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText)
                .filter(text -> !text.isEmpty());
    }

    private static Optional<String> lower(JsonNode json, String field) {
        return text(json, field).map(text -> text.toLowerCase(Locale.ROOT));
    }

    /**
     * Refuses an image that cannot be written to a disk.
     *
     * @throws ImageException saying what Glance declares and what is needed
     */
    void requireUsable() {
        switch (status) {
            case "active" -> {}
            case "deactivated" -> throw refused(Reason.NOT_FOUND, "it is deactivated; reactivate it, or use another");
            case "deleted", "pending_delete" -> throw refused(Reason.NOT_FOUND, "it is deleted; use another");
            case "killed" -> throw refused(Reason.NOT_FOUND, "its upload failed; upload it again");
            default ->
                throw refused(
                        Reason.NOT_FOUND,
                        "its status is '" + ForeignText.line(status)
                                + "', and only an active one has its bytes; wait until its upload has ended");
        }
        containerFormat.filter(format -> !format.equals("bare")).ifPresent(format -> {
            throw refused(
                    Reason.FORMAT_REFUSED,
                    "its container format is '" + ForeignText.line(format)
                            + "'; only bare images can be written to a disk");
        });
        diskFormat.filter(format -> !DISK_FORMATS.contains(format)).ifPresent(format -> {
            throw refused(
                    Reason.FORMAT_REFUSED,
                    "its disk format is '" + ForeignText.line(format)
                            + "'; only raw and qcow2 are supported, convert it first");
        });
    }

    /**
     * The digest that the bytes must have: {@code os_hash_value}, or the MD5 if that is allowed and there is no other.
     *
     * @throws ImageException {@code CHECKSUM_MISSING} when the declared digest is not one
     */
    Optional<ImageChecksum> checksum(Md5 rule) {
        Optional<String> hash = hashValue.filter(_ -> hashAlgorithm.isPresent());
        try {
            if (hash.isPresent()) {
                for (ImageChecksum.Algorithm algorithm : ImageChecksum.Algorithm.values()) {
                    if (algorithm.isTrusted() && algorithm.label().equals(hashAlgorithm.orElse(""))) {
                        return Optional.of(new ImageChecksum(algorithm, hash.get()));
                    }
                }
                log.warn(
                        "image {}: Glance's digest of it is a {}, which is not verified here; use sha256 or sha512 for"
                                + " Glance's hashing_algorithm",
                        id,
                        ForeignText.line(hashAlgorithm.orElse("")));
            }
            if (md5.isEmpty()) {
                return Optional.empty();
            }
            return switch (rule) {
                case ALLOWED -> Optional.of(new ImageChecksum(ImageChecksum.Algorithm.MD5, md5.get()));
                case IGNORED -> {
                    log.warn(
                            "image {}: Glance has only an MD5 of it, which is not used; upload it again to a newer Glance",
                            id);
                    yield Optional.empty();
                }
            };
        } catch (IllegalArgumentException e) {
            throw new ImageException(
                    Reason.CHECKSUM_MISSING,
                    "image " + id + ": Glance's digest of it is wrong: "
                            + ForeignText.line(String.valueOf(e.getMessage())),
                    e);
        }
    }

    private ImageException refused(Reason reason, String finding) {
        return new ImageException(
                reason,
                "image " + id
                        + name.map(text -> " ('" + ForeignText.line(text) + "')")
                                .orElse("") + " of Glance cannot be used: " + finding);
    }
}
