package org.novametal.image;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.novametal.text.ForeignText;

/**
 * An image could not be prepared. Callers decide by the {@linkplain #reason() reason}; the message names the image, the value
 * found and the value expected, and contains no secret. The constructor makes the message and the cause safe to log, because
 * the image and its source choose parts of them.
 */
public final class ImageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Where the fault is; it decides whether another try can succeed. */
    public enum Fault {
        /** In the image or its declaration: no host can use the image as it is. */
        IMAGE,
        /** At the image's source: another try later or from another host may succeed. */
        SOURCE,
        /** On this host: another host may succeed. */
        HOST
    }

    /** Why an image could not be prepared. */
    public enum Reason {
        /** The source has no such image, or denies access to it. */
        NOT_FOUND(Fault.IMAGE),
        /** The source does not answer, or answers with another error. */
        UNREACHABLE(Fault.SOURCE),
        /** The source, or the catalog of the image, cannot be used with the credentials and addresses that this host has. */
        NOT_AUTHORIZED(Fault.HOST),
        /** Fewer bytes arrived than were announced, or than the content itself declares. */
        TRUNCATED(Fault.SOURCE),
        /** The image has no checksum, and one is required. */
        CHECKSUM_MISSING(Fault.IMAGE),
        /** The bytes do not match the checksum or the declared length. */
        CHECKSUM_MISMATCH(Fault.IMAGE),
        /** No partition table, or content that contradicts the declared format. */
        NOT_AN_IMAGE(Fault.IMAGE),
        /** An unsupported format, or a file of a supported format that uses forbidden features. */
        FORMAT_REFUSED(Fault.IMAGE),
        /** The image is larger than the disk. */
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

        /** Where the fault is. */
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
        super(ForeignText.message(Objects.requireNonNull(message, "message")), ForeignText.cause(cause));
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /** Names the image, the value found and the value expected. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage(), "every constructor requires a message");
    }

    /** Why the image could not be prepared. */
    public Reason reason() {
        return reason;
    }
}
