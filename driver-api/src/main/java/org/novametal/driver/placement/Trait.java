package org.novametal.driver.placement;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A quality of a provider in placement, such as {@code HW_CPU_X86_VMX} or {@code CUSTOM_SSD}.
 *
 * @param name the name: upper-case letters, digits and underscores
 */
public record Trait(String name) implements Comparable<Trait> {
    private static final Pattern NAME = Pattern.compile("[A-Z0-9_]{1,255}");

    /** Checks the name. */
    public Trait {
        Objects.requireNonNull(name, "name");
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "trait '" + name + "' is not made of upper-case letters, digits and underscores");
        }
    }

    @Override
    public int compareTo(Trait other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
