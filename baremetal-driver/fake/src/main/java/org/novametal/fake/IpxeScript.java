package org.novametal.fake;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs the part of iPXE's script language that a deploy boot needs, and returns how the boot continues.
 *
 * <p>Supported are labels, {@code &&} and {@code ||}, the commands {@code kernel}, {@code initrd}, {@code boot}, {@code
 * chain}, {@code exit}, {@code goto}, {@code set}, {@code inc}, {@code iseq}, {@code sleep}, {@code echo}, {@code imgfree},
 * {@code dhcp}, comments, and {@code ${…}}. An unknown setting is empty, as in iPXE; a command that fails, or is unknown, ends
 * its script with an error, unless {@code ||} follows. A script that ends without a boot returns to the script that chained to
 * it.
 *
 * <p>Source: ipxe.org, "Scripting" and the command reference; iPXE, {@code src/core/exec.c}.
 */
final class IpxeScript {
    private static final String MAGIC = "#!ipxe";
    private static final Pattern SETTING = Pattern.compile("\\$\\{([^}]*)}");
    private static final Splitter WORDS = Splitter.on(CharMatcher.whitespace()).omitEmptyStrings();
    private static final String INITRD = "initrd=";
    private static final int MAX_CHAINED = 5;
    private static final int MAX_COMMANDS = 10_000;

    private final Firmware firmware;
    private final Map<String, String> settings;
    private List<String> kernel = List.of();
    private URI kernelFrom = URI.create("");
    private final Map<String, URI> ramdisks = new LinkedHashMap<>();
    private Optional<Ending.Boot> boot = Optional.empty();
    private String fault = "";
    private int commands;

    private IpxeScript(Firmware firmware, Map<String, String> settings) {
        this.firmware = firmware;
        this.settings = new HashMap<>(settings);
    }

    /** How a script ends. */
    sealed interface Ending {
        /** A kernel is started, with the given ramdisks, in order. */
        record Boot(URI kernel, List<String> arguments, List<URI> ramdisks) implements Ending {}

        /** The firmware continues with its next boot device. */
        record Exit() implements Ending {}

        /** The script failed; the firmware continues with its next boot device. */
        record Broken(String why) implements Ending {}
    }

    /** What scripts use of the machine. */
    interface Firmware {
        /** Fetches a script; empty when that fails. */
        Optional<String> script(URI from);

        /** Fetches a kernel or ramdisk; returns whether that succeeded. */
        boolean file(URI from);

        /** Prints a line. */
        void print(String line);

        /** Waits. */
        void sleep(Duration duration) throws InterruptedException;
    }

    /**
     * Runs a script to its end.
     *
     * @param from the script's URL, to which relative URLs are resolved
     * @param settings the values for {@code ${…}}
     * @throws InterruptedException when the machine loses its power
     */
    static Ending run(String script, URI from, Map<String, String> settings, Firmware firmware)
            throws InterruptedException {
        IpxeScript run = new IpxeScript(firmware, settings);
        boolean succeeded = run.script(script, from, 1);
        if (run.boot.isPresent()) {
            return run.boot.get();
        }
        return succeeded ? new Ending.Exit() : new Ending.Broken(run.fault);
    }

    /** What follows a command. */
    private enum Next {
        CONTINUE,
        GOTO,
        END
    }

    /** The result of a command; {@code label} is where a goto leads. */
    private record Result(boolean succeeded, Next next, String label) {
        static final Result DONE = new Result(true, Next.CONTINUE, "");
        static final Result FAILED = new Result(false, Next.CONTINUE, "");
        static final Result END = new Result(true, Next.END, "");

        static Result of(boolean succeeded) {
            return succeeded ? DONE : FAILED;
        }
    }

    private boolean script(String text, URI from, int depth) throws InterruptedException {
        List<String> lines = text.lines().toList();
        if (lines.isEmpty() || !lines.getFirst().startsWith(MAGIC)) {
            return failed("it does not begin with " + MAGIC);
        }
        int at = 1;
        while (at < lines.size()) {
            Result result = line(lines.get(at), from, depth);
            at++;
            switch (result.next()) {
                case END -> {
                    return result.succeeded();
                }
                case GOTO -> {
                    at = lines.indexOf(":" + result.label());
                    if (at < 0) {
                        return failed("goto " + result.label() + ": no such label");
                    }
                }
                case CONTINUE -> {
                    if (!result.succeeded()) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private boolean failed(String why) {
        fault = why;
        return false;
    }

    private Result line(String line, URI from, int depth) throws InterruptedException {
        if (line.startsWith("#") || line.startsWith(":")) {
            return Result.DONE;
        }
        Result result = Result.DONE;
        boolean runs = true;
        List<String> words = new ArrayList<>();
        List<String> all = new ArrayList<>(WORDS.splitToList(line));
        all.add("");
        for (String word : all) {
            boolean ends = word.isEmpty() || word.equals("&&") || word.equals("||");
            if (!ends) {
                words.add(word);
                continue;
            }
            if (runs) {
                result = command(words, from, depth);
                if (result.next() != Next.CONTINUE) {
                    return result;
                }
            }
            runs = word.equals("&&") == result.succeeded();
            words.clear();
        }
        return result;
    }

    private Result command(List<String> unexpanded, URI from, int depth) throws InterruptedException {
        if (unexpanded.isEmpty()) {
            return Result.DONE;
        }
        commands++;
        if (commands > MAX_COMMANDS) {
            failed("it runs for ever");
            return new Result(false, Next.END, "");
        }
        List<String> words = WORDS.splitToList(expand(String.join(" ", unexpanded)));
        List<String> arguments = withoutOptions(words);
        String first = arguments.isEmpty() ? "" : arguments.getFirst();
        return switch (words.getFirst()) {
            case "kernel", "linux" -> {
                kernel = arguments;
                kernelFrom = from;
                yield fetched(from, first);
            }
            case "initrd" -> {
                if (!first.isEmpty()) {
                    ramdisks.put(
                            nameOf(words).orElse(first.substring(first.lastIndexOf('/') + 1)), from.resolve(first));
                }
                yield fetched(from, first);
            }
            case "imgfree" -> {
                kernel = List.of();
                ramdisks.clear();
                yield Result.DONE;
            }
            case "chain" -> chain(from, first, depth);
            case "boot" -> {
                if (kernel.isEmpty()) {
                    yield Result.of(failed("boot without a kernel"));
                }
                boot = Optional.of(new Ending.Boot(
                        kernelFrom.resolve(kernel.getFirst()),
                        List.copyOf(kernel.subList(1, kernel.size())),
                        namedRamdisks()));
                yield Result.END;
            }
            case "exit" -> Result.END;
            case "goto" -> new Result(true, Next.GOTO, first);
            case "set" -> {
                settings.put(name(first), String.join(" ", arguments.subList(1, arguments.size())));
                yield Result.DONE;
            }
            case "inc" -> {
                settings.merge(name(first), "1", (old, _) -> Integer.toString(Integer.parseInt(old) + 1));
                yield Result.DONE;
            }
            case "iseq" -> {
                boolean equal = arguments.size() == 2 && first.equals(arguments.get(1));
                yield Result.of(equal || failed(String.join(" ", words) + ": not equal"));
            }
            case "sleep" -> {
                firmware.sleep(Duration.ofSeconds(Long.parseLong(first)));
                yield Result.DONE;
            }
            case "echo" -> {
                firmware.print(String.join(" ", arguments));
                yield Result.DONE;
            }
            case "dhcp" -> Result.DONE;
            default -> Result.of(failed(words.getFirst() + ": command not found"));
        };
    }

    /** The ramdisks that the kernel line names, in its order, as UEFI firmware hands them over; all without {@code initrd=}. */
    private List<URI> namedRamdisks() {
        List<String> names = kernel.stream()
                .filter(argument -> argument.startsWith(INITRD))
                .map(argument -> argument.substring(INITRD.length()))
                .toList();
        return names.isEmpty()
                ? List.copyOf(ramdisks.values())
                : names.stream().map(ramdisks::get).filter(Objects::nonNull).toList();
    }

    /** The value of {@code --name}. */
    private static Optional<String> nameOf(List<String> words) {
        int at = Math.max(words.indexOf("--name"), words.indexOf("-n"));
        return at > 0 && at + 1 < words.size() ? Optional.of(words.get(at + 1)) : Optional.empty();
    }

    private Result fetched(URI from, String file) {
        if (file.isEmpty()) {
            return Result.of(failed("a kernel or initrd without an address"));
        }
        URI uri = from.resolve(file);
        return Result.of(firmware.file(uri) || failed(uri + " could not be fetched"));
    }

    private Result chain(URI from, String to, int depth) throws InterruptedException {
        if (to.isEmpty()) {
            return Result.of(failed("chain without an address"));
        }
        if (depth >= MAX_CHAINED) {
            return Result.of(failed("more than " + MAX_CHAINED + " scripts in a chain"));
        }
        URI uri = from.resolve(to);
        Optional<String> next = firmware.script(uri);
        if (next.isEmpty()) {
            return Result.of(failed(uri + " could not be fetched"));
        }
        boolean succeeded = script(next.get(), uri, depth + 1);
        return boot.isPresent() ? Result.END : Result.of(succeeded);
    }

    /** A setting's name without its type. */
    private static String name(String setting) {
        int colon = setting.indexOf(':');
        return colon < 0 ? setting : setting.substring(0, colon);
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

    private String expand(String line) {
        return SETTING.matcher(line).replaceAll(this::value);
    }

    private String value(MatchResult match) {
        return Matcher.quoteReplacement(settings.getOrDefault(match.group(1), ""));
    }
}
