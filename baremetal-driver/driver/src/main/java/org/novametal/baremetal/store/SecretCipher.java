package org.novametal.baremetal.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.Secret;
import org.novametal.text.IoFailure;

/**
 * Encrypts secrets before they are stored: AES-256-GCM with a key from a file or a text.
 *
 * <p>An encrypted value is bound to its node and column, so that a value copied to another place in the database cannot be
 * decrypted:
 *
 * <pre>
 *  0        1                13                      n-16            n
 *  +--------+----------------+-----------------------+---------------+
 *  | 0x01   | nonce, random  | cipher text (UTF-8)   | tag           |
 *  +--------+----------------+-----------------------+---------------+
 *  associated data: 0x01, the node's UUID (16 bytes), the column's name (UTF-8)
 * </pre>
 *
 * <p>Immutable; any thread may call.
 */
public final class SecretCipher implements StoreKey {
    private static final byte VERSION = 1;
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final String TEMPORARY = ".secret";
    private static final String TEMPORARY_END = ".key";

    /** The name of a temporary file. Source: {@link Files#createTempFile}, which puts a random number into it. */
    private static final Pattern TEMPORARY_NAME = Pattern.compile("\\.secret\\d+\\.key");

    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final SecretKey key;
    private final SecureRandom random;

    private SecretCipher(byte[] key) {
        this.key = new SecretKeySpec(key, "AES");
        this.random = new SecureRandom();
    }

    /**
     * Creates the cipher with the key in a file; creates the file, readable only by its owner, if it does not exist. Several
     * processes may do so at once and get the same key.
     *
     * @param keyFile 32 bytes, or a text as for {@link #ofText}; its folder must exist
     * @throws DriverException {@code CONFIG_INVALID} when the file has another length or others may read it;
     *     {@code DRIVER_NOT_READY} when it cannot be read or created
     */
    public static SecretCipher ofKeyFile(Path keyFile) {
        try {
            if (Files.notExists(keyFile)) {
                create(keyFile);
            }
            if (!Files.isRegularFile(keyFile)) {
                throw new DriverException(
                        ErrorCode.CONFIG_INVALID, "the key file " + keyFile + " is not a regular file");
            }
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(keyFile);
            if (!OWNER_ONLY.containsAll(permissions)) {
                throw new DriverException(
                        ErrorCode.CONFIG_INVALID,
                        "the key file " + keyFile + " has the permissions " + PosixFilePermissions.toString(permissions)
                                + "; only its owner may have access: chmod 600 " + keyFile);
            }
            byte[] bytes = Files.readAllBytes(keyFile);
            if (bytes.length != KEY_BYTES) {
                Optional<byte[]> written = ofText(new String(bytes, StandardCharsets.ISO_8859_1));
                if (written.isPresent()) {
                    return new SecretCipher(written.get());
                }
                throw new DriverException(
                        ErrorCode.CONFIG_INVALID,
                        "the key file " + keyFile + " has " + bytes.length + " bytes; a key has " + KEY_BYTES
                                + ". Put back the file that this store was created with; without it the BMC passwords"
                                + " must be enrolled again");
            }
            return new SecretCipher(bytes);
        } catch (IOException e) {
            throw new DriverException(
                    ErrorCode.DRIVER_NOT_READY,
                    "the key file " + keyFile + " can be neither read nor created: " + IoFailure.reason(e)
                            + ". Its folder must exist and belong to this process's user",
                    e);
        } catch (UnsupportedOperationException e) {
            throw new DriverException(
                    ErrorCode.CONFIG_INVALID,
                    "the key file " + keyFile + " lies on a file system without owner permissions; choose another"
                            + " state_path",
                    e);
        }
    }

    /**
     * Creates the cipher with a key that is given as text.
     *
     * @param source where the text comes from, for messages
     * @param text 64 hexadecimal digits, or Base64 of 32 bytes; blanks around it do not count
     * @throws DriverException {@code CONFIG_INVALID} when the text is no key; the message does not have it
     */
    public static SecretCipher ofText(String source, String text) {
        return ofText(text)
                .map(SecretCipher::new)
                .orElseThrow(() -> new DriverException(
                        ErrorCode.CONFIG_INVALID,
                        source + " is not a key (" + text.strip().length() + " characters): a key is " + 2 * KEY_BYTES
                                + " hexadecimal digits, or " + KEY_BYTES + " bytes in Base64"));
    }

    private static Optional<byte[]> ofText(String text) {
        String bare = text.strip();
        try {
            byte[] bytes = bare.length() == 2 * KEY_BYTES
                    ? HexFormat.of().parseHex(bare)
                    : Base64.getDecoder().decode(bare);
            return Optional.of(bytes).filter(key -> key.length == KEY_BYTES);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    // Written to a temporary file and then linked, so that the file appears with its whole key; the first process wins.
    private static void create(Path keyFile) throws IOException {
        byte[] fresh = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(fresh);
        Path folder = Objects.requireNonNull(keyFile.toAbsolutePath().getParent(), "an absolute path of a file");
        Path aside = Files.createTempFile(
                folder, TEMPORARY, TEMPORARY_END, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        try {
            try (FileChannel channel = FileChannel.open(aside, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(fresh);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            try {
                Files.createLink(keyFile, aside);
            } catch (FileAlreadyExistsException e) {
                return; // another process was first: its key is used
            }
            StoreFiles.sync(folder);
        } finally {
            Files.deleteIfExists(aside);
        }
    }

    /**
     * The temporary files in which programs write new keys before they give them their names, in the folder of a key; one of
     * them stays when its program is killed.
     */
    public static List<Path> temporaryFiles(Path keyFile) throws IOException {
        Path folder = Objects.requireNonNull(keyFile.toAbsolutePath().getParent(), "an absolute path of a file");
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, TEMPORARY + "*" + TEMPORARY_END)) {
            for (Path file : files) {
                // Not a key that a person has given such a name, perhaps that of another inventory.
                if (TEMPORARY_NAME.matcher(file.getFileName().toString()).matches()
                        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                        && Files.size(file) <= KEY_BYTES) {
                    found.add(file);
                }
            }
        }
        return found;
    }

    /** Whether a temporary file has a whole key: its program was not killed before it had written the key. */
    public static boolean isWhole(Path temporary) throws IOException {
        return Files.size(temporary) == KEY_BYTES;
    }

    /** This cipher: a program that chooses the key itself may use it for any store. */
    @Override
    public SecretCipher forNewStore() {
        return this;
    }

    /** This cipher. */
    @Override
    public SecretCipher forPresentStore() {
        return this;
    }

    /** Encrypts a value for a node and column. Encrypting the same value again gives other bytes. */
    public byte[] seal(UUID node, String column, Secret value) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, node, column)
                    .doFinal(value.reveal().getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.allocate(1 + NONCE_BYTES + sealed.length)
                    .put(VERSION)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES/GCM with a 256-bit key is not available in this JVM", e);
        }
    }

    /**
     * Decrypts a value that was encrypted for that node and column.
     *
     * @throws DriverException {@code DRIVER_NOT_READY} when the value was encrypted with another key, for another node or
     *     column, in a newer format, or is damaged
     */
    public Secret open(UUID node, String column, byte[] sealed) {
        if (sealed.length < 1 + NONCE_BYTES + TAG_BITS / 8 || sealed[0] != VERSION) {
            throw damaged(
                    "the encrypted " + column + " of node " + node + " is not in format " + VERSION + " ("
                            + sealed.length + " bytes); it is damaged, or a newer version of this program wrote it",
                    null);
        }
        byte[] nonce = new byte[NONCE_BYTES];
        System.arraycopy(sealed, 1, nonce, 0, NONCE_BYTES);
        try {
            byte[] plain = cipher(Cipher.DECRYPT_MODE, nonce, node, column)
                    .doFinal(sealed, 1 + NONCE_BYTES, sealed.length - 1 - NONCE_BYTES);
            return Secret.of(new String(plain, StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw damaged(
                    "the encrypted " + column + " of node " + node
                            + " cannot be decrypted with this key file: it was encrypted with"
                            + " another key, for another node, or is damaged. Put back the right key file, or enrol the"
                            + " node again",
                    e);
        }
    }

    private static DriverException damaged(String message, @Nullable Throwable cause) {
        return new DriverException(ErrorCode.DRIVER_NOT_READY, message, new StoreDamage(message, cause));
    }

    private Cipher cipher(int mode, byte[] nonce, UUID node, String column) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(ByteBuffer.allocate(17)
                .put(VERSION)
                .putLong(node.getMostSignificantBits())
                .putLong(node.getLeastSignificantBits())
                .array());
        cipher.updateAAD(column.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
