package org.novametal.driver.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.novametal.driver.config.NovaConf.Origin;

/** Reads configuration files one after the other into one set of settings. Used by one thread. */
final class ConfigFiles {
    /** The largest file, in bytes. */
    private static final int MAX_BYTES = 16 * 1_048_576;

    private static final String BYTE_ORDER_MARK = "\ufeff";

    private final Settings settings = new Settings();
    private final Problems problems = new Problems();
    private final List<String> sources = new ArrayList<>();

    Settings settings() {
        return settings;
    }

    Problems problems() {
        return problems;
    }

    List<String> sources() {
        return sources;
    }

    void read(Path file) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (IOException failure) {
            problems.add(new Origin(file.toString(), 0), reason(failure, "file"));
            return;
        }
        if (bytes.length > MAX_BYTES) {
            problems.add(
                    new Origin(file.toString(), 0),
                    "the file has more than " + MAX_BYTES / 1_048_576 + " MiB, so it is not a configuration file");
            return;
        }
        decode(file.toString(), bytes);
    }

    void readAll(Path directory) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.conf")) {
            for (Path file : files) {
                if (!file.getFileName().toString().startsWith(".")) {
                    found.add(file);
                }
            }
        } catch (IOException failure) {
            problems.add(new Origin(directory.toString(), 0), reason(failure, "folder"));
            return;
        }
        found.sort(Comparator.comparing(file -> file.getFileName().toString()));
        found.forEach(this::read);
    }

    void parse(String source, String content) {
        sources.add(source);
        new IniParser(source, settings, problems).parse(content);
    }

    private void decode(String source, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
        if (result.isError()) {
            int line = 1;
            for (int i = 0; i < in.position(); i++) {
                line += bytes[i] == '\n' ? 1 : 0;
            }
            problems.add(new Origin(source, line), "this line is not UTF-8; save the file as UTF-8");
            return;
        }
        String content = out.flip().toString();
        if (content.startsWith(BYTE_ORDER_MARK)) {
            problems.add(
                    new Origin(source, 1),
                    "the file begins with a byte order mark, which Nova does not read; save the file as UTF-8 without it");
        }
        parse(source, content.startsWith(BYTE_ORDER_MARK) ? content.substring(1) : content);
    }

    private static String reason(IOException failure, String kind) {
        return switch (failure) {
            case NoSuchFileException absent -> "no such " + kind;
            case NotDirectoryException file -> "is not a folder";
            case AccessDeniedException denied -> "this user may not read the " + kind;
            default -> "the " + kind + " cannot be read: " + failure.getMessage();
        };
    }
}
