package org.novametal.fake;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/**
 * Makes sockets that send from one address of the loopback network, as a machine with its own address does. An address
 * outside the loopback network is not this machine's: then the system chooses.
 */
final class AddressSockets extends SocketFactory {
    private final InetAddress address;

    AddressSockets(InetAddress address) {
        this.address = address;
    }

    @Override
    public Socket createSocket() throws IOException {
        Socket socket = new Socket();
        try {
            if (address.isLoopbackAddress()) {
                socket.bind(new InetSocketAddress(address, 0));
            }
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        return createSocket(host, port);
    }

    private Socket connected(InetSocketAddress to) throws IOException {
        Socket socket = createSocket();
        try {
            socket.connect(to);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
