package org.novametal.image;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.novametal.text.SmallFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An image in the cache folder, with the records that lead to it.
 *
 * @param rawFile the image
 * @param sizeBytes its length
 * @param records the records that name it; their time of change is that of the last request
 * @param lastRequested when it was requested last
 */
record CachedImage(Path rawFile, long sizeBytes, List<Path> records, FileTime lastRequested) {
    private static final Logger log = LoggerFactory.getLogger(CachedImage.class);
    static final String RAW = ".raw";
    static final String SOURCE = ".source";
    static final String ORIGIN = ".origin";

    /** In every record, the digest of the raw image is the only word with these digits that stands second on its line. */
    private static final Pattern RAW_DIGEST = Pattern.compile("^\\S+ ([0-9a-f]{64})(\\s|$)");

    /** The images of a folder. */
    static List<CachedImage> list(Path folder) throws IOException {
        Map<Path, List<Path>> recordsByRaw = new HashMap<>();
        try (DirectoryStream<Path> records = Files.newDirectoryStream(folder, "*{" + SOURCE + "," + ORIGIN + "}")) {
            for (Path record : records) {
                rawOf(folder, record)
                        .ifPresent(raw -> recordsByRaw
                                .computeIfAbsent(raw, _ -> new ArrayList<>())
                                .add(record));
            }
        }
        List<CachedImage> images = new ArrayList<>();
        try (DirectoryStream<Path> raws = Files.newDirectoryStream(folder, "*" + RAW)) {
            for (Path raw : raws) {
                List<Path> records = recordsByRaw.getOrDefault(raw, List.of());
                FileTime last = Files.getLastModifiedTime(raw);
                for (Path record : records) {
                    FileTime time = Files.getLastModifiedTime(record);
                    last = time.compareTo(last) > 0 ? time : last;
                }
                images.add(new CachedImage(raw, Files.size(raw), List.copyOf(records), last));
            }
        }
        return images;
    }

    /** The raw image that a record names, whether it exists or not; empty when the record is damaged or gone. */
    static Optional<Path> rawOf(Path folder, Path record) {
        return record(record)
                .map(RAW_DIGEST::matcher)
                .filter(Matcher::find)
                .map(line -> folder.resolve(line.group(1) + RAW));
    }

    /** The text of a record; one that cannot be read counts as missing. */
    static Optional<String> record(Path record) {
        try {
            return SmallFile.text(record);
        } catch (IOException e) {
            log.warn("image cache: the record {} cannot be read and counts as missing: {}", record, e.toString());
            return Optional.empty();
        }
    }

    /** Deletes the image after its records, so that no record refers to a missing image. */
    void delete() throws IOException {
        for (Path record : records) {
            Files.deleteIfExists(record);
        }
        Files.deleteIfExists(rawFile);
    }
}
