package org.novametal.fake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The network of a rack of {@link FakeIpmiBmc}s: a UDP port of the loopback address for each, one thread for all. Safe for
 * several threads.
 */
public final class FakeIpmiServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FakeIpmiServer.class);
    private static final int LARGEST_DATAGRAM = 2048;
    private static final long LIMIT_MILLIS = 1000;

    private final Selector selector;
    private final LongSupplier clock;
    private final Thread thread;
    private final ConcurrentHashMap<BmcAddress, DatagramChannel> channels = new ConcurrentHashMap<>();

    private final ConcurrentLinkedQueue<Departure> departures = new ConcurrentLinkedQueue<>();

    private record Departure(DatagramChannel channel, CountDownLatch gone) {}

    private FakeIpmiServer(Selector selector, LongSupplier clock) {
        this.selector = selector;
        this.clock = clock;
        this.thread = Thread.ofPlatform().name("fake-ipmi").daemon().unstarted(this::serve);
    }

    /** A server without BMCs, on this Java's clock. */
    public static FakeIpmiServer start() {
        return start(System::nanoTime);
    }

    /**
     * A server without BMCs.
     *
     * @param clock monotonic nanoseconds, by which sessions time out
     */
    public static FakeIpmiServer start(LongSupplier clock) {
        try {
            FakeIpmiServer server = new FakeIpmiServer(Selector.open(), clock);
            server.thread.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the network of fake BMCs", e);
        }
    }

    /**
     * Puts a BMC on a port of the loopback address.
     *
     * @param port 0 for any free one
     * @return where it is: {@code ipmi://127.0.0.1:port}
     * @throws UncheckedIOException when the port is taken
     */
    public BmcAddress attach(FakeIpmiBmc bmc, int port) {
        try {
            DatagramChannel channel = DatagramChannel.open();
            try {
                channel.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
                channel.configureBlocking(false);
                InetSocketAddress bound = (InetSocketAddress) channel.getLocalAddress();
                BmcAddress address = new BmcAddress("ipmi", "127.0.0.1", bound.getPort(), "");
                channels.put(address, channel);
                channel.register(selector, SelectionKey.OP_READ, bmc);
                selector.wakeup();
                return address;
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot put a fake BMC on 127.0.0.1:" + port + "; is the port free?", e);
        }
    }

    /**
     * Takes the BMC from its port: nobody answers there then, and the port is free. Idempotent. Not to be called by a
     * {@link FakeChassis}.
     */
    public void detach(BmcAddress address) {
        DatagramChannel channel = channels.remove(address);
        if (channel == null) {
            return;
        }
        // A closed channel keeps its port until a selection lets go of its key; only our thread selects.
        Departure departure = new Departure(channel, new CountDownLatch(1));
        departures.add(departure);
        selector.wakeup();
        try {
            if (!departure.gone().await(LIMIT_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.warn("a fake BMC was not taken from {} within {} ms", address, LIMIT_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes all BMCs from their ports and ends the thread, within a second. Idempotent. */
    @Override
    public void close() {
        channels.values().forEach(FakeIpmiServer::close);
        channels.clear();
        try {
            selector.close();
            thread.join(LIMIT_MILLIS);
        } catch (IOException e) {
            LOG.warn("the network of fake BMCs did not close cleanly", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve() {
        ByteBuffer buffer = ByteBuffer.allocate(LARGEST_DATAGRAM);
        while (true) {
            try {
                selector.select(key -> serve(key, buffer));
                letGo(buffer);
            } catch (ClosedSelectorException e) {
                return;
            } catch (IOException e) {
                LOG.error("the network of fake BMCs fails; no fake BMC answers any more", e);
                return;
            }
        }
    }

    private void letGo(ByteBuffer buffer) throws IOException {
        Departure departure = departures.poll();
        while (departure != null) {
            close(departure.channel());
            selector.selectNow(key -> serve(key, buffer));
            departure.gone().countDown();
            departure = departures.poll();
        }
    }

    private void serve(SelectionKey key, ByteBuffer buffer) {
        FakeIpmiBmc bmc = (FakeIpmiBmc) Objects.requireNonNull(key.attachment(), "a key without its BMC");
        DatagramChannel channel = (DatagramChannel) key.channel();
        try {
            SocketAddress console = channel.receive(buffer.clear());
            while (console != null) {
                byte[] datagram = new byte[buffer.flip().remaining()];
                buffer.get(datagram);
                Optional<Bytes> answer = bmc.receive(console, Bytes.copyOf(datagram), clock.getAsLong());
                if (answer.isPresent()) {
                    channel.send(ByteBuffer.wrap(answer.get().toArray()), console);
                }
                console = channel.receive(buffer.clear());
            }
        } catch (ClosedChannelException | CancelledKeyException e) {
            LOG.debug("a fake BMC was taken from its port while it answered");
        } catch (IOException | RuntimeException e) {
            // One BMC's trouble, or its machine's, is not that of the rack.
            LOG.error("a fake BMC failed on a datagram", e);
        }
    }

    private static void close(DatagramChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("the port of a fake BMC did not close cleanly", e);
        }
    }
}
