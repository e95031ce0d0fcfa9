package org.novametal.bmc.ipmi;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.LegacyFrame;
import org.novametal.bmc.ipmi.codec.MalformedMessageException;
import org.novametal.bmc.ipmi.codec.RmcpFrame;
import org.novametal.bmc.ipmi.codec.SessionFrame;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one UDP socket, and the one reading thread, of all BMCs of a factory; also the one class here that knows the machine's
 * clock.
 *
 * <p>What comes in is handed to an {@link IpmiLine} by the console's session id in it, of which the low 20 bits are the
 * line's number; a packet outside a session, which names none, goes to all lines of the address that it came from. A packet
 * that is malformed, or from another address than its line's, is dropped.
 *
 * <p>The channel does not block: so an interrupted caller cannot close it for all others. Safe for several threads.
 */
final class IpmiTransport implements AutoCloseable {
    /** How many BMCs one transport takes. */
    static final int MAXIMUM_LINES = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(IpmiTransport.class);
    private static final int LARGEST_DATAGRAM = 2048;
    private static final int RECEIVE_BUFFER = 4 << 20;
    private static final long CLOSE_MILLIS = 1000;

    private final DatagramChannel channel;
    private final Selector selector;
    private final RandomGenerator random;
    private final Thread reader;
    private final ConcurrentHashMap<Integer, IpmiLine> lines = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<InetSocketAddress, Set<IpmiLine>> byRemote = new ConcurrentHashMap<>();

    private IpmiTransport(DatagramChannel channel, Selector selector, RandomGenerator random) {
        this.channel = channel;
        this.selector = selector;
        this.random = random;
        this.reader = Thread.ofPlatform().name("ipmi-reader").daemon().unstarted(this::read);
    }

    /** A socket on any free port, being read. */
    static IpmiTransport open(RandomGenerator random) {
        try {
            DatagramChannel channel = DatagramChannel.open();
            channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
            channel.bind(null);
            channel.configureBlocking(false);
            Selector selector = Selector.open();
            channel.register(selector, SelectionKey.OP_READ);
            IpmiTransport transport = new IpmiTransport(channel, selector, random);
            transport.reader.start();
            return transport;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open a UDP socket for IPMI", e);
        }
    }

    /** The clock of this Java, monotonic. */
    static LongSupplier monotonicClock() {
        return System::nanoTime;
    }

    /** A line to a BMC; it is to be {@linkplain #detach detached}. */
    IpmiLine attach(InetSocketAddress remote) {
        while (lines.size() < MAXIMUM_LINES) {
            int number = random.nextInt(MAXIMUM_LINES);
            IpmiLine line = new IpmiLine(this, remote, number, random.nextInt());
            if (lines.putIfAbsent(number, line) == null) {
                byRemote.compute(remote, (_, known) -> {
                    Set<IpmiLine> all = known == null ? ConcurrentHashMap.newKeySet() : known;
                    all.add(line);
                    return all;
                });
                return line;
            }
        }
        throw new BmcException(Reason.BUSY, "all " + MAXIMUM_LINES + " lines to BMCs are in use; close some");
    }

    /** Forgets a line. Idempotent. */
    void detach(IpmiLine line) {
        lines.remove(line.number(), line);
        byRemote.computeIfPresent(line.remote(), (_, known) -> {
            known.remove(line);
            return known.isEmpty() ? null : known;
        });
    }

    /**
     * Sends a datagram, or loses it, as the network may too: the caller tries again.
     *
     * @throws BmcException with {@link Reason#CLOSED} after {@link #close}
     */
    void send(InetSocketAddress remote, Bytes datagram) {
        try {
            if (channel.send(ByteBuffer.wrap(datagram.toArray()), remote) == 0) {
                LOG.debug("no room to send to {}: datagram dropped", remote);
            }
        } catch (ClosedChannelException e) {
            throw new BmcException(Reason.CLOSED, "BMC " + remote + ": the IPMI factory is closed", e);
        } catch (IOException e) {
            LOG.debug("cannot send to {}: datagram dropped", remote, e);
        }
    }

    /** Closes the socket and ends the reading thread, within a second. Idempotent. */
    @Override
    public void close() {
        try {
            channel.close();
            selector.close();
            reader.join(CLOSE_MILLIS);
        } catch (IOException e) {
            LOG.warn("the IPMI socket did not close cleanly", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        ByteBuffer buffer = ByteBuffer.allocate(LARGEST_DATAGRAM);
        while (selector.isOpen() && channel.isOpen()) {
            try {
                selector.select();
                selector.selectedKeys().clear();
                readAll(buffer);
            } catch (ClosedChannelException | ClosedSelectorException e) {
                return;
            } catch (IOException e) {
                // An error of one datagram, such as "port unreachable"; the pause keeps a lasting one from spinning.
                LOG.warn("cannot read the IPMI socket; goes on", e);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        }
    }

    private void readAll(ByteBuffer buffer) throws IOException {
        while (channel.receive(buffer.clear()) instanceof InetSocketAddress from) {
            byte[] datagram = new byte[buffer.flip().remaining()];
            buffer.get(datagram);
            try {
                dispatch(from, RmcpFrame.decode(Bytes.copyOf(datagram)));
            } catch (MalformedMessageException e) {
                LOG.debug("dropped a datagram from {}: {}", from, e.getMessage());
            }
        }
    }

    private void dispatch(InetSocketAddress from, RmcpFrame frame) {
        switch (frame) {
            case LegacyFrame legacy -> deliverToAllAt(from, legacy);
            case SessionFrame packet -> {
                OptionalInt id = packet.consoleSessionId();
                if (id.isEmpty()) {
                    deliverToAllAt(from, packet);
                    return;
                }
                IpmiLine line = lines.get(id.getAsInt() & (MAXIMUM_LINES - 1));
                if (line != null && line.remote().equals(from)) {
                    line.deliver(packet);
                }
            }
        }
    }

    private void deliverToAllAt(InetSocketAddress from, RmcpFrame frame) {
        byRemote.getOrDefault(from, Set.of()).forEach(line -> line.deliver(frame));
    }
}
