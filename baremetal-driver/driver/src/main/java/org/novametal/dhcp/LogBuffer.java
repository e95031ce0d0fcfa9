package org.novametal.dhcp;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The newest lines of a log that arrives through a pipe. Safe for several threads. */
final class LogBuffer implements DnsmasqLog {
    private static final int MAX_LINES = 20_000;

    private final Deque<String> lines = new ArrayDeque<>();
    private long end;

    synchronized void add(String line) {
        lines.addLast(line);
        end++;
        if (lines.size() > MAX_LINES) {
            lines.removeFirst();
        }
    }

    @Override
    public synchronized long end() {
        return end;
    }

    @Override
    public synchronized Part since(long position) {
        long kept = Math.min(lines.size(), end - position);
        return new Part(lines.stream().skip(lines.size() - kept).toList(), end);
    }

    /** The last lines, at most so many. */
    synchronized List<String> last(int most) {
        return since(Math.max(0, end - most)).lines();
    }
}
