package org.novametal.bmc.redfish;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** A TCP port that takes connections and never says anything. */
final class SilentPort implements AutoCloseable {
    private final ServerSocketChannel listener;
    private final List<SocketChannel> callers = new ArrayList<>();

    SilentPort() {
        try {
            listener = ServerSocketChannel.open();
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            listener.configureBlocking(false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return listener.socket().getLocalPort();
    }

    /** Whether anybody connected since it was last asked. */
    boolean hasCalled() {
        try {
            SocketChannel caller = listener.accept();
            if (caller != null) {
                callers.add(caller);
            }
            return caller != null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            for (SocketChannel caller : callers) {
                caller.close();
            }
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
