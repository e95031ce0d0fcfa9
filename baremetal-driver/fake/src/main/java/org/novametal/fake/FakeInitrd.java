package org.novametal.fake;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the ramdisks that a kernel was given contain for the agent: its configuration files. Like the kernel it unpacks
 * ramdisks one after the other as one stream; a later file replaces an earlier one of the same name. A ramdisk that is no cpio
 * archive is skipped, because those of tests are stand-ins; the rest of the stream is then that ramdisk.
 *
 * <p>Source: Linux, {@code buffer-format.rst} and {@code init/initramfs.c}.
 */
final class FakeInitrd {
    private static final String MAGIC = "070701";
    private static final String TRAILER = "TRAILER!!!";
    private static final int HEADER = 110;
    private static final int ALIGNMENT = 4;
    private static final int FIELD = 8;
    private static final int MODE = 1;
    private static final int SIZE = 6;
    private static final int NAME_SIZE = 11;
    private static final int TYPE = 0170000;
    private static final int REGULAR = 0100000;
    private static final String FOLDER = "etc/ironic-python-agent.d/";
    private static final Pattern OPTION = Pattern.compile("(?m)^\\s*(\\w+)\\s*=\\s*(.*?)\\s*$");

    private final Map<String, byte[]> files;

    private FakeInitrd(Map<String, byte[]> files) {
        this.files = files;
    }

    /**
     * Unpacks ramdisks.
     *
     * @throws IllegalArgumentException when an archive is damaged
     */
    static FakeInitrd unpack(byte[] bytes) {
        Map<String, byte[]> files = new HashMap<>();
        int at = 0;
        while (at < bytes.length) {
            if (bytes[at] == 0) {
                at++;
            } else if (at % ALIGNMENT == 0 && text(bytes, at, MAGIC.length()).equals(MAGIC)) {
                at = entry(bytes, at, files);
            } else {
                break;
            }
        }
        return new FakeInitrd(files);
    }

    private static int entry(byte[] bytes, int start, Map<String, byte[]> files) {
        int nameSize = number(bytes, start, NAME_SIZE);
        int size = number(bytes, start, SIZE);
        String name = text(bytes, start + HEADER, nameSize - 1);
        int content = aligned(start + HEADER + nameSize);
        if (nameSize < 2 || content + size > bytes.length || bytes[start + HEADER + nameSize - 1] != 0) {
            throw new IllegalArgumentException("a damaged entry at byte " + start + " of the ramdisks");
        }
        if (!name.equals(TRAILER) && (number(bytes, start, MODE) & TYPE) == REGULAR) {
            byte[] data = new byte[size];
            System.arraycopy(bytes, content, data, 0, size);
            files.put(name, data);
        }
        return aligned(content + size);
    }

    private static int number(byte[] bytes, int entry, int field) {
        return Integer.parseInt(text(bytes, entry + MAGIC.length() + field * FIELD, FIELD), 16);
    }

    private static String text(byte[] bytes, int from, int length) {
        return new String(bytes, from, Math.max(0, Math.min(length, bytes.length - from)), StandardCharsets.ISO_8859_1);
    }

    private static int aligned(int at) {
        return (at + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** The value of an option in the agent's configuration; of several files the last one by name decides. */
    Optional<String> option(String name) {
        return files.keySet().stream()
                .filter(file -> file.startsWith(FOLDER) && file.endsWith(".conf"))
                .sorted()
                .flatMap(file -> OPTION.matcher(new String(files.get(file), StandardCharsets.UTF_8))
                        .results()
                        .filter(found -> found.group(1).equals(name))
                        .map(found -> found.group(2)))
                .reduce((_, last) -> last);
    }

    /** A file by its absolute path. */
    Optional<String> file(String path) {
        return Optional.ofNullable(files.get(path.startsWith("/") ? path.substring(1) : path))
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
}
