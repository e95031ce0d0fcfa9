package org.novametal.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Small text files that a program keeps for itself or shares with others, such as records and leases. A damaged byte must not
 * stop the program: what does not parse is for the caller to skip.
 */
public final class SmallFile {
    /** The most bytes of a file. */
    public static final int MAX_BYTES = 16 << 20;

    private SmallFile() {}

    /**
     * Replaces a file whole by a rename, after its bytes are on the disk: after a power failure it has the bytes before or
     * these. The draft beside it has its name with a dot in front. Two threads must not replace one file at the same time.
     *
     * @throws IOException when that fails; the file stays as it was
     */
    public static void replace(Path file, byte[] bytes) throws IOException {
        Path draft = file.resolveSibling("." + file.getFileName());
        try (FileChannel out = FileChannel.open(
                draft, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                out.write(rest);
            }
            out.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * The content of a file; empty when there is no such file.
     *
     * @return one character for each byte, {@linkplain StandardCharsets#ISO_8859_1 ISO 8859-1}, so that no byte is malformed
     *     and the text can be written back unchanged; non-ASCII text of another encoding looks garbled
     * @throws IOException when the file cannot be read or has more than {@value #MAX_BYTES} bytes
     */
    public static Optional<String> text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException(
                        file + " has more than " + MAX_BYTES + " bytes, which no such file has; remove it");
            }
            return Optional.of(new String(bytes, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
