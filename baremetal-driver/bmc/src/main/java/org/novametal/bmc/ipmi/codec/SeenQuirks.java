package org.novametal.bmc.ipmi.codec;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;

/** The {@link WireQuirk}s that one BMC has shown. Not for several threads. */
public final class SeenQuirks {
    private final Set<WireQuirk> seen = EnumSet.noneOf(WireQuirk.class);
    private final Consumer<WireQuirk> first;

    /**
     * Creates an empty set.
     *
     * @param first called once for each quirk, when it is seen for the first time
     */
    public SeenQuirks(Consumer<WireQuirk> first) {
        this.first = first;
    }

    /** An empty set without a listener. */
    public static SeenQuirks unreported() {
        return new SeenQuirks(_ -> {});
    }

    /** Records that the BMC has shown a quirk. */
    public void note(WireQuirk quirk) {
        if (seen.add(quirk)) {
            first.accept(quirk);
        }
    }

    /** Whether the BMC has shown a quirk. */
    public boolean has(WireQuirk quirk) {
        return seen.contains(quirk);
    }
}
