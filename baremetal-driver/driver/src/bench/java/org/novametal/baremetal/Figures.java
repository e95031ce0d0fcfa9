package org.novametal.baremetal;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** The figures of a benchmark, as JSON lines, and its folder. */
final class Figures {
    private static final JsonMapper JSON = new JsonMapper();

    private Figures() {}

    /** Prints a figure without a peer. */
    static void print(String name, double ours, String unit) {
        System.out.println(line(name, ours).putNull("peer").putNull("ratio").put("unit", unit));
    }

    /** Prints a figure beside the goal, which stands in the place of a peer; a ratio of 1 at most reaches it. */
    static void print(String name, double ours, double goal, String unit) {
        System.out.println(line(name, ours)
                .put("peer", rounded(goal))
                .put("ratio", rounded(ours / goal))
                .put("unit", unit));
    }

    private static ObjectNode line(String name, double ours) {
        return JSON.createObjectNode().put("name", name).put("ours", rounded(ours));
    }

    private static BigDecimal rounded(double value) {
        return new BigDecimal(value).round(new MathContext(4));
    }

    /** Deletes a folder and all that is in it. */
    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
