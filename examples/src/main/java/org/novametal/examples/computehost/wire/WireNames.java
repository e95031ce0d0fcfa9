package org.novametal.examples.computehost.wire;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Names of constants in JSON: {@code POWER_ON} is {@code power_on}. */
public final class WireNames {
    private WireNames() {}

    /** The name in JSON. */
    public static String of(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /**
     * The constant with the given name in JSON.
     *
     * @param path where the text stands, for the message
     * @throws WireFormatException when there is none
     */
    public static <E extends Enum<E>> E parse(Class<E> type, String text, String path) {
        return Arrays.stream(type.getEnumConstants())
                .filter(value -> of(value).equals(text))
                .findFirst()
                .orElseThrow(() -> new WireFormatException(path + " must be one of "
                        + Arrays.stream(type.getEnumConstants())
                                .map(WireNames::of)
                                .collect(Collectors.joining(", "))));
    }
}
