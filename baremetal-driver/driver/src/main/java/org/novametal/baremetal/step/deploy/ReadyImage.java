package org.novametal.baremetal.step.deploy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.novametal.baremetal.step.StepContext;
import org.novametal.image.ImageChecksum;
import org.novametal.image.PreparedImage;

/**
 * An image that is ready to be written, as stored in the memory of an operation.
 *
 * @param file the raw image
 * @param sizeBytes its length
 * @param checksum its digest
 */
public record ReadyImage(Path file, long sizeBytes, ImageChecksum checksum) {
    private static final String FILE = "deploy.image-file";
    private static final String SIZE = "deploy.image-size";
    private static final String CHECKSUM = "deploy.image-checksum";

    static ReadyImage of(PreparedImage image) {
        return new ReadyImage(image.rawFile(), image.sizeBytes(), image.rawChecksum());
    }

    /** The image in an operation's memory; empty if there is none. */
    public static Optional<ReadyImage> from(Map<String, String> memory) {
        String file = memory.get(FILE);
        String size = memory.get(SIZE);
        String checksum = memory.get(CHECKSUM);
        return file == null || size == null || checksum == null
                ? Optional.empty()
                : Optional.of(new ReadyImage(Path.of(file), Long.parseLong(size), ImageChecksum.parse(checksum)));
    }

    void remember(StepContext context) {
        context.remember(SIZE, Long.toString(sizeBytes));
        context.remember(CHECKSUM, checksum.toString());
        context.remember(FILE, file.toString());
    }

    static Optional<ReadyImage> recall(StepContext context) {
        Optional<String> size = context.recall(SIZE);
        Optional<String> checksum = context.recall(CHECKSUM);
        Optional<String> file = context.recall(FILE);
        return size.isEmpty() || checksum.isEmpty() || file.isEmpty()
                ? Optional.empty()
                : from(Map.of(SIZE, size.get(), CHECKSUM, checksum.get(), FILE, file.get()));
    }
}
