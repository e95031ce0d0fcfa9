package org.novametal.examples.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Prints the power of machines: a JSON object for each machine as soon as its power is known, or a table at the end.
 * Thread-safe.
 */
final class PowerOutput {
    /** The format of the output. */
    enum Format {
        /** A table for people. */
        TABLE,
        /** One JSON object a line, for programs. */
        JSON
    }

    private static final JsonMapper MAPPER = new JsonMapper();

    private final Format format;
    private final PrintWriter out;
    private final Map<String, PowerLine> lines = new TreeMap<>();
    private boolean ended;

    PowerOutput(Format format, PrintWriter out) {
        this.format = format;
        this.out = out;
    }

    /** Reports a machine's result; does nothing when the machine was reported before, or after {@link #end}. */
    synchronized void report(PowerLine line) {
        if (ended || lines.putIfAbsent(line.node(), line) != null) {
            return;
        }
        if (format == Format.JSON) {
            ObjectNode json = MAPPER.createObjectNode();
            json.put("event", "power");
            json.put("node", line.node());
            json.put("bmc", line.bmc());
            json.put("power", line.power());
            line.note().ifPresent(note -> json.put("note", note));
            line.error().ifPresent(error -> {
                ObjectNode object = json.putObject("error");
                object.put("code", error.reason().name());
                object.put("message", error.getMessage());
            });
            out.println(json);
            out.flush();
        }
    }

    /** Prints the table, in the order of the targets; returns whether no machine failed. */
    synchronized boolean end(List<Target> targets) {
        ended = true;
        if (format == Format.TABLE) {
            String row = "%-24s %-8s %s%n";
            out.printf(row, "NODE", "POWER", "BMC");
            for (Target target : targets) {
                PowerLine line = lines.get(target.name());
                if (line != null) {
                    out.printf(row, line.node(), line.power(), line.remark());
                }
            }
            out.flush();
        }
        return lines.size() == targets.size()
                && lines.values().stream().allMatch(line -> line.error().isEmpty());
    }
}
