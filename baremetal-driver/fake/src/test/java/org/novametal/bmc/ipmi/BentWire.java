package org.novametal.bmc.ipmi;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.fake.FakeIpmiBmc;

/** A UDP port with a fake BMC behind it, that can be slow, and from which a test can send what it likes. */
final class BentWire implements AutoCloseable {
    private final DatagramChannel channel;
    private final FakeIpmiBmc bmc;
    private final long slownessNanos;
    private final Thread thread;
    private final AtomicReference<@Nullable SocketAddress> console = new AtomicReference<>();
    private final AtomicReference<byte[]> lastAnswer = new AtomicReference<>(new byte[0]);
    private final AtomicInteger overlapping = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();

    BentWire(InetAddress address, FakeIpmiBmc bmc, long slownessNanos) {
        this.bmc = bmc;
        this.slownessNanos = slownessNanos;
        try {
            channel = DatagramChannel.open();
            channel.bind(new InetSocketAddress(address, 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread = Thread.ofPlatform().name("bent-wire").daemon().start(this::serve);
    }

    int port() {
        try {
            return ((InetSocketAddress) channel.getLocalAddress()).getPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many requests came while another was being answered. */
    int overlapping() {
        return overlapping.get();
    }

    int requests() {
        return requests.get();
    }

    /** Sends something to the console that asked last, from the BMC's own port. */
    void send(byte[] datagram) throws IOException {
        channel.send(ByteBuffer.wrap(datagram), console());
    }

    /** What the BMC said last; empty where it has said nothing. */
    byte[] lastAnswer() {
        return lastAnswer.get().clone();
    }

    /** Where the console that asked last has its port. */
    InetSocketAddress console() {
        if (console.get() instanceof InetSocketAddress known) {
            return known;
        }
        throw new IllegalStateException("nobody has asked yet");
    }

    private void serve() {
        ByteBuffer buffer = ByteBuffer.allocate(2048);
        try {
            SocketAddress from = channel.receive(buffer);
            while (true) {
                requests.incrementAndGet();
                console.set(from);
                Bytes request = Bytes.read(buffer.flip());
                LockSupport.parkNanos(slownessNanos);
                // Whatever is there by now came before the answer to this one.
                channel.configureBlocking(false);
                SocketAddress early = channel.receive(buffer.clear());
                channel.configureBlocking(true);
                Bytes answer = bmc.receive(from, request, System.nanoTime()).orElse(null);
                if (answer != null) {
                    lastAnswer.set(answer.toArray());
                    channel.send(ByteBuffer.wrap(answer.toArray()), from);
                }
                if (early != null) {
                    overlapping.incrementAndGet();
                    from = early;
                } else {
                    from = channel.receive(buffer.clear());
                }
            }
        } catch (ClosedChannelException e) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
