package org.novametal.bmc.benchmark;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.benchmark.Side.Measured;

/**
 * Prints figures: {@code {"name","ours","peer","ratio","unit"}}, the medians; ratio is ours to the peer's. Where there is no
 * peer these are null, and where the peer is missing {@code "missing"} says why. The spread goes to standard error: least,
 * median, most.
 */
public final class Report {
    private static final MathContext SHOWN = new MathContext(4);

    private final JsonMapper mapper = new JsonMapper();
    private final PrintStream figures;
    private final String circumstances;
    private boolean complete = true;

    /**
     * A report without figures.
     *
     * @param circumstances what all names of figures begin with
     */
    public Report(PrintStream figures, String circumstances) {
        this.figures = figures;
        this.circumstances = circumstances;
    }

    /** Prints a figure. */
    public void figure(String what, String unit, Measured ours, Side peer) {
        String name = circumstances + ": " + what;
        ObjectNode line = mapper.createObjectNode().put("name", name).put("ours", shown(ours.median()));
        switch (peer) {
            case Measured measured ->
                line.put("peer", shown(measured.median())).put("ratio", shown(ours.median() / measured.median()));
            case Side.Missing _, Side.None _ -> line.putNull("peer").putNull("ratio");
        }
        line.put("unit", unit);
        if (peer instanceof Side.Missing missing) {
            line.put("missing", missing.why());
            complete = false;
        }
        figures.println(line);
        say(name + " [" + unit + "]: " + spread(ours)
                + (peer instanceof Measured measured ? "; peer " + spread(measured) : ""));
    }

    /** Every answer of ours must have come, and be right. */
    public void requireNoneLost(List<Step<Sample>> ours) {
        for (Step<Sample> step : ours) {
            double lost = step.total(Sample::lost);
            if (lost > 0) {
                fault(step.name() + ": " + shown(lost) + " answers were lost or wrong");
            }
        }
    }

    /** Says what went wrong on our side: the benchmark has then failed. */
    public void fault(String what) {
        complete = false;
        say("FAULT: ours, " + what);
    }

    /** Says where a peer lost answers: its figure is then not that of the whole work. */
    public void mention(List<Step<Sample>> peers) {
        for (Step<Sample> step : peers) {
            double lost = step.total(Sample::lost);
            if (lost > 0) {
                say(step.name() + ": " + shown(lost) + " answers were lost or wrong");
            }
        }
    }

    /** Whether all peers were there and no answer of ours was lost. */
    public boolean complete() {
        return complete;
    }

    /** Writes a progress message to standard error. */
    public static void say(String message) {
        System.err.println(message);
    }

    private static String spread(Measured side) {
        return String.format(
                Locale.ROOT,
                "%s/%s/%s (%d rounds)",
                shown(side.least()),
                shown(side.median()),
                shown(side.most()),
                side.values().size());
    }

    /** Without an exponent; null for what is no number, as the ratio to nothing is. */
    private static @Nullable BigDecimal shown(double value) {
        return Double.isFinite(value)
                ? new BigDecimal(
                        new BigDecimal(value).round(SHOWN).stripTrailingZeros().toPlainString())
                : null;
    }
}
