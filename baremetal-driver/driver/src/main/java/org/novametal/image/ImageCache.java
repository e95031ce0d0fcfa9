package org.novametal.image;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Raw images on disk, each named by its SHA-256, and records of the source bytes from which each was made.
 *
 * <pre>
 * HEX.raw                the image with that SHA-256
 * ALGORITHM-HEX.source   the image that was made from source bytes with that digest: FORMAT HEX SIZE
 * PLACE.origin           the version of an image that a source gave last: origin HEX LENGTH LOCATION, then on a line each its
 *                        entity tag and the time of its last change, or empty lines; PLACE is a digest of the URL without
 *                        secrets, LOCATION one of the URL with its query
 * *.partial              an unfinished file, removed at start
 * </pre>
 *
 * <p>Files get their name by an atomic rename after their bytes are on the disk, so that a name never stands for other content.
 * Any thread may call.
 */
final class ImageCache {
    private static final Logger log = LoggerFactory.getLogger(ImageCache.class);
    private static final String PARTIAL = ".partial";

    private final Path folder;
    private final CacheSpace space;
    private final Object verifying = new Object();

    ImageCache(ImageOptions options, Supplier<Set<Path>> inUse, LongSupplier nanoTime) {
        this.folder = options.cacheFolder().toAbsolutePath();
        this.space = new CacheSpace(folder, options.maxCacheBytes(), options.reservedBytes(), inUse, nanoTime);
        try {
            // Images may hold secrets of their owners.
            Files.createDirectories(
                    this.folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            try (DirectoryStream<Path> partials = Files.newDirectoryStream(this.folder, "*" + PARTIAL)) {
                for (Path partial : partials) {
                    Files.delete(partial);
                }
            }
            space.deleteStaleRecords();
        } catch (IOException e) {
            throw new UncheckedIOException("image cache folder " + this.folder + " cannot be used", e);
        }
    }

    /** An image and the format that its source had. */
    record Known(ImageFormat sourceFormat, PreparedImage image) {}

    /** Begins to reserve space for an image. */
    CacheSpace.Reservation reserve(String image) {
        return space.begin(image);
    }

    /** A new name for an unfinished file. */
    Path newPartial() {
        return folder.resolve(UUID.randomUUID() + PARTIAL);
    }

    /** Moves a finished raw file into the cache. */
    PreparedImage keep(Path raw, ImageChecksum checksum) throws IOException {
        long size = Files.size(raw);
        PreparedImage image = image(checksum, size);
        sync(raw);
        space.used(image.rawFile());
        Files.move(raw, image.rawFile(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return image;
    }

    /** Records which image was made from the source bytes with that digest. */
    void remember(ImageChecksum source, Known known) throws IOException {
        PreparedImage image = known.image();
        write(
                entry(source),
                known.sourceFormat().label() + " " + image.rawChecksum().hex() + " " + image.sizeBytes() + "\n");
    }

    /** Records which version of the image its source gave. */
    void rememberOrigin(URI source, SourceVersion version, Known known) throws IOException {
        if (version.etag().isEmpty() && version.lastModified().isEmpty()) {
            Files.deleteIfExists(origin(source));
            return;
        }
        write(
                origin(source),
                "origin " + known.image().rawChecksum().hex() + " " + version.length() + " " + version.location() + "\n"
                        + version.etag().orElse("") + "\n"
                        + version.lastModified().orElse("") + "\n");
    }

    /**
     * The version of the image with that checksum that its source gave last, if the source can be asked whether it still has
     * that version. Who knows a checksum alone does not get the image: its source has to have given it.
     */
    Optional<SourceVersion> versionOf(URI source, ImageChecksum checksum) throws IOException {
        Optional<Known> known = find(checksum);
        Optional<String> origin = CachedImage.record(origin(source));
        if (known.isEmpty() || origin.isEmpty()) {
            return Optional.empty();
        }
        List<String> lines = Splitter.on('\n').splitToList(origin.get());
        List<String> fields = Splitter.on(' ').splitToList(lines.getFirst());
        if (lines.size() < 3
                || fields.size() != 4
                || !fields.get(1).equals(known.get().image().rawChecksum().hex())
                || !fields.get(2).matches("-1|[0-9]{1,18}")) {
            return Optional.empty();
        }
        return Optional.of(new SourceVersion(
                        fields.get(3),
                        Optional.of(lines.get(1)).filter(tag -> !tag.isEmpty()),
                        Optional.of(lines.get(2)).filter(time -> !time.isEmpty()),
                        Long.parseLong(fields.get(2))))
                .filter(version -> version.canBeAskedAt(source));
    }

    /**
     * Deletes an image, and the records that lead to it, if its bytes are not those of its checksum any more or cannot be read.
     * Reads the whole file.
     *
     * @return whether the image is not there now
     */
    boolean deleteIfDamaged(Path rawFile, ImageChecksum checksum) throws IOException {
        // One at a time: many machines may have found the same damage.
        synchronized (verifying) {
            String damage = "its bytes changed";
            try (FileChannel file = FileChannel.open(rawFile)) {
                if (FileBytes.digest(file, checksum.algorithm(), _ -> {}).equals(checksum)) {
                    return false;
                }
            } catch (NoSuchFileException e) {
                return true;
            } catch (IOException e) {
                damage = "it cannot be read: " + e;
            }
            log.error(
                    "image cache: {} is damaged and is deleted, because {}; check the disk under it", rawFile, damage);
            synchronized (space) {
                for (CachedImage image : CachedImage.list(folder)) {
                    if (image.rawFile().equals(rawFile)) {
                        image.delete();
                    }
                }
            }
            return true;
        }
    }

    /**
     * The image that was made from source bytes with that digest, if it is still in the cache. It counts as requested now.
     */
    Optional<Known> find(ImageChecksum source) throws IOException {
        synchronized (space) {
            return findLocked(source);
        }
    }

    private Optional<Known> findLocked(ImageChecksum source) throws IOException {
        Path entry = entry(source);
        Optional<String> record = CachedImage.record(entry);
        if (record.isEmpty()) {
            return Optional.empty();
        }
        List<String> fields = Splitter.on(' ').splitToList(record.get().strip());
        if (fields.size() == 3
                && fields.get(0).matches("raw|qcow2")
                && fields.get(2).matches("[0-9]{1,18}")
                && fields.get(1).matches("[0-9a-f]{64}")) {
            ImageChecksum checksum = new ImageChecksum(ImageChecksum.Algorithm.SHA256, fields.get(1));
            PreparedImage image = image(checksum, Long.parseLong(fields.get(2)));
            if (Files.exists(image.rawFile()) && Files.size(image.rawFile()) == image.sizeBytes()) {
                space.used(image.rawFile());
                Files.setLastModifiedTime(entry, FileTime.from(Instant.now()));
                return Optional.of(new Known(ImageFormat.ofLabel(fields.get(0)), image));
            }
        }
        log.warn(
                "image cache: the record {} is damaged, or its image is missing or has another size; fetching again",
                entry.getFileName());
        Files.deleteIfExists(entry);
        return Optional.empty();
    }

    private PreparedImage image(ImageChecksum checksum, long size) {
        return new PreparedImage(folder.resolve(checksum.hex() + CachedImage.RAW), size, checksum, checksum.hex());
    }

    private Path entry(ImageChecksum source) {
        return folder.resolve(source.algorithm().label() + "-" + source.hex() + CachedImage.SOURCE);
    }

    private Path origin(URI source) {
        return folder.resolve(SourceVersion.place(source) + CachedImage.ORIGIN);
    }

    /** Writes a record; without it the image is fetched again the next time. */
    private void write(Path record, String text) throws IOException {
        Path partial = newPartial();
        try {
            Files.writeString(partial, text);
            sync(partial);
            Files.move(partial, record, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            log.warn("image cache: the record {} cannot be written, remove what is there: {}", record, e.toString());
            Files.deleteIfExists(partial);
        }
    }

    private static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }
}
