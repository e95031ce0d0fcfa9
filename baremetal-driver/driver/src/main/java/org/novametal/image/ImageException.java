package org.novametal.image;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An image that could not be made ready. The {@linkplain #reason() reason} decides what a caller does; the message names the
 * image, what was found and what was wanted, and holds no secret.
 */
public final class ImageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Whose fault it is, and so whether trying again helps. */
    public enum Fault {
        /** The image's, or of what was said about it: no host can use it as it is. */
        IMAGE,
        /** The place where the image is: later, or from another host, it may work. */
        SOURCE,
        /** This host's: another host may do better. */
        HOST
    }

    /** Why an image could not be made ready. */
    public enum Reason {
        /** There is nothing at the source, or not for us. */
        NOT_FOUND(Fault.IMAGE),
        /** The source does not answer, or answers with another error. */
        UNREACHABLE(Fault.SOURCE),
        /** Fewer bytes came than were announced, or than the content itself says that it has. */
        TRUNCATED(Fault.SOURCE),
        /** The bytes are not those that the checksum or the declared length says. */
        CHECKSUM_MISMATCH(Fault.IMAGE),
        /** No partition table, or content that contradicts the declared format. */
        NOT_AN_IMAGE(Fault.IMAGE),
        /** A format that is not taken, or a file of a good format that asks for things it must not. */
        FORMAT_REFUSED(Fault.IMAGE),
        /** Longer than the disk. */
        TOO_LARGE(Fault.IMAGE),
        /** A local file outside of the allowed folders. */
        FOLDER_NOT_ALLOWED(Fault.IMAGE),
        /** {@code qemu-img} failed or took too long. */
        CONVERSION_FAILED(Fault.IMAGE),
        /** {@code qemu-img} is not installed here. */
        PROGRAM_MISSING(Fault.HOST),
        /** The cache folder is full, or cannot be written. */
        NO_SPACE(Fault.HOST);

        private final Fault fault;

        Reason(Fault fault) {
            this.fault = fault;
        }

        /** Whose fault it is. */
        public Fault fault() {
            return fault;
        }
    }

    private final Reason reason;

    /** A failure without a deeper cause. */
    public ImageException(Reason reason, String message) {
        this(reason, message, null);
    }

    /** A failure with its cause. */
    public ImageException(Reason reason, String message, @Nullable Throwable cause) {
        super(Objects.requireNonNull(message, "message"), cause);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /** Which image, what was found, and what was wanted. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage(), "every constructor takes one");
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }
}
