package org.novametal.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheSpaceTest {
    private static final Duration LONG_AGO = Duration.ofSeconds(CacheSpace.RECENT_SECONDS);

    @TempDir
    Path folder;

    private long nanos;
    private Set<Path> inUse = Set.of();

    private CacheSpace space(long maxCacheBytes, long reservedBytes) {
        return new CacheSpace(folder, maxCacheBytes, reservedBytes, () -> inUse, () -> nanos);
    }

    private Path image(char digit, int bytes, Instant requested) throws IOException {
        String digest = String.valueOf(digit).repeat(64);
        Path raw = Files.write(folder.resolve(digest + ".raw"), new byte[bytes]);
        Path record =
                Files.writeString(folder.resolve("sha256-" + digest + ".source"), "raw " + digest + " " + bytes + "\n");
        Files.setLastModifiedTime(raw, FileTime.from(requested));
        Files.setLastModifiedTime(record, FileTime.from(requested));
        return raw;
    }

    @Test
    void theImageThatWasRequestedLeastRecentlyGoesFirstWithItsRecord() throws Exception {
        Path newer = image('a', 100, Instant.ofEpochSecond(2000));
        Path older = image('b', 100, Instant.ofEpochSecond(1000));
        CacheSpace space = space(300, 0);

        try (CacheSpace.Reservation reservation = space.begin("image x")) {
            reservation.require(150, 150);
        }
        assertThat(older).doesNotExist();
        assertThat(newer).exists();
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(2);
        }
    }

    @Test
    void anImageInUseIsKeptAndTheNewOneIsRefused() throws Exception {
        Path used = image('a', 200, Instant.ofEpochSecond(1000));
        inUse = Set.of(used);
        CacheSpace space = space(300, 0);

        try (CacheSpace.Reservation reservation = space.begin("image x")) {
            assertThat(catchThrowableOfType(ImageException.class, () -> reservation.require(150, 150)))
                    .hasMessageContaining("image x")
                    .hasMessageContaining("image_cache_gb")
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(ImageException.Reason.NO_SPACE));
        }
        assertThat(used).exists();
    }

    @Test
    void anImageThatWasRequestedJustNowIsKept() throws Exception {
        Path recent = image('a', 200, Instant.ofEpochSecond(1000));
        CacheSpace space = space(300, 0);
        space.used(recent);
        try (CacheSpace.Reservation reservation = space.begin("image x")) {
            assertThatThrownBy(() -> reservation.require(150, 150)).isInstanceOf(ImageException.class);
            nanos += LONG_AGO.toNanos();
            reservation.require(150, 150);
        }
        assertThat(recent).doesNotExist();
    }

    @Test
    void reservationsOfOthersCountUntilTheyAreClosed() throws Exception {
        CacheSpace space = space(300, 0);
        try (CacheSpace.Reservation second = space.begin("image y")) {
            try (CacheSpace.Reservation first = space.begin("image x")) {
                first.require(200, 200);
                assertThatThrownBy(() -> second.require(101, 101)).isInstanceOf(ImageException.class);
            }
            second.require(101, 101);
        }
    }

    @Test
    void aPartOfTheDiskStaysFree() throws Exception {
        long usable = Files.getFileStore(folder).getUsableSpace();
        CacheSpace space = space(Long.MAX_VALUE / 4, 1L << 20);
        try (CacheSpace.Reservation reservation = space.begin("image x")) {
            assertThatThrownBy(() -> reservation.require(usable, usable))
                    .isInstanceOf(ImageException.class)
                    .hasMessageContaining("image_disk_reserve_mb");
        }
    }

    @Test
    void nothingIsDeletedWhileTheImagesInUseAreUnknown() throws Exception {
        Path image = image('a', 200, Instant.ofEpochSecond(1000));
        CacheSpace space = new CacheSpace(
                folder,
                300,
                0,
                () -> {
                    throw new IllegalStateException("the database does not answer");
                },
                () -> nanos);
        try (CacheSpace.Reservation reservation = space.begin("image x")) {
            assertThatThrownBy(() -> reservation.require(150, 150)).isInstanceOf(ImageException.class);
        }
        assertThat(image).exists();
    }

    @Test
    void recordsOfImagesThatAreGoneAreRemovedAtStart() throws Exception {
        Path kept = image('a', 10, Instant.ofEpochSecond(1000));
        Files.delete(image('b', 10, Instant.ofEpochSecond(1000)));
        space(300, 0).deleteStaleRecords();
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(kept, folder.resolve("sha256-" + "a".repeat(64) + ".source"));
        }
    }

    @Test
    void aQcow2ImageThatUnfoldsBeyondTheCacheIsRefusedBeforeTheProgramRuns() throws Exception {
        Path file = Files.write(Files.createDirectory(folder.resolve("in")).resolve("bomb.qcow2"), bomb(16, 1L << 30));
        ImageOptions options = new ImageOptions(
                        folder.resolve("images"),
                        List.of(folder.resolve("in")),
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(30),
                        5,
                        Duration.ofMinutes(1),
                        2,
                        2L << 30,
                        "/no/such/qemu-img")
                .withSpace(1L << 29, 0);
        try (ImageService images = new ImageService(options, new OkHttpClient())) {
            assertThat(catchThrowableOfType(
                            ImageException.class,
                            () -> images.prepare(ImageRequest.of(file.toUri(), 2L << 30), ImageProgressListener.NONE)))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(ImageException.Reason.NO_SPACE));
        }
    }

    @Test
    void aQcow2ImageOfMillionsOfTinyClustersIsRefusedBeforeTheProgramRuns() throws Exception {
        Path file = Files.write(Files.createDirectory(folder.resolve("in")).resolve("tiny.qcow2"), bomb(9, 2L << 30));
        ImageOptions options = ImageOptions.of(folder.resolve("images"), List.of(folder.resolve("in")));
        try (ImageService images = new ImageService(options, new OkHttpClient())) {
            assertThat(catchThrowableOfType(
                            ImageException.class,
                            () -> images.prepare(ImageRequest.of(file.toUri(), 4L << 30), ImageProgressListener.NONE)))
                    .hasMessageContaining("clusters of 512 bytes")
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(ImageException.Reason.FORMAT_REFUSED));
        }
    }

    /** A qcow2 file whose disk of that length is full of one cluster: every entry of L1 names one L2 table, and so on. */
    private static byte[] bomb(int clusterBits, long virtualSize) {
        int cluster = 1 << clusterBits;
        int perTable = cluster / 8;
        int l1Entries = (int) (((virtualSize >> clusterBits) + perTable - 1) / perTable);
        int l1Bytes = (l1Entries * 8 + cluster - 1) / cluster * cluster;
        int l2 = cluster + l1Bytes;
        java.nio.ByteBuffer file = java.nio.ByteBuffer.allocate(l2 + 2 * cluster);
        file.putInt(0, 0x514649FB).putInt(4, 3).putInt(20, clusterBits).putLong(24, virtualSize);
        file.putInt(36, l1Entries).putLong(40, cluster).putInt(96, 4).putInt(100, 104);
        for (int i = 0; i < l1Entries; i++) {
            file.putLong(cluster + 8 * i, l2 | 1L << 63);
        }
        for (int i = 0; i < perTable; i++) {
            file.putLong(l2 + 8 * i, (l2 + cluster) | 1L << 63);
        }
        return file.array();
    }
}
