package org.novametal.examples.quickstart;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.novametal.driver.capability.ConsoleAccess;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.RequestContext;
import org.novametal.examples.quickstart.QuickstartException.Problem;
import org.novametal.examples.quickstart.Report.ConsoleSeen;

/**
 * Waits for the line that a machine prints when it has started from its disk: {@code BOOTED sha256=HEX hostname=NAME}.
 *
 * @param console the driver's consoles
 * @param rawSha256 the SHA-256 that each machine must report, if known
 */
record ConsoleWatch(ConsoleAccess console, Optional<String> rawSha256) {
    private static final Pattern BOOTED = Pattern.compile("BOOTED sha256=([0-9a-f]{64}) hostname=(\\S*)");
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final int SHOWN_LINES = 5;

    /**
     * Waits for the machine's n-th start with this instance; n counts from 1.
     *
     * @throws QuickstartException {@code CONSOLE_WRONG} when it does not start in time, or reports another image or host name
     */
    ConsoleSeen awaitStart(RequestContext context, String node, Instance instance, int n) throws InterruptedException {
        long begin = System.nanoTime();
        while (true) {
            String text = output(context, instance);
            List<MatchResult> starts = BOOTED.matcher(text).results().toList();
            if (starts.size() >= n) {
                return checked(node, instance, starts.get(n - 1), text);
            }
            if (System.nanoTime() - begin > LIMIT.toNanos()) {
                throw new QuickstartException(
                        Problem.CONSOLE_WRONG,
                        "node " + node + ": its console showed " + starts.size() + " starts from disk within "
                                + LIMIT.toSeconds() + " s, " + n + " expected; its last lines: " + lastLines(text));
            }
            Thread.sleep(PAUSE);
        }
    }

    private String output(RequestContext context, Instance instance) {
        try {
            return console.getConsoleOutput(context, instance);
        } catch (DriverException e) {
            if (e.code() == ErrorCode.CONSOLE_NOT_AVAILABLE) {
                // Nothing may have been printed yet.
                return "";
            }
            throw e;
        }
    }

    private ConsoleSeen checked(String node, Instance instance, MatchResult start, String text) {
        String sha256 = start.group(1);
        String hostname = start.group(2);
        if (!hostname.equals(instance.hostname())) {
            throw new QuickstartException(
                    Problem.CONSOLE_WRONG,
                    "node " + node + " started as '" + hostname + "', but its instance is '" + instance.hostname()
                            + "'");
        }
        if (rawSha256.isPresent() && !rawSha256.get().equals(sha256)) {
            throw new QuickstartException(
                    Problem.CONSOLE_WRONG,
                    "node " + node + " has a disk with SHA-256 " + sha256 + ", the image has " + rawSha256.get());
        }
        return new ConsoleSeen(node, sha256, hostname, lastLines(text));
    }

    private static List<String> lastLines(String text) {
        List<String> lines = text.lines().toList();
        return lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size());
    }
}
