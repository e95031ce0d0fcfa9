package org.novametal.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.novametal.text.ForeignText;

/** A supported format of image files, detected by content and never by file name. */
enum ImageFormat {
    RAW("raw"),
    QCOW2("qcow2");

    /** Texts that users give by mistake: their first bytes in hexadecimal, and a description. */
    private static final Map<String, String> TEXTS =
            Map.of("3c21", "an HTML page", "3c68746d6c", "an HTML page", "7b", "JSON text");

    private final String label;

    ImageFormat(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    static ImageFormat ofLabel(String label) {
        return label.equals(QCOW2.label) ? QCOW2 : RAW;
    }

    /** Detects the format of a file by its first bytes. */
    static ImageFormat of(FileChannel file) throws IOException {
        return FileBytes.hex(file, 0, 4).startsWith(Qcow2Header.MAGIC_HEX) ? QCOW2 : RAW;
    }

    /**
     * Refuses a file whose content is not what was declared.
     *
     * @param declared Glance's {@code disk_format}, lower case
     */
    void requireDeclared(Optional<String> declared, String image) {
        if (declared.isEmpty() || declared.get().equals(label)) {
            return;
        }
        String format = declared.get();
        if (!format.equals(RAW.label) && !format.equals(QCOW2.label)) {
            throw new ImageException(
                    ImageException.Reason.FORMAT_REFUSED,
                    image + ": declared as '" + ForeignText.line(format)
                            + "'; only raw and qcow2 are supported, convert it first");
        }
        throw new ImageException(
                ImageException.Reason.NOT_AN_IMAGE,
                image + ": declared as '" + format + "', but its content is " + label
                        + "; correct the declaration or the image");
    }

    /** Describes a file that is not a disk image, for messages. */
    static String describe(FileChannel file) throws IOException {
        if (file.size() == 0) {
            return "empty";
        }
        Optional<String> other = OtherFormat.of(file);
        if (other.isPresent()) {
            return other.get();
        }
        String start = FileBytes.hex(file, 0, 8);
        for (Map.Entry<String, String> text : TEXTS.entrySet()) {
            if (start.startsWith(text.getKey())) {
                return text.getValue();
            }
        }
        // The file may be only the beginning of a download, so its size says nothing.
        return "unknown content that begins with " + start;
    }

    static String ascii(ByteBuffer buffer, int offset, int length) {
        byte[] bytes = new byte[length];
        buffer.get(offset, bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
