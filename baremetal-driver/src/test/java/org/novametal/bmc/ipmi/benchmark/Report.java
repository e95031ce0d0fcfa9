package org.novametal.bmc.ipmi.benchmark;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import org.novametal.bmc.ipmi.benchmark.Side.Measured;

/**
 * Prints figures: {@code {"name","ours","peer","ratio","unit"}}, the medians; ratio is ours to the peer's. Where there is no
 * peer these are null, and where the peer is missing {@code "missing"} says why. The spread goes to standard error.
 */
final class Report {
    private static final MathContext SHOWN = new MathContext(4);

    private final JsonMapper mapper = new JsonMapper();
    private final PrintStream figures;
    private boolean complete = true;

    Report(PrintStream figures) {
        this.figures = figures;
    }

    /** Prints a figure. */
    void figure(String name, String unit, Measured ours, Side peer) {
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
    void requireNoneLost(List<Step> ours) {
        for (Step step : ours) {
            if (step.lost() > 0) {
                complete = false;
                say("FAULT: ours, " + step.name() + ": " + step.lost() + " answers were lost or wrong");
            }
        }
    }

    /** Says where a peer lost answers: its figure is then not that of the whole work. */
    void mention(List<Step> peers) {
        for (Step step : peers) {
            if (step.lost() > 0) {
                say(step.name() + ": " + step.lost() + " answers were lost or wrong");
            }
        }
    }

    /** Whether all peers were there and no answer of ours was lost. */
    boolean complete() {
        return complete;
    }

    /** Says something to whoever watches. */
    static void say(String message) {
        System.err.println(message);
    }

    private static String spread(Measured side) {
        return String.format(
                Locale.ROOT,
                "%s/%s/%s (%d rounds)",
                shown(side.least()).toPlainString(),
                shown(side.median()).toPlainString(),
                shown(side.most()).toPlainString(),
                side.values().size());
    }

    private static BigDecimal shown(double value) {
        // Without an exponent.
        return new BigDecimal(
                new BigDecimal(value).round(SHOWN).stripTrailingZeros().toPlainString());
    }
}
