package org.novametal.dhcp;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A dnsmasq that is made to read its files again by a signal or a command, with proof from its log: each file that is in the
 * folders is named there after the signal. Without a log the proof is that the process outlives the signal.
 *
 * <p>dnsmasq keeps the entries of removed and changed files until then. With {@code --dhcp-hostsdir} it also reads a new file
 * at once; it then refuses an address that the former entry still has, or that it has just read, so a refusal counts only when
 * a further reading repeats it.
 *
 * <p>Safe for several threads: {@link #turn} guards one reading at a time; all callers that wait for it share its result.
 *
 * <p>Source: dnsmasq 2.90, {@code src/option.c} (reread_dhcp), {@code src/inotify.c}.
 */
public final class DnsmasqReload implements DhcpServer {
    private static final Logger LOG = LoggerFactory.getLogger(DnsmasqReload.class);

    /** How often the files are read until a refusal counts. */
    private static final int ROUNDS = 3;

    /** How long the process must outlive the signal when there is no log; it ends within milliseconds if it does. */
    private static final Duration OUTLIVE = Duration.ofMillis(500);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final Path folder;
    private final LeaseFile leases;
    private final InstantSource clock;
    private final Supplier<Optional<DnsmasqSignal>> signal;
    private final Supplier<Optional<DnsmasqLog>> log;
    private final Duration limit;
    private final ReentrantLock turn = new ReentrantLock(true);
    private final AtomicLong requests = new AtomicLong();
    private long answered;
    private Map<String, String> refusals = Map.of();

    /**
     * Makes the object, which does nothing before {@link #reload}.
     *
     * @param folder has the folders {@code hosts} and {@code opts}
     * @param leases its leases
     * @param clock the present time, for the end of leases
     * @param signal asked at each reload; empty: there is nothing to notify
     * @param log asked at each reload
     * @param limit how long one reading may take
     */
    DnsmasqReload(
            Path folder,
            LeaseFile leases,
            InstantSource clock,
            Supplier<Optional<DnsmasqSignal>> signal,
            Supplier<Optional<DnsmasqLog>> log,
            Duration limit) {
        this.folder = folder;
        this.leases = leases;
        this.clock = clock;
        this.signal = signal;
        this.log = log;
        this.limit = limit;
    }

    /**
     * A dnsmasq that others run.
     *
     * @param folder has the folders {@code hosts} and {@code opts}
     * @param options how it is notified
     * @param clock the present time
     */
    public static DhcpServer of(Path folder, DnsmasqReloadOptions options, InstantSource clock) {
        Path pidFile = options.pidFile().orElse(folder.resolve("dnsmasq.pid"));
        Path logFile = options.logFile().orElse(folder.resolve("dnsmasq.log"));
        AtomicBoolean used = new AtomicBoolean(options.pidFile().isPresent());
        Supplier<Optional<DnsmasqSignal>> signal = () -> {
            if (options.command().isPresent()) {
                return options.command().map(command -> new CommandSignal(command, options.limit()));
            }
            // dnsmasq removes its pid file when it ends: it does run, or did, where there is a pid file or a log.
            if (Files.exists(pidFile) || Files.exists(logFile)) {
                used.set(true);
            }
            return used.get() ? Optional.of(new PidFileSignal(pidFile)) : Optional.empty();
        };
        Supplier<Optional<DnsmasqLog>> log = () -> options.logFile().isPresent() || Files.exists(logFile)
                ? Optional.of(new DnsmasqLogFile(logFile))
                : Optional.empty();
        LeaseFile leases = new LeaseFile(options.leaseFile().orElse(folder.resolve("dnsmasq.leases")));
        return new DnsmasqReload(folder, leases, clock, signal, log, options.limit());
    }

    @Override
    public Map<String, String> reload() throws InterruptedException {
        long mine = requests.incrementAndGet();
        // Two readings at most are before this one: the one under way, and the next one, which answers all that wait.
        if (!turn.tryLock(2L * (ROUNDS + 1) * limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new DhcpException("dnsmasq has not read its files again: earlier readings took too long");
        }
        try {
            if (answered < mine) {
                long all = requests.get();
                Optional<DnsmasqSignal> present = signal.get();
                refusals = present.isPresent() ? obstacles(present.get()) : Map.of();
                answered = all;
            }
            return refusals;
        } finally {
            turn.unlock();
        }
    }

    private Map<String, String> readAgain(DnsmasqSignal signal) throws InterruptedException {
        Map<String, String> refused = Map.of();
        for (int round = 0; round < ROUNDS; round++) {
            Optional<DnsmasqLog> read = log.get();
            refused = read.isPresent() ? provedByLog(signal, read.get()) : outlived(signal);
            if (refused.isEmpty()) {
                return refused;
            }
        }
        refused.forEach((file, why) -> LOG.warn("dnsmasq refuses the entry in {}: {}", file, why));
        return Map.copyOf(refused);
    }

    /** How many calls there were. */
    long requests() {
        return requests.get();
    }

    /** What keeps machines from their addresses: refused entries, and leases of others. */
    private Map<String, String> obstacles(DnsmasqSignal signal) throws InterruptedException {
        Map<String, String> all = new HashMap<>();
        for (LeaseConflicts.Conflict conflict : LeaseConflicts.of(folder.resolve("hosts"), leases, clock.instant())) {
            LeaseFile.Lease lease = conflict.lease();
            all.put(
                    conflict.file(),
                    lease.address().getHostAddress() + " is leased to " + lease.mac() + " until "
                            + lease.expiry().map(Instant::toString).orElse("it is released")
                            + ", so dnsmasq gives another address; release it with dhcp_release");
        }
        all.putAll(readAgain(signal));
        return Map.copyOf(all);
    }

    private static Map<String, String> outlived(DnsmasqSignal signal) throws InterruptedException {
        signal.send();
        long end = System.nanoTime() + OUTLIVE.toNanos();
        while (System.nanoTime() < end) {
            signal.requireRunning();
            Thread.sleep(LOOK_AGAIN);
        }
        return Map.of();
    }

    private Map<String, String> provedByLog(DnsmasqSignal signal, DnsmasqLog log) throws InterruptedException {
        long position = log.end();
        Set<String> unread = files();
        Map<String, String> refused = new HashMap<>();
        signal.send();
        long end = System.nanoTime() + limit.toNanos();
        boolean readAll = false;
        while (true) {
            DnsmasqLog.Part part = log.since(position);
            position = part.end();
            for (String line : part.lines()) {
                DnsmasqLine.refusal(line).ifPresent(refusal -> refused.put(refusal.file(), refusal.why()));
                DnsmasqLine.removeRead(line, unread);
            }
            // A refusal may follow the line that names the last file, so one more look is taken; no wait for a silent
            // moment,
            // which machines on the network can prevent.
            if (readAll) {
                return refused;
            }
            readAll = unread.isEmpty();
            signal.requireRunning();
            unread.retainAll(files());
            if (System.nanoTime() >= end) {
                throw new DhcpException(
                        "dnsmasq did not read " + folder + " again within " + limit + ": its log does not name "
                                + unread.stream().sorted().limit(3).toList()
                                + "; check that its configuration has dhcp-hostsdir and dhcp-optsdir of that folder, and that"
                                + " dhcp_log_file is its log-facility");
            }
            Thread.sleep(LOOK_AGAIN);
        }
    }

    /** The names of the files that dnsmasq reads. */
    private Set<String> files() {
        Set<String> names = new HashSet<>();
        try {
            for (String sub : new String[] {"hosts", "opts"}) {
                DnsmasqFolder.files(folder.resolve(sub)).forEach(file -> names.add(String.valueOf(file.getFileName())));
            }
        } catch (UncheckedIOException e) {
            throw new DhcpException(String.valueOf(e.getMessage()), e);
        }
        return names;
    }
}
