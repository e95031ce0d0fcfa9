package org.novametal.baremetal.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.step.BmcDirectory;
import org.novametal.baremetal.store.NodeStore;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.SerialConsole;
import org.novametal.bmc.SerialConsole.Connection;
import org.novametal.bmc.console.ConsoleLog;
import org.novametal.bmc.console.ConsoleThreads;
import org.novametal.bmc.console.SharedConsole;
import org.novametal.bmc.console.SharedConsoleSettings;
import org.novametal.driver.error.DriverException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the serial consoles of all nodes {@linkplain NodeRecord#isConsoleRecorded with recording} connected, and writes the
 * output of each to a {@link ConsoleLog}, {@code UUID.log}.
 *
 * <p>A connection that fails or is lost is made again as long as the node is enrolled; a console in use by another client is
 * not taken over, except one that an earlier process of this host left behind ({@link RememberedConnection}). A node without
 * recording uses no resources; a node with recording uses no platform thread.
 *
 * <p>Thread-safe. Whether a node is recorded is decided under {@link #lock}, from its current record in the store; the lock may
 * be held during a call to the store, and while a console is being closed.
 */
public final class ConsoleRecorder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConsoleRecorder.class);

    /** The most consoles that connect at the same time: when a host starts, it connects all of them. */
    private static final int MOST_CONNECTING = 256;

    /** The number of threads that write logs; more would not make disks faster. */
    private static final int WRITERS = 2;

    private static final long IDLE_SECONDS = 10;
    private static final long CLOSE_SECONDS = 3;

    /** No replay, because the log is the only reader. */
    private static final SharedConsoleSettings SETTINGS = new SharedConsoleSettings(
            0,
            SharedConsoleSettings.DEFAULTS.readerBytes(),
            SharedConsoleSettings.DEFAULTS.firstPause(),
            SharedConsoleSettings.DEFAULTS.longestPause());

    private final NodeStore store;
    private final BmcDirectory bmcs;
    private final Path folder;
    private final long limitBytes;
    private final ExecutorService connecting = Executors.newVirtualThreadPerTaskExecutor();
    private final ThreadPoolExecutor writers;
    private final ConsoleThreads threads;
    private final Semaphore free = new Semaphore(MOST_CONNECTING);
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<UUID, Recording> recordings = new ConcurrentHashMap<>();
    private boolean closed;

    private record Recording(Instant enrolled, ConsoleLog log, SharedConsole console) {
        boolean fits(NodeRecord node) {
            return enrolled.equals(node.createdAt()) && node.isConsoleRecorded();
        }

        void close() {
            console.close();
            log.close();
        }
    }

    /**
     * Creates a recorder, which records nothing before the first {@link #reconcile}.
     *
     * @param folder the folder of the logs; must exist
     * @param limitBytes the size at which a new log begins; the previous log is kept, so at most twice that size is on disk
     * @param nanoClock a clock that only goes forward, nanoseconds
     */
    public ConsoleRecorder(NodeStore store, BmcDirectory bmcs, Path folder, long limitBytes, LongSupplier nanoClock) {
        this.store = store;
        this.bmcs = bmcs;
        this.folder = folder;
        this.limitBytes = limitBytes;
        threads = ConsoleThreads.of(connecting, nanoClock);
        writers = new ThreadPoolExecutor(
                WRITERS,
                WRITERS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name("console-log-", 0).daemon().factory());
        writers.allowCoreThreadTimeOut(true);
    }

    /** Matches the file name of a log, as {@link #logFile} makes it, of the log before it, or of its connection. */
    private static final Pattern LOG_FILE = Pattern.compile(
            "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\\.(?:log(?:\\.1|\\.before)?|connection(?:\\.part)?)");

    /** The log file of a node, in a folder of recorded consoles. */
    public static Path logFile(Path folder, UUID node) {
        return folder.resolve(node + ".log");
    }

    /** The file with the identity of a node's console connection, see {@link RememberedConnection}. */
    private static Path connectionFile(Path folder, UUID node) {
        return folder.resolve(node + ".connection");
    }

    /**
     * Starts and ends recordings so that exactly the nodes with recording are recorded. Each difference is checked in the
     * store, so that an outdated list does no harm. Does not wait for BMCs.
     *
     * @param enrolled all nodes
     */
    public void reconcile(List<NodeRecord> enrolled) {
        Set<UUID> gone = new HashSet<>(recordings.keySet());
        for (NodeRecord node : enrolled) {
            Recording present = recordings.get(node.uuid());
            if (present != null && present.fits(node)) {
                gone.remove(node.uuid());
            } else if (node.isConsoleRecorded()) {
                reconcile(node.uuid());
            }
        }
        gone.forEach(this::reconcile);
    }

    /**
     * Deletes the logs of nodes that were removed while no recorder ran. Blocks for the disk.
     *
     * @param enrolled all nodes
     */
    public void deleteLogsOfOthers(List<NodeRecord> enrolled) {
        Set<String> present =
                enrolled.stream().map(node -> node.uuid().toString()).collect(Collectors.toSet());
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Matcher log = LOG_FILE.matcher(file.getFileName().toString());
                if (log.matches() && !present.contains(log.group(1))) {
                    Files.deleteIfExists(file);
                    LOG.info("deleted the console log {} of a removed node", file);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("console logs of removed nodes could not be deleted from {}", folder, e);
        }
    }

    /**
     * Starts or ends the recording of a node according to its current record in the store. If the store does not answer,
     * nothing changes until a later call.
     */
    public void reconcile(UUID uuid) {
        lock.lock();
        try {
            Optional<NodeRecord> node = store.find(uuid).filter(NodeRecord::isConsoleRecorded);
            Recording present = recordings.get(uuid);
            if (present != null && (node.isEmpty() || !present.fits(node.get()))) {
                recordings.remove(uuid);
                end(present);
            }
            if (node.isPresent() && !closed) {
                recordings.computeIfAbsent(uuid, _ -> begin(node.get()));
            }
        } catch (DriverException e) {
            LOG.warn(
                    "recording of the console of node {} was neither started nor ended, because the store does not answer",
                    uuid,
                    e);
        } finally {
            lock.unlock();
        }
    }

    private Recording begin(NodeRecord node) {
        ConsoleLog log = new ConsoleLog(logFile(folder, node.uuid()), limitBytes, writers, new TokenFilter());
        return new Recording(
                node.createdAt(),
                log,
                new SharedConsole(
                        "node " + node.name(),
                        receiver -> connect(node.uuid(), receiver),
                        SETTINGS,
                        threads,
                        Optional.of(log)));
    }

    private Connection connect(UUID uuid, SerialConsole.Receiver receiver) throws InterruptedException {
        free.acquire();
        try {
            NodeRecord node = store.find(uuid)
                    .orElseThrow(() -> new BmcException(Reason.CLOSED, "node " + uuid + " is not enrolled any more"));
            Bmc bmc = bmcs.bmc(node);
            SerialConsole serial = bmc.capability(SerialConsole.class)
                    .orElseThrow(() -> new BmcException(
                            Reason.UNSUPPORTED,
                            "BMC " + bmc.address()
                                    + ": its address scheme supports no serial console; enrol node "
                                    + node.name() + " with another address scheme, or with a file as its console_log"));
            return new RememberedConnection(connectionFile(folder, uuid)).connect(serial, receiver);
        } finally {
            free.release();
        }
    }

    /** Ends a recording and deletes its log. */
    private static void end(Recording recording) {
        recording.close();
        try {
            recording.log().delete();
        } catch (IOException e) {
            LOG.warn(
                    "console log {} of a removed node could not be deleted",
                    recording.log().file(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * The newest console output of a node since the last {@link #rotate}. Blocks for the disk.
     *
     * @param mostBytes the most bytes to return
     * @return empty when the node is not recorded
     * @throws IOException when the log cannot be read
     */
    public Optional<byte[]> newest(UUID node, int mostBytes) throws IOException, InterruptedException {
        Recording recording = recordings.get(node);
        return recording == null
                ? Optional.empty()
                : Optional.of(recording.log().newest(mostBytes));
    }

    /**
     * Why a node's console is not connected; empty while it is connected, before the first attempt has failed, and when the
     * node is not recorded.
     */
    public Optional<BmcException> failure(UUID node) {
        return Optional.ofNullable(recordings.get(node))
                .flatMap(recording -> recording.console().failure());
    }

    /**
     * Begins a new log for a node, to separate later console output from earlier output; the new log is on disk when this
     * returns. Blocks for the disk.
     *
     * @return whether it succeeded; false when the node is not recorded or a file operation failed
     */
    public boolean rotate(UUID node) throws InterruptedException {
        if (!recordings.containsKey(node)) {
            // Another process may have enrolled the node just now.
            reconcile(node);
        }
        Recording recording = recordings.get(node);
        if (recording == null) {
            return false;
        }
        try {
            recording.log().cut();
            return true;
        } catch (IOException e) {
            LOG.warn(
                    "console log {} cannot be rotated; its content is not shown",
                    recording.log().file(),
                    e);
            return false;
        }
    }

    /** Disconnects all consoles, within a few seconds; the logs stay. Idempotent. */
    @Override
    public void close() {
        List<Recording> all;
        lock.lock();
        try {
            closed = true;
            all = List.copyOf(recordings.values());
            recordings.clear();
        } finally {
            lock.unlock();
        }
        if (!connecting.isShutdown()) {
            all.forEach(recording -> connecting.execute(recording::close));
        }
        connecting.shutdown();
        end(connecting);
        writers.shutdown();
        end(writers);
    }

    private static void end(ExecutorService executor) {
        try {
            if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                executor.shutdownNow();
                LOG.warn(
                        "a console connection was not closed within {} s; the BMC closes it when the session ends",
                        CLOSE_SECONDS);
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
