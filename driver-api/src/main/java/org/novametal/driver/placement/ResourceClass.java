package org.novametal.driver.placement;

import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A kind of resource in placement, such as {@code VCPU} or {@code CUSTOM_GOLD}.
 *
 * @param name the name: upper-case letters, digits and underscores
 */
public record ResourceClass(String name) implements Comparable<ResourceClass> {
    private static final Pattern NAME = Pattern.compile("[A-Z0-9_]{1,255}");

    /** Checks the name. */
    public ResourceClass {
        Objects.requireNonNull(name, "name");
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("resource class '" + name
                    + "' is not made of upper-case letters, digits and underscores; use ResourceClass.custom(\"" + name
                    + "\")");
        }
    }

    /**
     * The custom resource class for a node's own class name, as Nova normalises it: letters in upper case, all
     * characters but letters and digits replaced by underscores, and the prefix {@code CUSTOM_}. {@code baremetal.gold}
     * becomes {@code CUSTOM_BAREMETAL_GOLD}.
     *
     * <p>Source: Nova {@code nova/utils.py}, os-resource-classes {@code normalize_name}.
     */
    public static ResourceClass custom(String nodeClass) {
        String upper = nodeClass.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
        return new ResourceClass(upper.startsWith("CUSTOM_") ? upper : "CUSTOM_" + upper);
    }

    @Override
    public int compareTo(ResourceClass other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
