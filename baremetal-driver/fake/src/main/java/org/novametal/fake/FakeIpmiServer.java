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
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.fake.FakeIpmiWire.Datagram;
import org.novametal.fake.FakeIpmiWire.Direction;
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
    private final RandomGenerator random;
    private final Thread thread;
    /** Has no thread before the first delayed task. */
    private final ScheduledThreadPoolExecutor timer;

    private final ConcurrentHashMap<BmcAddress, DatagramChannel> channels = new ConcurrentHashMap<>();

    private final ConcurrentLinkedQueue<Departure> departures = new ConcurrentLinkedQueue<>();

    private record Departure(DatagramChannel channel, CountDownLatch gone) {}

    private FakeIpmiServer(Selector selector, LongSupplier clock, RandomGenerator random) {
        this.selector = selector;
        this.clock = clock;
        this.random = random;
        this.timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("fake-ipmi-timer").daemon().factory());
        // Tasks that are pending when the server closes, or that are added later, are dropped.
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        this.thread = Thread.ofPlatform().name("fake-ipmi").daemon().unstarted(this::serve);
    }

    /** Starts a server without BMCs, on the JVM's clock. */
    public static FakeIpmiServer start() {
        return start(System::nanoTime, new Random());
    }

    /**
     * Starts a server without BMCs.
     *
     * @param clock monotonic nanoseconds, by which sessions time out
     * @param random chooses the datagrams that {@linkplain FakeFault faults of the network} affect; must be safe for several
     *     threads
     */
    public static FakeIpmiServer start(LongSupplier clock, RandomGenerator random) {
        try {
            FakeIpmiServer server = new FakeIpmiServer(Selector.open(), clock, random);
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
     * @return the BMC's address: {@code ipmi://127.0.0.1:port}
     * @throws UncheckedIOException when the port is in use
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
                Port served = new Port(bmc, channel, bound.getPort());
                bmc.connect(served);
                channel.register(selector, SelectionKey.OP_READ, served);
                selector.wakeup();
                return address;
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot start a fake BMC on 127.0.0.1:" + port + "; check that the port is free", e);
        }
    }

    /** Removes the BMC from its port, which is free afterwards. Idempotent. A {@link FakeChassis} must not call it. */
    public void detach(BmcAddress address) {
        DatagramChannel channel = channels.remove(address);
        if (channel == null) {
            return;
        }
        // A closed channel keeps its port until a selection removes its key; only the server's thread selects.
        Departure departure = new Departure(channel, new CountDownLatch(1));
        departures.add(departure);
        selector.wakeup();
        try {
            if (!departure.gone().await(LIMIT_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.warn("a fake BMC was not removed from {} within {} ms", address, LIMIT_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Removes all BMCs from their ports and ends the thread, within a second. Idempotent. */
    @Override
    public void close() {
        channels.values().forEach(FakeIpmiServer::close);
        channels.clear();
        timer.shutdownNow();
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
                closeDepartures(buffer);
            } catch (ClosedSelectorException e) {
                return;
            } catch (IOException e) {
                LOG.error("the network of fake BMCs fails; no fake BMC answers any more", e);
                return;
            }
        }
    }

    private void closeDepartures(ByteBuffer buffer) throws IOException {
        Departure departure = departures.poll();
        while (departure != null) {
            close(departure.channel());
            selector.selectNow(key -> serve(key, buffer));
            departure.gone().countDown();
            departure = departures.poll();
        }
    }

    private void serve(SelectionKey key, ByteBuffer buffer) {
        Port port = (Port) Objects.requireNonNull(key.attachment(), "a key without its BMC");
        DatagramChannel channel = (DatagramChannel) key.channel();
        try {
            SocketAddress console = channel.receive(buffer.clear());
            while (console != null) {
                byte[] datagram = new byte[buffer.flip().remaining()];
                buffer.get(datagram);
                port.receive(console, Bytes.copyOf(datagram));
                console = channel.receive(buffer.clear());
            }
        } catch (ClosedChannelException | CancelledKeyException e) {
            LOG.debug("a fake BMC was removed from its port while it received a datagram");
        } catch (IOException | RuntimeException e) {
            // A failure of one BMC or its machine must not stop the others.
            LOG.error("a fake BMC failed on a datagram", e);
        }
    }

    /** A BMC's port, with the faults of its network. */
    private final class Port implements FakeIpmiNetwork {
        private final FakeIpmiBmc bmc;
        private final DatagramChannel channel;
        private final int port;
        private final FakeIpmiWire toBmc = new FakeIpmiWire(Direction.TO_BMC, random);
        private final FakeIpmiWire toConsole = new FakeIpmiWire(Direction.TO_CONSOLE, random);
        /** For the fault ONE_BUFFER; used only by the server's thread. */
        private long busyUntilNanos;

        Port(FakeIpmiBmc bmc, DatagramChannel channel, int port) {
            this.bmc = bmc;
            this.channel = channel;
            this.port = port;
            this.busyUntilNanos = clock.getAsLong();
        }

        void receive(SocketAddress console, Bytes datagram) {
            FakeFaults faults = bmc.faults();
            if (faults.isNone()) {
                ask(console, datagram);
                return;
            }
            for (Datagram arriving : toBmc.pass(faults, new Datagram(console, datagram))) {
                long now = clock.getAsLong();
                if (now - busyUntilNanos >= 0) {
                    busyUntilNanos = now + TimeUnit.MILLISECONDS.toNanos(faults.number(FakeFault.ONE_BUFFER));
                    ask(arriving.console(), arriving.content());
                }
            }
        }

        private void ask(SocketAddress console, Bytes datagram) {
            bmc.receive(console, datagram, clock.getAsLong()).ifPresent(answer -> send(console, answer));
        }

        @Override
        public int port() {
            return port;
        }

        @Override
        public long nowNanos() {
            return clock.getAsLong();
        }

        @Override
        public void send(SocketAddress console, Bytes datagram) {
            FakeFaults faults = bmc.faults();
            if (faults.isNone()) {
                transmit(console, datagram);
                return;
            }
            int delayMillis = faults.number(FakeFault.DELAY) + faults.number(FakeFault.ONE_BUFFER);
            for (Datagram arriving : toConsole.pass(faults, new Datagram(console, datagram))) {
                if (delayMillis == 0) {
                    transmit(arriving.console(), arriving.content());
                } else {
                    after(Duration.ofMillis(delayMillis), () -> transmit(arriving.console(), arriving.content()));
                }
            }
        }

        @Override
        public void after(Duration delay, Runnable task) {
            ScheduledFuture<?> _ = timer.schedule(
                    () -> {
                        try {
                            task.run();
                        } catch (RuntimeException e) {
                            LOG.error("a delayed task of a fake BMC failed", e);
                        }
                    },
                    delay.toNanos(),
                    TimeUnit.NANOSECONDS);
        }

        private void transmit(SocketAddress console, Bytes datagram) {
            try {
                channel.send(ByteBuffer.wrap(datagram.toArray()), console);
            } catch (ClosedChannelException e) {
                LOG.debug("a fake BMC was removed from its port while it sent a datagram");
            } catch (IOException e) {
                LOG.debug("a fake BMC cannot send to {}: datagram dropped", console, e);
            }
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
