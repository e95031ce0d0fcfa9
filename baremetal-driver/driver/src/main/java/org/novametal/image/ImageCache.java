package org.novametal.image;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Raw images on disk, each named by its SHA-256, and records of the source bytes from which each was made.
 *
 * <p>{@code HEX.raw} is an image with that SHA-256; {@code ALGORITHM-HEX.source} names the image that was made from source
 * bytes with that digest, in one line, {@code FORMAT HEX SIZE}; {@code *.partial} is an unfinished file, removed at start.
 * Files get their name by an atomic rename after their bytes are on the disk, so that a name never stands for other content.
 * Any thread may call.
 */
final class ImageCache {
    private static final Logger log = LoggerFactory.getLogger(ImageCache.class);
    private static final String PARTIAL = ".partial";

    private final Path folder;

    ImageCache(Path folder) {
        this.folder = folder.toAbsolutePath();
        try {
            // Images may hold secrets of their owners.
            Files.createDirectories(
                    this.folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            try (DirectoryStream<Path> partials = Files.newDirectoryStream(this.folder, "*" + PARTIAL)) {
                for (Path partial : partials) {
                    Files.delete(partial);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("image cache folder " + this.folder + " cannot be used", e);
        }
    }

    /** An image and the format that its source had. */
    record Known(ImageFormat sourceFormat, PreparedImage image) {}

    /** A new name for an unfinished file. */
    Path newPartial() {
        return folder.resolve(UUID.randomUUID() + PARTIAL);
    }

    /** Moves a finished raw file into the cache. */
    PreparedImage keep(Path raw, ImageChecksum checksum) throws IOException {
        long size = Files.size(raw);
        PreparedImage image = image(checksum, size);
        sync(raw);
        Files.move(raw, image.rawFile(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return image;
    }

    /** Records which image was made from the source bytes with that digest. */
    void remember(ImageChecksum source, Known known) throws IOException {
        Path partial = newPartial();
        PreparedImage image = known.image();
        Files.writeString(
                partial,
                known.sourceFormat().label() + " " + image.rawChecksum().hex() + " " + image.sizeBytes() + "\n");
        sync(partial);
        Files.move(partial, entry(source), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The image that was made from source bytes with that digest, if it is still in the cache. */
    Optional<Known> find(ImageChecksum source) throws IOException {
        Path entry = entry(source);
        if (!Files.exists(entry)) {
            return Optional.empty();
        }
        List<String> fields =
                Splitter.on(' ').splitToList(Files.readString(entry).strip());
        if (fields.size() == 3
                && fields.get(2).matches("[0-9]{1,18}")
                && fields.get(1).matches("[0-9a-f]{64}")) {
            ImageChecksum checksum = new ImageChecksum(ImageChecksum.Algorithm.SHA256, fields.get(1));
            PreparedImage image = image(checksum, Long.parseLong(fields.get(2)));
            if (Files.exists(image.rawFile()) && Files.size(image.rawFile()) == image.sizeBytes()) {
                return Optional.of(new Known(ImageFormat.ofLabel(fields.get(0)), image));
            }
        }
        log.warn("image cache: the image of {} is missing or has another size; fetching again", entry.getFileName());
        Files.deleteIfExists(entry);
        return Optional.empty();
    }

    private PreparedImage image(ImageChecksum checksum, long size) {
        return new PreparedImage(folder.resolve(checksum.hex() + ".raw"), size, checksum, checksum.hex());
    }

    private Path entry(ImageChecksum source) {
        return folder.resolve(source.algorithm().label() + "-" + source.hex() + ".source");
    }

    private static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }
}
