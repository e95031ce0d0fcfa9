package org.novametal.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.queue.AdmissionQueue;
import org.novametal.queue.AdmissionQueue.Place;

/** Conversions above the limit wait in order. All of them wait here, so no program runs. */
class ImageConversionQueueTest {
    private static final int AT_ONCE = 2;

    @TempDir
    Path folder;

    @BeforeEach
    void makeImages() throws IOException {
        for (String name : List.of("a", "b", "c")) {
            // Images of different content, which are converted one by one.
            Files.write(
                    folder.resolve(name),
                    DiskImages.bytes(DiskImages.qcow2(1 << 20).put(2 << 16, (byte) name.charAt(0))));
        }
        Path program = Files.createFile(folder.resolve("program"));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    private ImageService open(Duration conversion) {
        ImageService images = new ImageService(
                new ImageOptions(
                        folder.resolve("cache"),
                        List.of(folder),
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(30),
                        5,
                        conversion,
                        AT_ONCE,
                        2L << 30,
                        folder.resolve("program").toString()),
                new OkHttpClient());
        for (int i = 0; i < AT_ONCE; i++) {
            images.conversions().enter(() -> {});
        }
        return images;
    }

    private ImageRequest request(String name) {
        return ImageRequest.of(folder.resolve(name).toUri(), 64 << 20);
    }

    /** Prepares an image in a separate thread, and notes its places in the queue. */
    private final class Caller {
        private final BlockingQueue<Place> places = new LinkedBlockingQueue<>();
        private final Thread thread;

        Caller(ImageService images, String name) {
            thread = Thread.startVirtualThread(() -> {
                try {
                    images.prepare(request(name), progress -> progress.place().ifPresent(places::add));
                } catch (InterruptedException | IllegalStateException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }

        void awaitPlace(int number, int length) throws InterruptedException {
            Place wanted = new Place("conversions", number, length);
            Optional<Place> seen = Optional.empty();
            while (!seen.equals(Optional.of(wanted))) {
                seen = Optional.ofNullable(places.poll(20, TimeUnit.SECONDS));
                assertThat(seen).as("a place before %s", wanted).isPresent();
            }
        }
    }

    @Test
    void conversionsAboveTheLimitReportTheirPlacesAndMoveUpWhenOneBeforeThemIsCancelled() throws Exception {
        try (ImageService images = open(Duration.ofHours(1))) {
            Caller first = new Caller(images, "a");
            first.awaitPlace(1, 1);
            Caller second = new Caller(images, "b");
            second.awaitPlace(2, 2);
            Caller third = new Caller(images, "c");
            third.awaitPlace(3, 3);
            first.awaitPlace(1, 3);
            assertThat(images.conversions().waiting()).isEqualTo(3);

            second.thread.interrupt();

            third.awaitPlace(2, 2);
            first.awaitPlace(1, 2);
        }
    }

    @Test
    void aServiceThatIsClosedLeavesNoConversionInTheQueue() throws Exception {
        ImageService images = open(Duration.ofHours(1));
        Caller caller = new Caller(images, "a");
        caller.awaitPlace(1, 1);

        images.close();

        assertThat(images.conversions().waiting()).isZero();
        assertThat(caller.thread.join(Duration.ofSeconds(20))).isTrue();
    }

    @Test
    void theWaitIsLimitedByTheTimeOfAllConversionsBeforeIt() {
        try (ImageService images = open(Duration.ofMillis(20))) {
            images.conversions().enter(() -> {});
            AdmissionQueue.Ticket before = images.conversions().enter(() -> {});

            ImageException failure = catchThrowableOfType(
                    ImageException.class, () -> images.prepare(request("a"), ImageProgressListener.NONE));

            assertThat(failure.reason()).isEqualTo(ImageException.Reason.CONVERSION_FAILED);
            assertThat(failure)
                    .as("two of the queue, its own time, and once more")
                    .hasMessageContaining("could not start within PT0.08S");
            assertThat(before.place()).contains(new Place("conversions", 2, 2));
        }
    }
}
