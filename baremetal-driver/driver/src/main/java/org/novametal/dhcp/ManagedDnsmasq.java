package org.novametal.dhcp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.novametal.text.ForeignText;
import org.novametal.text.IoFailure;
import org.novametal.text.SmallFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A dnsmasq that this program configures, runs and supervises: it is started again when it ends, and keeps its leases.
 *
 * <p>It ends with this program, even after SIGKILL: its parent is a shell that reads a pipe from this program, and ends
 * dnsmasq when the pipe ends. One that an earlier program left behind is ended before the start. What it logs about refused
 * entries and requests is logged here as warnings.
 *
 * <p>A lease of a configured address that another machine holds is removed from the lease file while dnsmasq is restarted; no
 * signal makes dnsmasq drop a lease.
 *
 * <p>Safe for several threads: {@link #process}, {@link #closed} and every start and stop are guarded by this object. One
 * thread waits for dnsmasq's end, one a run reads its log.
 */
public final class ManagedDnsmasq implements DhcpServer, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ManagedDnsmasq.class);

    /**
     * Runs the program of its arguments; ends it when standard input ends, and ends when it has ended. The reader of the pipe
     * is a separate shell, because the first one waits for the program.
     */
    private static final String GUARD = """
            exec 3<&0
            "$@" </dev/null 3<&- &
            program=$!
            (
                read -r line <&3
                kill -TERM $program
                for i in 1 2 3 4 5 6; do
                    kill -0 $program || exit
                    sleep 0.5
                done
                kill -KILL $program
            ) >/dev/null 2>&1 &
            reader=$!
            exec 3<&-
            wait $program
            code=$?
            kill $reader 2>/dev/null
            exit $code
            """;

    /** What dnsmasq prints when it is ready; it is run without translations. */
    private static final Pattern READY = Pattern.compile(".*DHCP, (IP range|static leases).*");

    /** Messages about requests and entries that dnsmasq does not fulfil. */
    private static final Pattern PROBLEM = Pattern.compile(
            ".*( no address |not using configured|duplicate |bad |DHCPNAK|DHCPDECLINE|failed|cannot |not giving name"
                    + "|error|lease not found|address (in use|reserved|not available)).*");

    /** The most warnings a minute about lines of the log: machines on the network cause them. */
    private static final int MAX_WARNINGS = 20;

    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);
    private static final Duration RESTART_AFTER = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final Path folder;
    private final ManagedDnsmasqOptions options;
    private final List<String> program;
    private final InstantSource clock;
    private final LogBuffer log = new LogBuffer();
    private final DnsmasqReload reload;
    private final Thread keeper;
    private @Nullable Process process;
    private boolean closed;
    private long warningsSince;
    private int warnings;

    private ManagedDnsmasq(Path folder, ManagedDnsmasqOptions options, List<String> program, InstantSource clock) {
        this.folder = folder;
        this.options = options;
        this.program = List.copyOf(program);
        this.clock = clock;
        DnsmasqSignal signal = new PidFileSignal(pidFile());
        this.reload = new DnsmasqReload(
                folder,
                new LeaseFile(options.leaseFile()),
                clock,
                () -> Optional.of(signal),
                () -> Optional.of(log),
                options.limit());
        this.keeper = Thread.ofVirtual().name("dnsmasq-keeper").unstarted(this::keep);
    }

    /**
     * Starts dnsmasq, and returns when it is ready.
     *
     * @param folder has the folders {@code hosts} and {@code opts}, which dnsmasq reads; its configuration is written there
     * @param clock the present time, for the end of leases
     * @throws DhcpException when it is not installed or does not start; the message has what it printed
     */
    public static ManagedDnsmasq start(Path folder, ManagedDnsmasqOptions options, InstantSource clock)
            throws InterruptedException {
        return start(folder, options, List.of("dnsmasq"), clock);
    }

    /** As {@link #start(Path, ManagedDnsmasqOptions, InstantSource)}, by another command. */
    static ManagedDnsmasq start(Path folder, ManagedDnsmasqOptions options, List<String> program, InstantSource clock)
            throws InterruptedException {
        ManagedDnsmasq dnsmasq = new ManagedDnsmasq(folder, options, program, clock);
        try {
            dnsmasq.prepare();
            dnsmasq.endFormer();
            dnsmasq.launch();
        } catch (RuntimeException | InterruptedException e) {
            dnsmasq.close();
            throw e;
        }
        dnsmasq.keeper.start();
        return dnsmasq;
    }

    private Path pidFile() {
        return folder.resolve("dnsmasq.pid");
    }

    private Path configuration() {
        return folder.resolve("dnsmasq.conf");
    }

    private void prepare() {
        try {
            Files.createDirectories(folder.resolve("hosts"));
            Files.createDirectories(folder.resolve("opts"));
            SmallFile.replace(configuration(), text().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "dnsmasq's configuration " + configuration() + " cannot be written: " + IoFailure.reason(e), e);
        }
    }

    /** The configuration; each line is explained in dnsmasq(8). */
    private String text() throws IOException {
        List<String> lines = new ArrayList<>(List.of(
                "# Written by nova-metal at each start; changes are lost.",
                "port=0",
                "interface=" + options.networkInterface(),
                "bind-interfaces",
                "dhcp-authoritative",
                "dhcp-ignore-clid",
                "dhcp-ignore=tag:!known",
                "dhcp-range=" + options.range() + "," + options.leaseTime().toSeconds(),
                "dhcp-option=option:router"
                        + options.router().map(address -> "," + address).orElse(""),
                "dhcp-option=option:dns-server"
                        + options.dnsServers().stream()
                                .map(address -> "," + address)
                                .collect(Collectors.joining()),
                "dhcp-hostsfile=" + folder.resolve("hosts"),
                "dhcp-optsfile=" + folder.resolve("opts"),
                "dhcp-leasefile=" + options.leaseFile(),
                "pid-file=" + pidFile(),
                "dhcp-match=set:ipxe,175",
                "dhcp-option=tag:ipxe,encap:175,176,1b",
                "enable-tftp",
                "tftp-root=" + options.tftpRoot(),
                "dhcp-match=set:efi,option:client-arch,7",
                "dhcp-match=set:efi,option:client-arch,9",
                "dhcp-boot=tag:!ipxe,tag:!efi,undionly.kpxe",
                "dhcp-boot=tag:!ipxe,tag:efi,snponly.efi"));
        options.raPrefix().ifPresent(prefix -> lines.addAll(List.of("enable-ra", "dhcp-range=" + prefix + ",ra-only")));
        if (Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
            // Otherwise dnsmasq becomes a user who may not read the files.
            lines.addAll(List.of("user=root", "group=root"));
        }
        return String.join("\n", lines) + "\n";
    }

    /** Ends the dnsmasq of an earlier program that could not end it: both would answer the same machines. */
    private void endFormer() throws InterruptedException {
        Optional<ProcessHandle> former = PidFileSignal.dnsmasqOf(pidFile()).filter(this::isOurs);
        if (former.isEmpty()) {
            return;
        }
        LOG.warn(
                "a dnsmasq of an earlier program, process {}, still runs; it is ended",
                former.get().pid());
        former.get().destroy();
        long end = System.nanoTime() + STOP_LIMIT.toNanos();
        while (PidFileSignal.dnsmasqOf(pidFile()).isPresent()) {
            if (System.nanoTime() >= end) {
                former.get().destroyForcibly();
                throw new DhcpException("the dnsmasq of an earlier program, process "
                        + former.get().pid() + ", did not end within " + STOP_LIMIT + "; end it, then start again");
            }
            Thread.sleep(LOOK_AGAIN);
        }
    }

    private boolean isOurs(ProcessHandle dnsmasq) {
        try {
            String command = Files.readString(
                    Path.of("/proc", Long.toString(dnsmasq.pid()), "cmdline"), StandardCharsets.ISO_8859_1);
            return command.contains(configuration().toString());
        } catch (IOException e) {
            // It has ended.
            return false;
        }
    }

    private synchronized void launch() throws InterruptedException {
        if (closed) {
            return;
        }
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", GUARD, "dnsmasq-guard"));
        command.addAll(program);
        command.addAll(List.of("--keep-in-foreground", "--log-facility=-", "--conf-file=" + configuration()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("NOVA_METAL_DATABASE"));
        builder.environment().put("LC_ALL", "C");
        builder.environment().merge("PATH", "/usr/sbin:/sbin", (path, more) -> path + ":" + more);
        long position = log.end();
        Process started;
        try {
            started = builder.start();
        } catch (IOException e) {
            throw new DhcpException("dnsmasq cannot be started: " + IoFailure.reason(e), e);
        }
        process = started;
        Thread reader = Thread.ofVirtual().name("dnsmasq-log").start(() -> read(started));
        long end = System.nanoTime() + options.limit().toNanos();
        while (log.since(position).lines().stream()
                .noneMatch(line -> READY.matcher(line).matches())) {
            if (!started.isAlive()) {
                reader.join(LOOK_AGAIN.multipliedBy(10));
                throw new DhcpException("dnsmasq ended with exit code " + started.exitValue() + " when it was started: "
                        + printed() + (started.exitValue() == 127 ? "; install it, package dnsmasq-base" : ""));
            }
            if (System.nanoTime() >= end) {
                stop(started);
                throw new DhcpException("dnsmasq was not ready within " + options.limit() + ": " + printed());
            }
            Thread.sleep(LOOK_AGAIN);
        }
        LOG.info("dnsmasq runs, for {} on {}", options.range(), options.networkInterface());
    }

    private String printed() {
        return ForeignText.line(String.join("; ", log.last(5)));
    }

    private void read(Process started) {
        try (BufferedReader lines = started.inputReader(StandardCharsets.UTF_8)) {
            for (@Nullable String line = lines.readLine(); line != null; line = lines.readLine()) {
                log.add(line);
                if (PROBLEM.matcher(line).matches() && mayWarn()) {
                    LOG.warn("dnsmasq: {}", ForeignText.line(line));
                } else {
                    LOG.debug("dnsmasq: {}", ForeignText.line(line));
                }
            }
        } catch (IOException e) {
            LOG.debug("the log of dnsmasq ended: {}", e.toString());
        }
    }

    private synchronized boolean mayWarn() {
        long now = System.nanoTime();
        if (now - warningsSince > TimeUnit.MINUTES.toNanos(1) || warningsSince == 0) {
            warningsSince = now;
            warnings = 0;
        }
        return warnings++ < MAX_WARNINGS;
    }

    // ---- supervision

    private void keep() {
        Duration pause = RESTART_AFTER;
        try {
            while (true) {
                Process watched = present();
                if (watched == null) {
                    return;
                }
                int code = watched.waitFor();
                if (!watched.equals(present())) {
                    continue;
                }
                LOG.warn("dnsmasq ended with exit code {}; it is started again: {}", code, printed());
                Thread.sleep(pause);
                try {
                    launch();
                    pause = RESTART_AFTER;
                } catch (DhcpException e) {
                    LOG.error("{}; it is tried again", e.getMessage());
                    Duration longer = pause.multipliedBy(2);
                    pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
                }
            }
        } catch (InterruptedException e) {
            // Closed.
            Thread.currentThread().interrupt();
        }
    }

    private synchronized @Nullable Process present() {
        return closed ? null : process;
    }

    @Override
    public Map<String, String> reload() throws InterruptedException {
        dropConflictingLeases();
        return reload.reload();
    }

    /** Restarts dnsmasq without the leases by which other machines hold configured addresses. */
    private synchronized void dropConflictingLeases() throws InterruptedException {
        List<LeaseConflicts.Conflict> conflicts = conflicts();
        @Nullable Process running = process;
        if (conflicts.isEmpty() || closed || running == null) {
            return;
        }
        stop(running);
        // Read again: dnsmasq may have changed it until its end.
        for (LeaseConflicts.Conflict conflict : conflicts()) {
            LOG.info(
                    "the lease of {} to {} is released, because the address belongs to the entry in {}",
                    conflict.lease().address().getHostAddress(),
                    conflict.lease().mac(),
                    conflict.file());
            drop(conflict.lease());
        }
        launch();
    }

    /**
     * The leases to drop. A machine with an entry may be running with an address of the range: its lease stays, and the
     * instance that wants the address is refused.
     */
    private List<LeaseConflicts.Conflict> conflicts() {
        return LeaseConflicts.of(folder.resolve("hosts"), new LeaseFile(options.leaseFile()), clock.instant()).stream()
                .filter(found -> found.holder() == LeaseConflicts.Holder.UNKNOWN
                        || !options.isInRange(found.lease().address()))
                .toList();
    }

    private void drop(LeaseFile.Lease lease) {
        String middle = " " + lease.mac() + " " + lease.address().getHostAddress() + " ";
        Path file = options.leaseFile();
        try {
            String kept = SmallFile.text(file)
                    .orElse("")
                    .lines()
                    .filter(line -> !line.contains(middle))
                    .map(line -> line + "\n")
                    .collect(Collectors.joining());
            SmallFile.replace(file, kept.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException("the lease file " + file + " cannot be changed: " + IoFailure.reason(e), e);
        }
    }

    /** Ends a run by the end of its pipe, and by force when that does not do. */
    private static void stop(Process running) throws InterruptedException {
        try {
            running.getOutputStream().close();
        } catch (IOException e) {
            LOG.debug("the pipe to dnsmasq's parent was closed already: {}", e.toString());
        }
        if (!running.waitFor(STOP_LIMIT)) {
            LOG.warn("dnsmasq did not end within {}; it is killed", STOP_LIMIT);
            running.descendants().forEach(ProcessHandle::destroyForcibly);
            running.destroyForcibly();
        }
    }

    /** Ends dnsmasq, within seconds; its leases stay in the file. Idempotent. */
    @Override
    public void close() {
        @Nullable Process running;
        synchronized (this) {
            closed = true;
            running = process;
            process = null;
        }
        keeper.interrupt();
        if (running == null) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            stop(running);
        } catch (InterruptedException e) {
            running.descendants().forEach(ProcessHandle::destroyForcibly);
            running.destroyForcibly();
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
