package org.novametal.baremetal.inventory;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which disk of a machine images are written to: hints that the disk must match, all of them. Without hints the deploy ramdisk
 * chooses the smallest disk of 4 GiB or more.
 *
 * <p>A hint's text is a value, or an operator and values: {@code >= 400}, {@code s!= INTEL}, {@code <or> a <or> b}. Values are
 * compared without regard to case. Sources: Ironic's root device hints; ironic-python-agent {@code device_hints.py}; oslo.utils
 * {@code specs_matcher.py}.
 *
 * @param hints the texts of the hints
 */
public record RootDevice(SortedMap<Hint, String> hints) {
    /** No hints. */
    public static final RootDevice ANY = new RootDevice(new TreeMap<>());

    private static final Pattern OPERATOR = Pattern.compile(
            "(s==|s!=|s>=|s<=|s>|s<|==|!=|>=|<=|=|>|<or>|<in>|<all-in>|<range-in>|<)\\s*(.*)", Pattern.DOTALL);
    private static final String OR = "<or>";
    private static final Pattern NOT_BLANK = Pattern.compile(".+");
    private static final Pattern POSITIVE = Pattern.compile("0*[1-9][0-9]{0,8}");
    private static final List<String> NUMERIC = List.of("=", "==", "!=", ">=", "<=", ">", "<", OR);
    private static final List<String> TEXTUAL = List.of("s==", "s!=", "s>=", "s<=", "s>", "s<", OR, "<in>", "<all-in>");

    /** The kinds of hints. */
    public enum Hint {
        /** Size in GiB. */
        SIZE,
        /** Serial number. */
        SERIAL,
        /** World wide name. */
        WWN,
        /** World wide name with the vendor's extension. */
        WWN_WITH_EXTENSION,
        /** The vendor's extension of the world wide name. */
        WWN_VENDOR_EXTENSION,
        /** Path that follows from the place in the machine, such as {@code /dev/disk/by-path/pci-0000:00:1f.2-ata-1}. */
        BY_PATH,
        /** SCSI host, channel, target and logical unit, such as {@code 6:0:0:0}. */
        HCTL,
        /** Model. */
        MODEL,
        /** Vendor. */
        VENDOR,
        /** Whether the disk rotates: {@code true} or {@code false}. */
        ROTATIONAL,
        /** Name of the device, such as {@code /dev/sda}, which may change at each boot. */
        NAME;

        /** The name that Ironic and its agent use. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The kind with this {@link #key}. */
        public static Optional<Hint> of(String key) {
            return Arrays.stream(values())
                    .filter(hint -> hint.key().equals(key))
                    .findFirst();
        }

        /** All keys, for messages. */
        public static String keys() {
            return Arrays.stream(values()).map(Hint::key).collect(Collectors.joining(", "));
        }
    }

    /** Copies the hints. */
    public RootDevice {
        hints = Collections.unmodifiableSortedMap(new TreeMap<>(hints));
    }

    /** Whether there are no hints. */
    public boolean isAny() {
        return hints.isEmpty();
    }

    /** These hints and another one, which replaces one of the same kind. */
    public RootDevice with(Hint hint, String text) {
        TreeMap<Hint, String> more = new TreeMap<>(hints);
        more.put(hint, text);
        return new RootDevice(more);
    }

    /** The hints as the agent reads them in {@code properties.root_device}: texts, and a boolean for {@code rotational}. */
    public Map<String, Object> toAgent() {
        Map<String, Object> values = new LinkedHashMap<>();
        hints.forEach((hint, text) ->
                values.put(hint.key(), hint == Hint.ROTATIONAL ? (Object) Boolean.valueOf(text) : text.strip()));
        return values;
    }

    /** What is wrong with the hints, by the key of the hint; each message follows the name of a field. */
    Map<String, String> faults() {
        Map<String, String> faults = new LinkedHashMap<>();
        hints.forEach((hint, text) -> fault(hint, text).ifPresent(fault -> faults.put(hint.key(), fault)));
        return faults;
    }

    private static Optional<String> fault(Hint hint, String text) {
        Optional<String> line = TextRule.line(text, TextRule.MAX_LINE);
        if (line.isPresent()) {
            return line;
        }
        return switch (hint) {
            case ROTATIONAL ->
                text.equals("true") || text.equals("false")
                        ? Optional.empty()
                        : Optional.of("'" + text + "' is neither true nor false");
            case SIZE -> fault(text, NUMERIC, POSITIVE, "is not an integer of 1 or more (GiB)");
            case SERIAL, WWN, WWN_WITH_EXTENSION, WWN_VENDOR_EXTENSION, BY_PATH, HCTL, MODEL, VENDOR, NAME ->
                fault(text, TEXTUAL, NOT_BLANK, "is an operator without a value");
        };
    }

    private static Optional<String> fault(String text, List<String> operators, Pattern operand, String otherwise) {
        Matcher matcher = OPERATOR.matcher(text.strip());
        String operator = matcher.matches() ? matcher.group(1) : "";
        if (!operator.isEmpty() && !operators.contains(operator)) {
            return Optional.of("'" + text + "' begins with an operator that this hint does not have; use one of "
                    + String.join(" ", operators));
        }
        String operands = operator.isEmpty() ? text : matcher.group(2);
        Stream<String> values = operator.equals(OR) ? Stream.of(operands.split(OR, -1)) : Stream.of(operands);
        return values.map(String::strip)
                .filter(value -> !operand.matcher(value).matches())
                .findFirst()
                .map(value -> "'" + (value.isEmpty() ? text : value) + "' " + otherwise);
    }
}
