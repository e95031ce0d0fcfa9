package org.novametal.bmc.ipmi.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.BmcOptions.SessionPolicy;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.LegacyFrame;
import org.novametal.bmc.ipmi.codec.MalformedMessageException;
import org.novametal.bmc.ipmi.codec.RmcpFrame;
import org.novametal.bmc.ipmi.codec.SealTools;
import org.novametal.bmc.ipmi.codec.SessionFrame;
import org.novametal.bmc.ipmi.session.SessionSettings;
import org.novametal.bmc.ipmi.session.SessionSources;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread and the one UDP socket, of IPv4 and IPv6, of all BMCs of a factory; also the one class here that knows the
 * machine's clock. All session machines, timers and queues belong to the thread, so none has a lock: callers post what they
 * want to a mailbox, which wakes the thread only when it sleeps.
 *
 * <p>Futures complete on this thread. Whoever waits for one is only unparked by that; whoever lets something depend on one
 * must not block in it, or all BMCs wait.
 *
 * <p>What comes in is handed to an {@link IpmiLine} by the console's session id in it, of which the low 20 bits are the
 * line's number; a packet outside a session, which names none, goes to all lines of the address that it came from. A packet
 * that is malformed, or from another address than its line's, is dropped.
 *
 * <p>The channel does not block, so an interrupted caller cannot close it for all others.
 */
public final class IpmiEngine implements AutoCloseable {
    /** How many bits of a console's session id are the line's number. */
    static final int NUMBER_BITS = 20;

    private static final Logger LOG = LoggerFactory.getLogger(IpmiEngine.class);
    private static final int MAXIMUM_LINES = 1 << NUMBER_BITS;
    private static final int LARGEST_DATAGRAM = 2048;
    private static final int BUFFER = 4 << 20;
    /** So many mails or datagrams in a row. */
    private static final int BATCH = 256;

    /**
     * So many datagrams without a look at mail and timers, more than there can be answers at once: before an answer is taken
     * for lost, all that wait in the socket are read; only a flood is not waited for.
     */
    private static final int FLOOD = 4096;

    /** How many sessions are begun to be closed in a row: the answers to so many find room beside those to other requests. */
    private static final int LEAVES = 64;

    private static final long CLOSE_NANOS = Duration.ofMillis(800).toNanos();
    /** For a machine that is so busy, or a network so slow, that not all could be sent until then. */
    private static final long OVERTIME_NANOS = Duration.ofSeconds(4).toNanos();

    private static final long JOIN_MILLIS = 6000;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final DatagramChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final LongSupplier clock;
    private final HostNames names;
    private final BlockRandom random;
    private final SessionSources sources;
    private final SendWindow<IpmiLine> window;
    private final TimingWheel wheel;
    private final Thread thread;
    private final ConcurrentLinkedQueue<Runnable> mail = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean isAsleep = new AtomicBoolean();
    private volatile boolean hasEnded;

    // From here on of the thread alone.
    private final ByteBuffer incoming = ByteBuffer.allocateDirect(LARGEST_DATAGRAM);
    private final ByteBuffer outgoing = ByteBuffer.allocateDirect(LARGEST_DATAGRAM);
    private final ArrayDeque<Departure> unsent = new ArrayDeque<>();
    private final ArrayDeque<IpmiLine> turns = new ArrayDeque<>();
    /** Those that are to be closed, with the engine. */
    private final ArrayDeque<IpmiLine> leaving = new ArrayDeque<>();

    private final List<@Nullable IpmiLine> lines = new ArrayList<>();
    private final ArrayDeque<Integer> freeNumbers = new ArrayDeque<>();
    private final Map<InetSocketAddress, Remote> remotes = new HashMap<>();
    private long nowNanos;
    /** Since the socket was found empty, or mail and timers were looked at nevertheless. */
    private int receivedInARow;

    private boolean isClosing;
    private long closeByNanos;

    private record Departure(InetSocketAddress to, Bytes datagram) {}

    private IpmiEngine(
            DatagramChannel channel, Selector selector, RandomGenerator random, LongSupplier clock, HostNames names)
            throws IOException {
        this.channel = channel;
        this.selector = selector;
        this.clock = clock;
        this.names = names;
        this.random = new BlockRandom(random);
        this.sources = new SessionSources(this.random, new SealTools());
        this.window = SendWindow.ofBuffer(channel.getOption(StandardSocketOptions.SO_RCVBUF));
        this.nowNanos = clock.getAsLong();
        this.wheel = new TimingWheel(nowNanos);
        this.key = channel.register(selector, SelectionKey.OP_READ);
        this.thread = Thread.ofPlatform().name("ipmi-engine").daemon().unstarted(this::serve);
    }

    /**
     * An engine on any free port, running.
     *
     * @param random a source that nobody can predict; used on the engine's thread alone
     * @param clock monotonic nanoseconds
     * @param names closed with the engine
     */
    public static IpmiEngine open(RandomGenerator random, LongSupplier clock, HostNames names) {
        IpmiEngine engine = notStarted(random, clock, names);
        engine.thread.start();
        return engine;
    }

    /** The same without its thread: whoever opens it takes the turns, and ends it. For tests that step the clock. */
    static IpmiEngine notStarted(RandomGenerator random, LongSupplier clock, HostNames names) {
        try {
            DatagramChannel channel = DatagramChannel.open();
            channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER);
            channel.bind(null);
            channel.configureBlocking(false);
            IpmiEngine engine = new IpmiEngine(channel, Selector.open(), random, clock, names);
            LOG.debug("IPMI on {}: {} requests at once", channel.getLocalAddress(), engine.window.size());
            return engine;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open a UDP socket for IPMI", e);
        }
    }

    /** The clock of this Java, monotonic. */
    public static LongSupplier monotonicClock() {
        return System::nanoTime;
    }

    /**
     * A line to a BMC, which is not asked anything yet. Safe for several threads.
     *
     * @param host a host name or an IP address
     * @param port the UDP port
     */
    public IpmiLine line(SessionSettings settings, SessionPolicy policy, String host, int port) {
        return new IpmiLine(this, settings, policy, host, port);
    }

    /** Lets the thread do something; false when the engine has ended. Safe for several threads. */
    boolean post(Runnable task) {
        mail.add(task);
        if (hasEnded && mail.remove(task)) {
            return false;
        }
        if (isAsleep.compareAndSet(true, false)) {
            selector.wakeup();
        }
        return true;
    }

    /**
     * Closes all lines and their sessions, then the socket and the thread, within a second. Only where the machine is too busy
     * to send each BMC its Close Session in that time does it take longer, up to five. Idempotent.
     */
    @Override
    public void close() {
        boolean isFirst = post(() -> {
            if (!isClosing) {
                isClosing = true;
                closeByNanos = nowNanos + CLOSE_NANOS;
                for (IpmiLine line : lines) {
                    if (line != null) {
                        leaving.add(line);
                    }
                }
            }
        });
        try {
            thread.join(JOIN_MILLIS);
            if (isFirst && thread.isAlive()) {
                LOG.warn("the IPMI engine's thread did not end in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    SessionSources sources() {
        return sources;
    }

    RandomGenerator random() {
        return random;
    }

    SendWindow<IpmiLine> window() {
        return window;
    }

    TimingWheel wheel() {
        return wheel;
    }

    HostNames names() {
        return names;
    }

    /** Whether nothing new is begun any more. */
    boolean isClosing() {
        return isClosing;
    }

    /** The time: of this turn of the loop, or since the last datagram. */
    long nowNanos() {
        return nowNanos;
    }

    /** Lets the packets of an address come to a line. */
    Remote attach(IpmiLine line, InetSocketAddress address) {
        if (line.number() < 0) {
            Integer free = freeNumbers.poll();
            if (free == null) {
                if (lines.size() == MAXIMUM_LINES) {
                    throw new IllegalStateException("all " + MAXIMUM_LINES + " lines to BMCs are in use");
                }
                free = lines.size();
                lines.add(line);
            } else {
                lines.set(free, line);
            }
            line.setNumber(free);
        }
        Remote remote = remotes.computeIfAbsent(address, Remote::new);
        remote.lines().add(line);
        return remote;
    }

    void detach(IpmiLine line, Remote remote) {
        remote.lines().remove(line);
        if (remote.lines().isEmpty()) {
            remotes.remove(remote.address());
        }
        lines.set(line.number(), null);
        freeNumbers.add(line.number());
        line.setNumber(-1);
    }

    /** The line has its turn; it learns so soon. */
    void turnTo(@Nullable IpmiLine line) {
        if (line != null) {
            turns.add(line);
        }
    }

    /** Sends a datagram, later where the system has no room for it now. What is lost is sent again by its session. */
    void transmit(InetSocketAddress to, Bytes datagram) {
        if (!unsent.isEmpty() || !send(to, datagram)) {
            unsent.add(new Departure(to, datagram));
            key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        }
    }

    private boolean send(InetSocketAddress to, Bytes datagram) {
        try {
            datagram.writeTo(outgoing.clear());
            return channel.send(outgoing.flip(), to) > 0;
        } catch (IOException | UnsupportedAddressTypeException e) {
            LOG.debug("cannot send to {}: datagram dropped", to, e);
            return true;
        }
    }

    private void sendUnsent() {
        while (!unsent.isEmpty()
                && send(unsent.getFirst().to(), unsent.getFirst().datagram())) {
            unsent.removeFirst();
        }
        if (unsent.isEmpty()) {
            key.interestOps(SelectionKey.OP_READ);
        }
    }

    private void serve() {
        try {
            while (!hasClosed()) {
                if (guardedTurn() == 0) {
                    sleep();
                }
            }
        } catch (RuntimeException | Error e) {
            LOG.error("the IPMI engine fails; no BMC is reached any more", e);
        } finally {
            end();
        }
    }

    /** A defect costs what met it, which ends at its caller's limit, not all BMCs. */
    private int guardedTurn() {
        try {
            return turn();
        } catch (RuntimeException e) {
            LOG.error("the IPMI engine met a defect of its own and goes on; report it", e);
            // One that lasts does not spin.
            LockSupport.parkNanos(PAUSE_NANOS);
            return 1;
        }
    }

    private boolean hasClosed() {
        if (!isClosing) {
            return false;
        }
        boolean isAllSent = leaving.isEmpty() && unsent.isEmpty();
        if (isAllSent && remotes.isEmpty()) {
            return true;
        }
        return nowNanos - closeByNanos >= (isAllSent ? 0 : OVERTIME_NANOS);
    }

    /**
     * Does a part of what there is to do; never waits.
     *
     * @return 0 when there was nothing
     */
    int turn() {
        nowNanos = clock.getAsLong();
        int received = receiveSome();
        int done = received;
        receivedInARow += received;
        if (received < BATCH || receivedInARow >= FLOOD) {
            receivedInARow = 0;
            done += takeMail() + leaveSome();
            wheel.advance(nowNanos);
        }
        if (!unsent.isEmpty()) {
            sendUnsent();
        }
        return done + giveTurns();
    }

    private int takeMail() {
        int taken = 0;
        Runnable task = mail.poll();
        while (task != null) {
            taken++;
            task.run();
            task = taken < BATCH ? mail.poll() : null;
        }
        return taken;
    }

    private int leaveSome() {
        int left = 0;
        IpmiLine line = leaving.poll();
        while (line != null) {
            left++;
            line.beginToClose(closeByNanos);
            line = left < LEAVES ? leaving.poll() : null;
        }
        return left;
    }

    private int giveTurns() {
        int given = 0;
        IpmiLine line = turns.poll();
        while (line != null) {
            given++;
            line.turnCame(nowNanos);
            line = turns.poll();
        }
        line = window.next();
        while (line != null) {
            given++;
            line.slotCame(nowNanos);
            line = given < BATCH ? window.next() : null;
        }
        return given;
    }

    private int receiveSome() {
        int received = 0;
        try {
            while (received < BATCH && channel.receive(incoming.clear()) instanceof InetSocketAddress from) {
                received++;
                receive(from, Bytes.read(incoming.flip()));
                // What is sent for that is sent now; and what came until now is read before a timer fires.
                nowNanos = clock.getAsLong();
            }
        } catch (IOException e) {
            // An error of one datagram, such as "port unreachable"; the pause keeps a lasting one from spinning.
            LOG.warn("cannot read the IPMI socket; goes on", e);
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return received;
    }

    private void receive(InetSocketAddress from, Bytes datagram) {
        try {
            switch (RmcpFrame.decode(datagram)) {
                case LegacyFrame legacy -> handToAllAt(from, legacy);
                case SessionFrame packet -> receive(from, packet);
            }
        } catch (MalformedMessageException e) {
            LOG.debug("dropped a datagram from {}: {}", from, e.getMessage());
        }
    }

    private void receive(InetSocketAddress from, SessionFrame packet) {
        OptionalInt id = packet.consoleSessionId();
        if (id.isEmpty()) {
            handToAllAt(from, packet);
            return;
        }
        int number = id.getAsInt() & (MAXIMUM_LINES - 1);
        IpmiLine line = number < lines.size() ? lines.get(number) : null;
        if (line != null && line.isAt(from)) {
            line.received(packet, nowNanos);
        }
    }

    private void handToAllAt(InetSocketAddress from, RmcpFrame frame) {
        Remote remote = remotes.get(from);
        if (remote != null) {
            List.copyOf(remote.lines()).forEach(line -> line.received(frame, nowNanos));
        }
    }

    private void sleep() {
        isAsleep.set(true);
        try {
            long next = wheel.nextNanos();
            long wait = next == Long.MAX_VALUE ? Long.MAX_VALUE : next - clock.getAsLong();
            if (isClosing) {
                wait = Math.min(wait, closeByNanos - nowNanos);
            }
            if (!mail.isEmpty() || wait <= 0) {
                selector.selectNow();
            } else if (wait == Long.MAX_VALUE) {
                selector.select();
            } else {
                selector.select(TimeUnit.NANOSECONDS.toMillis(wait) + 1);
            }
            selector.selectedKeys().clear();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot wait for the IPMI socket", e);
        } finally {
            isAsleep.set(false);
        }
    }

    /** Closes all at once. */
    void end() {
        for (IpmiLine line : new ArrayList<>(lines)) {
            if (line != null) {
                line.beginToClose(nowNanos);
                line.abort();
            }
        }
        names.close();
        try {
            channel.close();
            selector.close();
        } catch (IOException e) {
            LOG.warn("the IPMI socket did not close cleanly", e);
        }
        hasEnded = true;
        isClosing = true;
        // What was posted meanwhile finds its line closed, or closes it.
        takeLastMail();
    }

    private void takeLastMail() {
        Runnable task = mail.poll();
        while (task != null) {
            task.run();
            task = mail.poll();
        }
    }
}
