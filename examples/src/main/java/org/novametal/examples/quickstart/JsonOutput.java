package org.novametal.examples.quickstart;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.novametal.examples.quickstart.Report.ConsoleSeen;
import org.novametal.examples.quickstart.Report.Failed;
import org.novametal.examples.quickstart.Report.NodeRow;
import org.novametal.examples.quickstart.Report.Nodes;
import org.novametal.examples.quickstart.Report.Note;
import org.novametal.examples.quickstart.Report.Progressed;
import org.novametal.examples.quickstart.Report.StateChanged;

/**
 * One JSON object a line, for programs. {@code event} is one of {@code state}, {@code progress}, {@code console},
 * {@code table} and {@code error}; later versions may add fields, but do not change the meaning of a field.
 */
final class JsonOutput implements Output {
    private final JsonMapper json = JsonMapper.builder().build();
    private final PrintStream out;
    private boolean closed;

    JsonOutput(PrintStream out) {
        this.out = out;
    }

    @Override
    public synchronized void show(Report report) {
        ObjectNode line = line(report);
        if (!closed && line != null) {
            out.println(line);
            out.flush();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    private @Nullable ObjectNode line(Report report) {
        ObjectNode line = json.createObjectNode();
        switch (report) {
            case Note note -> {
                return null;
            }
            case StateChanged(String node, Optional<String> instance, String oldState, String newState) ->
                line.put("event", "state")
                        .put("node", node)
                        .put("instance", instance.orElse(null))
                        .put("old", oldState)
                        .put("new", newState);
            case Progressed(String node, String step, double fraction) ->
                line.put("event", "progress")
                        .put("node", node)
                        .put("step", step)
                        .put("fraction", fraction);
            case ConsoleSeen seen ->
                line.put("event", "console")
                        .put("node", seen.node())
                        .put("sha256", seen.sha256())
                        .put("hostname", seen.hostname());
            case Nodes nodes -> {
                line.put("event", "table");
                ArrayNode rows = line.putArray("nodes");
                nodes.rows().forEach(row -> rows.add(row(row)));
            }
            case Failed(String code, String message) ->
                line.put("event", "error").put("code", code).put("message", message);
        }
        return line;
    }

    private ObjectNode row(NodeRow row) {
        return json.createObjectNode()
                .put("node", row.name())
                .put("state", row.state())
                .put("availability", row.availability())
                .put("vcpus", row.vcpus())
                .put("vcpus_used", row.vcpusUsed())
                .put("memory_mb", row.memoryMb())
                .put("memory_mb_used", row.memoryMbUsed())
                .put("local_gb", row.localGb())
                .put("local_gb_used", row.localGbUsed())
                .put("cpu_arch", row.cpuArch())
                .put("resource_class", row.resourceClass().orElse(null))
                .put("instance", row.instance().orElse(null));
    }
}
