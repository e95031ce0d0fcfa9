package org.novametal.examples.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.novametal.bmc.BmcAddress;

/**
 * A file of BMCs: one JSON object per line, in the format of {@code fake-rack -f json}.
 *
 * <pre>
 * {"name":"rack1-u7","bmc":"ipmi://10.0.0.7"}
 * {"name":"rack1-u8","bmc":"ipmi://10.0.0.8:6230","user":"admin","password":"@/etc/bmc/u8","key":"@/etc/bmc/u8.kg"}
 * </pre>
 *
 * <p>{@code user}, {@code password} and {@code key} (IPMI's K_g) may be left out; secrets are in separate files. Other
 * members, empty lines, and lines that begin with {@code #} are ignored.
 */
final class NodesFile {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** The BMC that one line describes. */
    record Line(String name, BmcAddress bmc, Optional<String> user, Optional<String> password, Optional<String> key) {}

    private NodesFile() {}

    /**
     * Reads a file.
     *
     * @param secrets reads the files of secrets that the file names
     * @throws WrongUsage when a line is wrong; the message names the file and the line
     */
    static List<Line> read(Path file, Secrets secrets) {
        List<String> texts = TextFile.lines("--nodes", file);
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i).strip();
            if (!text.isEmpty() && !text.startsWith("#")) {
                try {
                    lines.add(line(JSON.readTree(text), secrets));
                } catch (JsonProcessingException e) {
                    throw new WrongUsage("--nodes " + file + ", line " + (i + 1)
                            + " is not one JSON object such as {\"name\":\"n1\",\"bmc\":\"ipmi://10.0.0.7\"}");
                } catch (IllegalArgumentException e) {
                    throw new WrongUsage("--nodes " + file + ", line " + (i + 1) + ": " + e.getMessage());
                }
            }
        }
        if (lines.isEmpty()) {
            throw new WrongUsage("--nodes " + file + " names no BMC");
        }
        return lines;
    }

    private static Line line(JsonNode json, Secrets secrets) {
        BmcAddress address = BmcAddress.parse(text(json, "bmc")
                .orElseThrow(() -> new IllegalArgumentException("its \"bmc\", the BMC's address, is missing")));
        String name = text(json, "name").orElse(address.toString());
        if (name.isBlank()) {
            throw new IllegalArgumentException("its \"name\" is empty; leave it out, or give a name");
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("its \"name\" has control characters");
        }
        return new Line(
                name,
                address,
                text(json, "user"),
                text(json, "password").map(reference -> secrets.read("\"password\"", reference)),
                text(json, "key").map(reference -> secrets.read("\"key\"", reference)));
    }

    private static Optional<String> text(JsonNode json, String member) {
        JsonNode value = json.path(member);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw new IllegalArgumentException("its \"" + member + "\" is not text");
        }
        return Optional.of(value.asText());
    }
}
