package org.novametal.bmc.ipmi;

import java.net.InetSocketAddress;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.LegacyFrame;
import org.novametal.bmc.ipmi.codec.RmcpFrame;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One BMC's share of the {@link IpmiTransport}: where it is, and a short queue of what came from there. When the queue is
 * full, more is dropped, as a network would. The transport's thread delivers; the thread whose turn it is takes.
 */
final class IpmiLine {
    private static final Logger LOG = LoggerFactory.getLogger(IpmiLine.class);
    private static final int QUEUE_LENGTH = 16;
    private static final int NUMBER_BITS = Integer.numberOfTrailingZeros(IpmiTransport.MAXIMUM_LINES);
    /** Nothing that a BMC could answer; whoever waits looks around, and goes on. */
    private static final RmcpFrame WAKE = LegacyFrame.outsideSession(Bytes.EMPTY);

    private final IpmiTransport transport;
    private final InetSocketAddress remote;
    private final int number;
    private final ArrayBlockingQueue<RmcpFrame> queue = new ArrayBlockingQueue<>(QUEUE_LENGTH);
    private int generation;

    IpmiLine(IpmiTransport transport, InetSocketAddress remote, int number, int generation) {
        this.transport = transport;
        this.remote = remote;
        this.number = number;
        this.generation = generation;
    }

    InetSocketAddress remote() {
        return remote;
    }

    int number() {
        return number;
    }

    /** A number for a new session that leads its packets here: above the line's number one that changes, never 0. */
    int nextConsoleSessionId() {
        int id;
        do {
            generation++;
            id = generation << NUMBER_BITS | number;
        } while (id == 0);
        return id;
    }

    void send(Bytes datagram) {
        transport.send(remote, datagram);
    }

    /** Takes what came, or null when nothing does in that time. */
    @Nullable
    RmcpFrame poll(long nanos) throws InterruptedException {
        return queue.poll(nanos, TimeUnit.NANOSECONDS);
    }

    /** Drops what came while nobody asked. */
    void clear() {
        queue.clear();
    }

    /** Ends a {@link #poll} that waits. */
    void wake() {
        deliver(WAKE);
    }

    void deliver(RmcpFrame frame) {
        if (!queue.offer(frame)) {
            LOG.debug("too much at once from {}: datagram dropped", remote);
        }
    }

    void close() {
        transport.detach(this);
    }
}
