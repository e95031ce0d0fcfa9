package org.novametal.bmc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** A loopback port of UDP and of TCP: it takes datagrams and connections, and never says anything. */
public final class SilentPort implements AutoCloseable {
    private final DatagramChannel datagrams;
    private final ServerSocketChannel connections;
    private final List<SocketChannel> callers = new ArrayList<>();

    private SilentPort(DatagramChannel datagrams, ServerSocketChannel connections) throws IOException {
        this.datagrams = datagrams;
        this.connections = connections;
        datagrams.configureBlocking(false);
        connections.configureBlocking(false);
    }

    /** Binds a number that is free in both. */
    public static SilentPort open() throws IOException {
        DatagramChannel datagrams = DatagramChannel.open();
        datagrams.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        ServerSocketChannel connections = ServerSocketChannel.open();
        try {
            connections.bind(datagrams.getLocalAddress());
        } catch (BindException isTaken) {
            datagrams.close();
            connections.close();
            return open();
        }
        return new SilentPort(datagrams, connections);
    }

    /** Its number. */
    public int port() {
        return connections.socket().getLocalPort();
    }

    /** Whether anything came that was not yet told of: a datagram, or a connection. */
    public boolean hasCalled() {
        try {
            SocketChannel caller = connections.accept();
            if (caller != null) {
                callers.add(caller);
            }
            return caller != null || datagrams.receive(ByteBuffer.allocate(2048)) != null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel caller : callers) {
            caller.close();
        }
        connections.close();
        datagrams.close();
    }
}
