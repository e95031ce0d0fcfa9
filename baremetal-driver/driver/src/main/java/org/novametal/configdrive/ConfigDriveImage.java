package org.novametal.configdrive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The file system of a config drive: ISO 9660 with Joliet, labelled {@code config-2}. Guests read the names of Joliet; those
 * of the primary tree are short stand-ins. Pure functions.
 *
 * <p>Layout, in sectors of 2,048 bytes:
 *
 * <pre>
 *  0–15  empty                18  end of the descriptors
 *  16    primary descriptor   19… path tables: primary little-endian, big-endian, Joliet little-endian, big-endian
 *  17    Joliet descriptor    …   folders of the primary tree, folders of the Joliet tree, files
 * </pre>
 *
 * <p>Sources: ECMA-119 (ISO 9660) §8.4, §9.1, §9.4; Joliet Specification 1995.
 */
public final class ConfigDriveImage {
    /** The label by which guests find the drive. */
    public static final String LABEL = "config-2";

    /** The largest drive, in bytes: the deploy agent makes a partition of that size. */
    public static final int MAX_BYTES = 64 << 20;

    private static final int SECTOR = 2048;
    private static final int LAST_DESCRIPTOR = 18;
    private static final int FIRST_PATH_TABLE = 19;
    private static final int MAX_NAME = 64;
    private static final int MAX_DEPTH = 8;
    private static final byte FOLDER_FLAG = 2;
    private static final byte[] HERE = {0};
    private static final byte[] PARENT = {1};

    /** What Joliet does not allow in a name. */
    private static final Pattern FORBIDDEN = Pattern.compile("[\\p{Cntrl}*:;?\\\\/]");

    /** Midnight of 2000-01-01, as ECMA-119 §9.1.5 writes it; the drive of equal files has equal bytes. */
    private static final byte[] TIME = {100, 1, 1, 0, 0, 0, 0};

    private final List<Folder> folders = new ArrayList<>();
    private final List<File> files = new ArrayList<>();

    private ConfigDriveImage() {}

    /** A part of the drive; the bytes are known before the sector is. */
    private record Extent(int sector, int bytes) {
        static final Extent UNKNOWN = new Extent(0, 0);
    }

    private static final class Folder {
        private final String name;
        private final Folder parent;
        private final SortedMap<String, Folder> folders = new TreeMap<>();
        private final SortedMap<String, File> files = new TreeMap<>();
        private int number;

        /** Where its records are in each tree. */
        private final Map<Tree, Extent> records = new EnumMap<>(Tree.class);

        Folder(String name, @Nullable Folder parent) {
            this.name = name;
            this.parent = parent == null ? this : parent;
        }

        private Extent extent(Tree tree) {
            return records.getOrDefault(tree, Extent.UNKNOWN);
        }

        private int depth() {
            return parent == this ? 1 : parent.depth() + 1;
        }
    }

    private static final class File {
        private final String name;
        private final byte[] content;
        private int number;
        private int sector;

        File(String name, byte[] content) {
            this.name = name;
            this.content = content;
        }
    }

    /** The two trees. */
    private enum Tree {
        PRIMARY(16),
        JOLIET(17);

        private final int descriptorSector;

        Tree(int descriptorSector) {
            this.descriptorSector = descriptorSector;
        }

        byte[] name(Folder folder) {
            return switch (this) {
                case PRIMARY -> ascii("D" + String.format("%07d", folder.number));
                case JOLIET -> folder.name.getBytes(StandardCharsets.UTF_16BE);
            };
        }

        byte[] name(File file) {
            return switch (this) {
                case PRIMARY -> ascii("F" + String.format("%07d", file.number) + ".;1");
                case JOLIET -> file.name.getBytes(StandardCharsets.UTF_16BE);
            };
        }
    }

    /**
     * A file system with these files.
     *
     * @param contents content by relative path with slashes
     * @throws IllegalArgumentException when a path cannot be in such a file system, or the drive would be too large; the message
     *     contains no content
     */
    public static byte[] of(Map<String, byte[]> contents) {
        ConfigDriveImage image = new ConfigDriveImage();
        Folder root = new Folder("", null);
        new TreeMap<>(contents).forEach((path, content) -> put(root, path, content));
        return image.write(root);
    }

    /**
     * A file system in the form that deploy agents take: base64 of its gzipped bytes.
     *
     * @throws IllegalArgumentException when it is too large
     */
    public static String forAgent(byte[] fileSystem) {
        requireSize(fileSystem.length);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(fileSystem);
        } catch (IOException e) {
            throw new IllegalStateException("memory cannot be written", e);
        }
        return Base64.getEncoder().encodeToString(packed.toByteArray());
    }

    private static void requireSize(long bytes) {
        if (bytes > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "a config drive of " + bytes + " bytes is too large; it may have " + MAX_BYTES);
        }
    }

    private static void put(Folder root, String path, byte[] content) {
        List<String> parts = Arrays.asList(path.split("/", -1));
        for (String part : parts) {
            if (part.isEmpty()
                    || part.equals(".")
                    || part.equals("..")
                    || part.length() > MAX_NAME
                    || FORBIDDEN.matcher(part).find()) {
                throw refused(path, "each of its names needs 1 to " + MAX_NAME + " characters without * : ; ? \\");
            }
        }
        Folder folder = root;
        for (String part : parts.subList(0, parts.size() - 1)) {
            if (folder.files.containsKey(part)) {
                throw refused(path, "'" + part + "' is also a file");
            }
            Folder parent = folder;
            folder = folder.folders.computeIfAbsent(part, name -> new Folder(name, parent));
        }
        if (folder.depth() > MAX_DEPTH) {
            throw refused(path, "it is deeper than " + MAX_DEPTH + " folders");
        }
        if (folder.folders.containsKey(parts.getLast())) {
            throw refused(path, "it is also a folder");
        }
        folder.files.put(parts.getLast(), new File(parts.getLast(), content));
    }

    private static IllegalArgumentException refused(String path, String why) {
        return new IllegalArgumentException("config drive path '" + path + "' cannot be used: " + why);
    }

    private byte[] write(Folder root) {
        // By level, as the path table wants it.
        folders.add(root);
        for (int i = 0; i < folders.size(); i++) {
            Folder folder = folders.get(i);
            folder.number = i + 1;
            folders.addAll(folder.folders.values());
            folder.files.values().forEach(file -> {
                files.add(file);
                file.number = files.size();
            });
        }
        int tableSectors = 0;
        for (Tree tree : Tree.values()) {
            tableSectors += 2 * sectors(pathTable(tree, ByteOrder.LITTLE_ENDIAN).length);
        }
        int next = FIRST_PATH_TABLE + tableSectors;
        for (Tree tree : Tree.values()) {
            for (Folder folder : folders) {
                int bytes = records(tree, folder).length;
                folder.records.put(tree, new Extent(next, bytes));
                next += sectors(bytes);
            }
        }
        long end = next;
        for (File file : files) {
            file.sector = (int) end;
            end += sectors(file.content.length);
            requireSize(end * SECTOR);
        }
        ByteBuffer out = ByteBuffer.allocate((int) end * SECTOR);
        int table = FIRST_PATH_TABLE;
        for (Tree tree : Tree.values()) {
            byte[] little = pathTable(tree, ByteOrder.LITTLE_ENDIAN);
            byte[] big = pathTable(tree, ByteOrder.BIG_ENDIAN);
            int bigSector = table + sectors(little.length);
            out.put(tree.descriptorSector * SECTOR, descriptor(tree, end, little.length, table, bigSector));
            out.put(table * SECTOR, little);
            out.put(bigSector * SECTOR, big);
            table = bigSector + sectors(big.length);
            folders.forEach(folder -> out.put(folder.extent(tree).sector() * SECTOR, records(tree, folder)));
        }
        out.put(LAST_DESCRIPTOR * SECTOR, (byte) 255).put(LAST_DESCRIPTOR * SECTOR + 1, ascii("CD001\u0001"));
        files.forEach(file -> out.put(file.sector * SECTOR, file.content));
        return out.array();
    }

    private static int sectors(int bytes) {
        return (bytes + SECTOR - 1) / SECTOR;
    }

    // ---- ECMA-119 §8.4, §8.5

    private byte[] descriptor(Tree tree, long sectors, int tableBytes, int littleTable, int bigTable) {
        ByteBuffer descriptor = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        descriptor.put(0, (byte) (tree == Tree.PRIMARY ? 1 : 2));
        descriptor.put(1, ascii("CD001\u0001"));
        text(tree, descriptor, 8, 32, "");
        text(tree, descriptor, 40, 32, LABEL);
        both(descriptor, 80, (int) sectors);
        if (tree == Tree.JOLIET) {
            descriptor.put(88, ascii("%/E"));
        }
        bothShort(descriptor, 120, 1);
        bothShort(descriptor, 124, 1);
        bothShort(descriptor, 128, SECTOR);
        both(descriptor, 132, tableBytes);
        descriptor.putInt(140, littleTable);
        descriptor.putInt(148, Integer.reverseBytes(bigTable));
        Folder root = folders.getFirst();
        descriptor.put(156, record(root.extent(tree), FOLDER_FLAG, HERE));
        for (int[] field :
                new int[][] {{190, 128}, {318, 128}, {446, 128}, {574, 128}, {702, 37}, {739, 37}, {776, 37}}) {
            text(tree, descriptor, field[0], field[1], "");
        }
        descriptor.put(813, ascii("2000010100000000\u0000"));
        descriptor.put(830, ascii("2000010100000000\u0000"));
        descriptor.put(847, ascii("0000000000000000\u0000"));
        descriptor.put(864, ascii("0000000000000000\u0000"));
        descriptor.put(881, (byte) 1);
        return descriptor.array();
    }

    private static void text(Tree tree, ByteBuffer descriptor, int at, int length, String text) {
        byte[] field = new byte[length];
        byte[] value = switch (tree) {
            case PRIMARY -> ascii(text);
            case JOLIET -> text.getBytes(StandardCharsets.UTF_16BE);
        };
        int width = tree == Tree.PRIMARY ? 1 : 2;
        for (int i = width - 1; i < length; i += width) {
            field[i] = ' ';
        }
        System.arraycopy(value, 0, field, 0, value.length);
        descriptor.put(at, field);
    }

    // ---- §9.4

    private byte[] pathTable(Tree tree, ByteOrder order) {
        ByteArrayOutputStream table = new ByteArrayOutputStream();
        for (Folder folder : folders) {
            byte[] name = folder.parent == folder ? HERE : tree.name(folder);
            ByteBuffer entry =
                    ByteBuffer.allocate(8 + name.length + name.length % 2).order(order);
            entry.put(0, (byte) name.length).putInt(2, folder.extent(tree).sector());
            entry.putShort(6, (short) folder.parent.number).put(8, name);
            table.writeBytes(entry.array());
        }
        return table.toByteArray();
    }

    // ---- §9.1

    private static byte[] records(Tree tree, Folder folder) {
        List<byte[]> records = new ArrayList<>();
        records.add(record(folder.extent(tree), FOLDER_FLAG, HERE));
        records.add(record(folder.parent.extent(tree), FOLDER_FLAG, PARENT));
        // Sorted by name in both trees: the names of the primary tree are numbered in that order, folders first.
        SortedMap<String, byte[]> children = new TreeMap<>();
        folder.folders.forEach((name, child) -> children.put(
                tree == Tree.PRIMARY ? "D" + name : name, record(child.extent(tree), FOLDER_FLAG, tree.name(child))));
        folder.files.forEach((name, child) -> children.put(
                tree == Tree.PRIMARY ? "F" + name : name,
                record(new Extent(child.sector, child.content.length), (byte) 0, tree.name(child))));
        records.addAll(children.values());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] record : records) {
            int left = SECTOR - out.size() % SECTOR;
            if (record.length > left) {
                // A record does not cross the end of a sector.
                out.writeBytes(new byte[left]);
            }
            out.writeBytes(record);
        }
        out.writeBytes(new byte[(SECTOR - out.size() % SECTOR) % SECTOR]);
        return out.toByteArray();
    }

    private static byte[] record(Extent extent, byte flags, byte[] name) {
        int length = 33 + name.length + (name.length + 1) % 2;
        ByteBuffer record = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        record.put(0, (byte) length);
        both(record, 2, extent.sector());
        both(record, 10, extent.bytes());
        record.put(18, TIME).put(25, flags);
        bothShort(record, 28, 1);
        record.put(32, (byte) name.length).put(33, name);
        return record.array();
    }

    private static void both(ByteBuffer buffer, int at, int value) {
        buffer.putInt(at, value).putInt(at + 4, Integer.reverseBytes(value));
    }

    private static void bothShort(ByteBuffer buffer, int at, int value) {
        buffer.putShort(at, (short) value).putShort(at + 2, Short.reverseBytes((short) value));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
