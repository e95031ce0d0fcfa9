package org.novametal.examples.quickstart;

import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.novametal.examples.quickstart.Report.ConsoleSeen;
import org.novametal.examples.quickstart.Report.Failed;
import org.novametal.examples.quickstart.Report.Nodes;
import org.novametal.examples.quickstart.Report.Note;
import org.novametal.examples.quickstart.Report.Progressed;
import org.novametal.examples.quickstart.Report.StateChanged;

/**
 * Plain lines for people, in a pipe or a file: one line for each change of state, each step, and each tenth of
 * progress. Errors go to the error stream.
 */
final class TextOutput implements Output {
    private final PrintStream out;
    private final PrintStream err;
    /** The last progress line of each node. Guarded by this object. */
    private final Map<String, String> lastProgress = new HashMap<>();

    private boolean closed;

    TextOutput(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public synchronized void show(Report report) {
        if (closed) {
            return;
        }
        switch (report) {
            case Note(String text) -> out.println(text);
            case StateChanged(String node, Optional<String> instance, String oldState, String newState) ->
                out.println(node + ": " + oldState + " -> " + newState);
            case Progressed progressed -> progress(progressed);
            case ConsoleSeen seen -> {
                out.println(seen.node() + ": its serial console says:");
                seen.lastLines().forEach(line -> out.println("    " + line));
            }
            case Nodes nodes -> NodeTable.lines(nodes).forEach(out::println);
            case Failed(String code, String message) -> err.println("quickstart: " + message + " [" + code + "]");
        }
        out.flush();
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    /** Prints a line for each step, and for each tenth of progress within it. */
    private void progress(Progressed progressed) {
        String line = "%s: %3d %% %s"
                .formatted(progressed.node(), 10 * (int) Math.floor(progressed.fraction() * 10), progressed.step());
        if (!line.equals(lastProgress.put(progressed.node(), line))) {
            out.println(line);
        }
    }
}
