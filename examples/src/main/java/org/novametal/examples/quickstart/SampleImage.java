package org.novametal.examples.quickstart;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.novametal.examples.quickstart.QuickstartException.Problem;

/**
 * A small raw disk image for users who have none: a master boot record with one Linux partition that begins at 1 MiB,
 * and content that does not compress. Each run makes the same image. Real firmware could not boot it, because it has no
 * boot code; fake machines do not check that.
 *
 * <pre>
 * 0      446  boot code: none
 * 446     16  entry 1: status, CHS, type 0x83, CHS, first sector (LE32), sectors (LE32)
 * 462     48  entries 2 to 4: none
 * 510      2  0x55 0xAA
 * 1 MiB   …   the partition
 * </pre>
 *
 * @param file the image's file
 * @param sha256 the image's SHA-256, lower-case hexadecimal
 */
record SampleImage(Path file, String sha256) {
    private static final int MEBIBYTE = 1024 * 1024;
    private static final int SIZE_BYTES = 8 * MEBIBYTE;
    private static final int SECTOR_BYTES = 512;
    private static final int FIRST_ENTRY = 446;
    private static final byte LINUX = (byte) 0x83;
    private static final long SEED = 2013;

    /** Writes the image to a new file. */
    static SampleImage write(Path file) {
        byte[] disk = new byte[SIZE_BYTES];
        ByteBuffer.wrap(disk)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(FIRST_ENTRY + 4, LINUX)
                .putInt(FIRST_ENTRY + 8, MEBIBYTE / SECTOR_BYTES)
                .putInt(FIRST_ENTRY + 12, (SIZE_BYTES - MEBIBYTE) / SECTOR_BYTES)
                .put(510, (byte) 0x55)
                .put(511, (byte) 0xAA);
        byte[] partition = new byte[SIZE_BYTES - MEBIBYTE];
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        random.nextBytes(partition);
        byte[] greeting = "nova-metal sample image\n".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(partition, 0, disk, MEBIBYTE, partition.length);
        System.arraycopy(greeting, 0, disk, MEBIBYTE, greeting.length);
        try {
            Files.write(file, disk, StandardOpenOption.CREATE_NEW);
        } catch (IOException e) {
            throw new QuickstartException(Problem.WORK_FOLDER, "cannot write the sample image " + file, e);
        }
        return new SampleImage(file, sha256(disk));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
