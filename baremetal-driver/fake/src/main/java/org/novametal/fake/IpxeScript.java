package org.novametal.fake;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the part of iPXE's script language that a deploy boot needs, and returns how the boot continues.
 *
 * <p>Supported commands: {@code kernel}, {@code initrd}, {@code boot}, {@code chain}, {@code exit}, {@code echo},
 * {@code imgfree}, {@code dhcp}, comments, and {@code ${…}} for the settings that are given. An unknown setting is empty, as
 * in iPXE; an unknown command ends the script with an error, also as in iPXE.
 *
 * <p>Source: ipxe.org, "Scripting" and the command reference.
 */
final class IpxeScript {
    private static final String MAGIC = "#!ipxe";
    private static final Pattern SETTING = Pattern.compile("\\$\\{([^}]*)}");
    private static final Splitter WORDS = Splitter.on(CharMatcher.whitespace()).omitEmptyStrings();

    private IpxeScript() {}

    /** How a script ends. */
    sealed interface Ending {
        /** A kernel is started, with the given ramdisks. */
        record Boot(URI kernel, List<String> arguments, List<URI> ramdisks) implements Ending {}

        /** Another script is run. */
        record Chain(URI script) implements Ending {}

        /** The firmware continues with its next boot device. */
        record Exit() implements Ending {}

        /** The script is invalid; the firmware continues with its next boot device. */
        record Broken(String why) implements Ending {}
    }

    /**
     * Reads a script to its end.
     *
     * @param from the script's URL, to which relative URLs are resolved
     * @param settings the values for {@code ${…}}
     */
    static Ending read(String script, URI from, Map<String, String> settings) {
        List<String> lines = script.lines().toList();
        if (lines.isEmpty() || !lines.getFirst().startsWith(MAGIC)) {
            return new Ending.Broken("it does not begin with " + MAGIC);
        }
        List<String> kernel = List.of();
        List<URI> ramdisks = new ArrayList<>();
        for (String line : lines) {
            List<String> words = WORDS.splitToList(expand(withoutComment(line), settings));
            if (words.isEmpty()) {
                continue;
            }
            List<String> arguments = withoutOptions(words);
            switch (words.getFirst()) {
                case "kernel", "linux" -> kernel = arguments;
                case "initrd" -> {
                    if (!arguments.isEmpty()) {
                        ramdisks.add(from.resolve(arguments.getFirst()));
                    }
                }
                case "imgfree" -> {
                    kernel = List.of();
                    ramdisks.clear();
                }
                case "chain" -> {
                    return arguments.isEmpty()
                            ? new Ending.Broken("chain without an address")
                            : new Ending.Chain(from.resolve(arguments.getFirst()));
                }
                case "boot" -> {
                    return kernel.isEmpty()
                            ? new Ending.Broken("boot without a kernel")
                            : new Ending.Boot(
                                    from.resolve(kernel.getFirst()),
                                    List.copyOf(kernel.subList(1, kernel.size())),
                                    List.copyOf(ramdisks));
                }
                case "exit" -> {
                    return new Ending.Exit();
                }
                case "echo", "dhcp" -> {}
                default -> {
                    return new Ending.Broken(words.getFirst() + ": command not found");
                }
            }
        }
        return new Ending.Exit();
    }

    private static String withoutComment(String line) {
        return line.startsWith("#") ? "" : line;
    }

    /** The words after the command, without the command's options, which come first. */
    private static List<String> withoutOptions(List<String> words) {
        int at = 1;
        while (at < words.size() && words.get(at).startsWith("-")) {
            boolean holdsItsValue = words.get(at).contains("=");
            at += words.get(at).equals("--name") || (words.get(at).equals("-n") && !holdsItsValue) ? 2 : 1;
        }
        return words.subList(Math.min(at, words.size()), words.size());
    }

    private static String expand(String line, Map<String, String> settings) {
        return SETTING.matcher(line)
                .replaceAll(match -> Matcher.quoteReplacement(settings.getOrDefault(match.group(1), "")));
    }
}
