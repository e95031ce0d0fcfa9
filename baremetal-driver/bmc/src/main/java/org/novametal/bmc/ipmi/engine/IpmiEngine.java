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
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.LegacyFrame;
import org.novametal.bmc.ipmi.codec.MalformedMessageException;
import org.novametal.bmc.ipmi.codec.RmcpFrame;
import org.novametal.bmc.ipmi.codec.SealTools;
import org.novametal.bmc.ipmi.codec.SessionFrame;
import org.novametal.bmc.ipmi.session.SessionSources;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves all BMCs of a factory with one thread and one UDP socket for IPv4 and IPv6; the only class of this package that
 * reads the clock. All session state machines, timers and queues belong to the thread, so none has a lock: callers post
 * tasks to a mailbox, which wakes the thread only when it sleeps.
 *
 * <p>Futures complete on this thread. A dependent action must not block, because it would delay all BMCs; a thread that
 * waits for a future does not delay them.
 *
 * <p>A packet goes to the {@link EngineClient} whose number is in the low 20 bits of the packet's console session id; a
 * packet without such an id, or with an id of no client of its source address, goes to all clients of that address. A packet
 * from an address of no client is dropped; a malformed one is dropped and reported to the clients of its address.
 *
 * <p>The channel is non-blocking, so an interrupted caller cannot close it for all others.
 */
public final class IpmiEngine implements AutoCloseable {
    /** How many bits of a console's session id are its client's number. */
    static final int NUMBER_BITS = 20;

    private static final Logger LOG = LoggerFactory.getLogger(IpmiEngine.class);
    private static final int MAXIMUM_CLIENTS = 1 << NUMBER_BITS;
    private static final int LARGEST_DATAGRAM = 2048;
    private static final int BUFFER = 4 << 20;
    /** Maximum number of tasks or datagrams handled in a row. */
    private static final int BATCH = 256;

    /**
     * Maximum number of datagrams received before tasks and timers are handled. It is more than the number of answers that
     * can arrive at once: all answers in the socket are read before a timer treats one as lost, except under a flood of
     * packets.
     */
    private static final int FLOOD = 4096;

    /**
     * How many sessions begin to close in a row: the receive buffer has room for their answers besides those to other
     * requests.
     */
    private static final int CLOSE_BATCH = 64;

    private static final long CLOSE_NANOS = Duration.ofMillis(800).toNanos();
    /** Extra time to close where a busy machine or a slow network prevented sending everything in time. */
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
    private final SendWindow<EngineClient> window;
    private final TimingWheel wheel;
    private final Thread thread;
    private final ConcurrentLinkedQueue<Runnable> mail = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean isAsleep = new AtomicBoolean();
    private volatile boolean hasEnded;

    // The fields below are used on the engine's thread only.
    private final ByteBuffer incoming = ByteBuffer.allocateDirect(LARGEST_DATAGRAM);
    private final ByteBuffer outgoing = ByteBuffer.allocateDirect(LARGEST_DATAGRAM);
    private final ArrayDeque<UnsentDatagram> unsent = new ArrayDeque<>();
    private final ArrayDeque<EngineClient> turns = new ArrayDeque<>();
    /** Clients still to be closed when the engine closes. */
    private final ArrayDeque<EngineClient> toClose = new ArrayDeque<>();

    private final List<@Nullable Attachment> attachments = new ArrayList<>();
    private final ArrayDeque<Integer> freeNumbers = new ArrayDeque<>();
    private final Map<InetSocketAddress, Remote> remotes = new HashMap<>();
    private long nowNanos;
    /** Datagrams received since tasks and timers were last handled. */
    private int receivedInARow;

    private boolean isClosing;
    private long closeByNanos;

    private record UnsentDatagram(InetSocketAddress to, Bytes datagram) {}

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
     * Opens and starts an engine on any free port.
     *
     * @param random an unpredictable generator; used on the engine's thread only
     * @param clock monotonic nanoseconds
     * @param names name resolution; closed with the engine
     */
    public static IpmiEngine open(RandomGenerator random, LongSupplier clock, HostNames names) {
        IpmiEngine engine = notStarted(random, clock, names);
        engine.thread.start();
        return engine;
    }

    /**
     * The same without starting the thread: the caller calls {@link #turn} and {@link #end}. For tests that step the clock.
     */
    static IpmiEngine notStarted(RandomGenerator random, LongSupplier clock, HostNames names) {
        try {
            DatagramChannel channel = DatagramChannel.open();
            channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER);
            channel.bind(null);
            channel.configureBlocking(false);
            IpmiEngine engine = new IpmiEngine(channel, Selector.open(), random, clock, names);
            LOG.debug(
                    "IPMI engine on {}: at most {} requests at once", channel.getLocalAddress(), engine.window.size());
            return engine;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open a UDP socket for IPMI", e);
        }
    }

    /** The monotonic clock of the Java runtime. */
    public static LongSupplier monotonicClock() {
        return System::nanoTime;
    }

    /** Runs a task on the engine's thread; false when the engine has ended. Safe for several threads. */
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
     * Closes all lines and their sessions, then the socket and the thread, within a second. Only where the machine is too
     * busy to send each BMC its Close Session in that time does it take longer, up to five seconds. Idempotent.
     */
    @Override
    public void close() {
        boolean isFirst = post(() -> {
            if (!isClosing) {
                isClosing = true;
                closeByNanos = nowNanos + CLOSE_NANOS;
                for (Attachment attachment : attachments) {
                    if (attachment != null) {
                        toClose.add(attachment.client());
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

    SendWindow<EngineClient> window() {
        return window;
    }

    TimingWheel wheel() {
        return wheel;
    }

    HostNames names() {
        return names;
    }

    /** Whether the engine is closing and begins nothing new. */
    boolean isClosing() {
        return isClosing;
    }

    /** The time at the start of this turn of the loop, or after the last datagram received in it. */
    long nowNanos() {
        return nowNanos;
    }

    /** Registers a client for the packets of an address. */
    Attachment attach(EngineClient client, InetSocketAddress address) {
        Integer free = freeNumbers.poll();
        if (free == null) {
            if (attachments.size() == MAXIMUM_CLIENTS) {
                throw new IllegalStateException("all " + MAXIMUM_CLIENTS + " connections to BMCs are in use");
            }
            free = attachments.size();
            attachments.add(null);
        }
        Remote remote = remotes.computeIfAbsent(address, Remote::new);
        remote.clients().add(client);
        Attachment attachment = new Attachment(client, remote, free);
        attachments.set(free, attachment);
        return attachment;
    }

    void detach(Attachment attachment) {
        Remote remote = attachment.remote();
        remote.clients().remove(attachment.client());
        if (remote.clients().isEmpty()) {
            remotes.remove(remote.address());
        }
        attachments.set(attachment.number(), null);
        freeNumbers.add(attachment.number());
    }

    /** Schedules a client's {@link EngineClient#turnCame} for this turn of the loop; null for none. */
    void turnTo(@Nullable EngineClient client) {
        if (client != null) {
            turns.add(client);
        }
    }

    /** Sends a datagram, later if the system's send buffer is full. Sessions retransmit lost datagrams. */
    void transmit(InetSocketAddress to, Bytes datagram) {
        if (!unsent.isEmpty() || !send(to, datagram)) {
            unsent.add(new UnsentDatagram(to, datagram));
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
            LOG.error("the IPMI engine failed; no BMC can be reached any more", e);
        } finally {
            end();
        }
    }

    /** Runs a turn and survives unexpected exceptions: a defect must fail only the affected call, at its deadline. */
    private int guardedTurn() {
        try {
            return turn();
        } catch (RuntimeException e) {
            LOG.error("unexpected failure of the IPMI engine, which continues; report it", e);
            // The pause prevents a busy loop where the failure persists.
            LockSupport.parkNanos(PAUSE_NANOS);
            return 1;
        }
    }

    private boolean hasClosed() {
        if (!isClosing) {
            return false;
        }
        boolean isAllSent = toClose.isEmpty() && unsent.isEmpty();
        if (isAllSent && remotes.isEmpty()) {
            return true;
        }
        return nowNanos - closeByNanos >= (isAllSent ? 0 : OVERTIME_NANOS);
    }

    /**
     * Does part of the pending work; never waits.
     *
     * @return 0 when there was no work
     */
    int turn() {
        nowNanos = clock.getAsLong();
        int received = receiveSome();
        int done = received;
        receivedInARow += received;
        if (received < BATCH || receivedInARow >= FLOOD) {
            receivedInARow = 0;
            done += takeMail() + closeSome();
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

    private int closeSome() {
        int begun = 0;
        EngineClient client = toClose.poll();
        while (client != null) {
            begun++;
            client.beginToClose(closeByNanos);
            client = begun < CLOSE_BATCH ? toClose.poll() : null;
        }
        return begun;
    }

    private int giveTurns() {
        int given = 0;
        EngineClient client = turns.poll();
        while (client != null) {
            given++;
            client.turnCame(nowNanos);
            client = turns.poll();
        }
        client = window.next();
        while (client != null) {
            given++;
            client.slotCame(nowNanos);
            client = given < BATCH ? window.next() : null;
        }
        return given;
    }

    private int receiveSome() {
        int received = 0;
        try {
            while (received < BATCH && channel.receive(incoming.clear()) instanceof InetSocketAddress from) {
                received++;
                receive(from, Bytes.read(incoming.flip()));
                // Later sends in this turn use this time; timers fire up to this time, when all earlier datagrams were
                // read.
                nowNanos = clock.getAsLong();
            }
        } catch (IOException e) {
            // An error of one datagram, such as "port unreachable"; the pause prevents a busy loop where it persists.
            LOG.warn("cannot read the IPMI socket; continuing", e);
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
            Remote remote = remotes.get(from);
            if (remote != null) {
                remote.clients().forEach(client -> client.refused(e.getMessage()));
            }
        }
    }

    private void receive(InetSocketAddress from, SessionFrame packet) {
        OptionalInt id = packet.consoleSessionId();
        if (id.isEmpty()) {
            handToAllAt(from, packet);
            return;
        }
        int number = id.getAsInt() & (MAXIMUM_CLIENTS - 1);
        Attachment attachment = number < attachments.size() ? attachments.get(number) : null;
        if (attachment != null && attachment.address().equals(from)) {
            attachment.client().received(packet, nowNanos);
        } else {
            // Some BMCs do not repeat the console's session id; the sessions decide whether that matters.
            handToAllAt(from, packet);
        }
    }

    private void handToAllAt(InetSocketAddress from, RmcpFrame frame) {
        Remote remote = remotes.get(from);
        if (remote != null) {
            List.copyOf(remote.clients()).forEach(client -> client.received(frame, nowNanos));
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

    /** Ends all clients and closes the socket, without waiting. */
    void end() {
        for (Attachment attachment : new ArrayList<>(attachments)) {
            if (attachment != null) {
                attachment.client().beginToClose(nowNanos);
                attachment.client().abort();
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
        // Runs tasks posted meanwhile: their line is closed already, or they close it.
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
