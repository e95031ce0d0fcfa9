package org.novametal.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A supported format of image files, detected by content and never by file name. */
enum ImageFormat {
    RAW("raw"),
    QCOW2("qcow2");

    /** Files that users give by mistake: their first bytes in hexadecimal, and a description. */
    private static final Map<String, String> KNOWN_OTHERS = new LinkedHashMap<>();

    static {
        KNOWN_OTHERS.put("1f8b", "gzip-compressed");
        KNOWN_OTHERS.put("fd377a585a00", "xz-compressed");
        KNOWN_OTHERS.put("28b52ffd", "zstd-compressed");
        KNOWN_OTHERS.put("425a68", "bzip2-compressed");
        KNOWN_OTHERS.put("504b0304", "a zip archive");
        KNOWN_OTHERS.put("4b444d56", "a VMDK image");
        KNOWN_OTHERS.put("7668647866696c65", "a VHDX image");
        KNOWN_OTHERS.put("514544", "a QED image");
        KNOWN_OTHERS.put("3c3c3c20", "a VDI image");
        KNOWN_OTHERS.put("3c21", "an HTML page");
        KNOWN_OTHERS.put("3c68746d6c", "an HTML page");
        KNOWN_OTHERS.put("7b", "JSON text");
    }

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
        return firstBytes(file, 4).startsWith(Qcow2Header.MAGIC_HEX) ? QCOW2 : RAW;
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
                    image + ": declared as '" + format + "'; only raw and qcow2 are supported, convert it first");
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
        String start = firstBytes(file, 8);
        for (Map.Entry<String, String> other : KNOWN_OTHERS.entrySet()) {
            if (start.startsWith(other.getKey())) {
                return other.getValue();
            }
        }
        return file.size() + " bytes that begin with " + start;
    }

    private static String firstBytes(FileChannel file, int count) throws IOException {
        ByteBuffer buffer = FileBytes.read(file, 0, count);
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    static String ascii(ByteBuffer buffer, int offset, int length) {
        byte[] bytes = new byte[length];
        buffer.get(offset, bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
