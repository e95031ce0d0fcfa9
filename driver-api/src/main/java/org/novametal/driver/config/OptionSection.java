package org.novametal.driver.config;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The options about one subject. A module's table of options is a list of sections, in the order of the sample.
 *
 * @param title what the options are about, for the sample
 * @param options the options
 */
public record OptionSection(String title, List<Option<?>> options) {
    /** Copies the options. */
    public OptionSection {
        options = List.copyOf(options);
    }

    /** The names of all options of a table. */
    public static Set<String> names(List<OptionSection> table) {
        return table.stream()
                .flatMap(section -> section.options().stream())
                .map(Option::name)
                .collect(Collectors.toUnmodifiableSet());
    }
}
