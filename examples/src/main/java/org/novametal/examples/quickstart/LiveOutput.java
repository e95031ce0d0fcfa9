package org.novametal.examples.quickstart;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import org.novametal.examples.quickstart.Report.ConsoleSeen;
import org.novametal.examples.quickstart.Report.Failed;
import org.novametal.examples.quickstart.Report.Nodes;
import org.novametal.examples.quickstart.Report.Note;
import org.novametal.examples.quickstart.Report.Progressed;
import org.novametal.examples.quickstart.Report.StateChanged;

/**
 * Output to a terminal: the bottom lines are progress bars, one for each node with an operation in progress, redrawn in
 * place; all other output scrolls above the bars. Each redraw uses the current width of the terminal.
 */
final class LiveOutput implements Output {
    private static final String CLEAR_BELOW = "\u001b[J";
    private static final int LONGEST_BAR = 30;

    private static final Bar NEW = new Bar("", "", 0);

    private final PrintStream out;
    private final PrintStream err;
    private final IntSupplier width;
    /** The bars by node. Guarded by this object, as are the fields below. */
    private final Map<String, Bar> bars = new TreeMap<>();

    private int drawn;
    private boolean closed;

    private record Bar(String state, String step, double fraction) {}

    LiveOutput(PrintStream out, PrintStream err, IntSupplier width) {
        this.out = out;
        this.err = err;
        this.width = width;
    }

    @Override
    public synchronized void show(Report report) {
        if (closed) {
            return;
        }
        List<String> above = new ArrayList<>();
        switch (report) {
            case Note(String text) -> above.add(text);
            case StateChanged changed -> above.addAll(changed(changed));
            case Progressed(String node, String step, double fraction) ->
                bars.computeIfPresent(node, (name, bar) -> new Bar(bar.state(), step, fraction));
            case ConsoleSeen seen -> {
                above.add(seen.node() + ": its serial console says:");
                seen.lastLines().forEach(line -> above.add("    " + line));
            }
            case Nodes nodes -> above.addAll(NodeTable.lines(nodes));
            case Failed(String code, String message) -> {
                erase();
                err.println("quickstart: " + message + " [" + code + "]");
                err.flush();
            }
        }
        redraw(above);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            erase();
            out.flush();
        }
        closed = true;
    }

    /** Updates the node's bar, or removes it when the operation has ended; returns the lines to print. */
    private List<String> changed(StateChanged changed) {
        boolean atRest = switch (changed.newState()) {
            case "available", "active", "error", "deploy failed", "clean failed" -> true;
            default -> false;
        };
        if (atRest) {
            bars.remove(changed.node());
            return List.of(changed.node() + ": " + changed.newState());
        }
        // Cleaning is a separate operation.
        Bar former = changed.oldState().equals("deleting") ? NEW : bars.getOrDefault(changed.node(), NEW);
        bars.put(changed.node(), new Bar(changed.newState(), former.step(), former.fraction()));
        return List.of();
    }

    private void redraw(List<String> above) {
        erase();
        above.forEach(out::println);
        int columns = width.getAsInt();
        bars.forEach((node, bar) -> out.println(line(node, bar, columns)));
        drawn = bars.size();
        out.flush();
    }

    private void erase() {
        if (drawn > 0) {
            out.print("\r\u001b[" + drawn + "A" + CLEAR_BELOW);
        }
        drawn = 0;
    }

    /** A progress line that fits the terminal's width, because a wrapped line could not be overwritten. */
    private static String line(String node, Bar bar, int columns) {
        int length = Math.clamp(columns - 50, 5, LONGEST_BAR);
        int full = (int) Math.round(bar.fraction() * length);
        String line = "%-10s %-14s [%s%s] %3d %% %s"
                .formatted(
                        node,
                        bar.state(),
                        "#".repeat(full),
                        "-".repeat(length - full),
                        (int) Math.round(bar.fraction() * 100),
                        bar.step());
        return line.length() < columns ? line : line.substring(0, Math.max(0, columns - 1));
    }
}
