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

/** A loopback port of UDP and of TCP that accepts datagrams and connections, but never answers. */
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

    /** Binds a port that is free in both protocols. */
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

    /** The port's number. */
    public int port() {
        return connections.socket().getLocalPort();
    }

    /** Whether a datagram or a connection arrived that no earlier call has counted. */
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
