package org.novametal.baremetal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.novametal.baremetal.AttacksBenchmark.Kind;

/**
 * An attacker on the provisioning network, in a separate process: attacks the HTTP service of the driver from many addresses
 * of loopback. Prints a line when the attack has begun, and ends when its standard input ends.
 *
 * <p>Arguments: the kind of attack, the port.
 */
final class AttackProgram {
    private static final String HEARTBEAT = lines(
            "POST /v1/heartbeat/99693c83-2d5b-3d7b-926e-7c3605f8fe8d HTTP/1.1",
            "Host: x",
            "Content-Type: application/json");
    private static final int CONNECT_MILLIS = 5_000;

    private final int port;

    private AttackProgram(int port) {
        this.port = port;
    }

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        AttackProgram program = new AttackProgram(Integer.parseInt(arguments[1]));
        Thread attack = Thread.ofPlatform().daemon().start(() -> program.attack(Kind.of(arguments[0])));
        while (System.in.read() >= 0) {
            // The end of the input ends the program.
        }
        attack.interrupt();
        System.exit(0);
    }

    private void attack(Kind kind) {
        try {
            switch (kind) {
                case SLOW_HEADERS -> hold(2_000, 20, "GET / HTTP/1.1\r\nHost: x\r\nX-A: ", "a");
                case SLOW_BODIES -> hold(1_000, 20, HEARTBEAT + "Content-Length: 60000\r\n\r\n", "a");
                case IDLE_CONNECTIONS -> hold(6_000, 100, "", "");
                case SLOW_DOWNLOADS -> download(600, 30);
                case HUGE_BODIES -> repeat(64, this::sendHugeBody);
                case REQUEST_FLOOD -> repeat(32, this::sendManyRequests);
                case ENDLESS_IMAGES -> serveEndlessImages();
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(kind + " failed", e);
        }
    }

    private Socket open(int address, int receiveBytes) throws IOException {
        Socket socket = new Socket();
        try {
            if (receiveBytes > 0) {
                socket.setReceiveBufferSize(receiveBytes);
            }
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 66, 0, (byte) address}), 0));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Holds that many connections: each sends the beginning, then a piece a second; one that was closed is opened again. */
    private void hold(int connections, int addresses, String beginning, String piece)
            throws IOException, InterruptedException {
        List<Socket> open = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            open.add(begin(1 + i % addresses, beginning));
        }
        System.out.println("begun");
        while (true) {
            TimeUnit.SECONDS.sleep(1);
            for (int i = 0; i < connections; i++) {
                if (!isAlive(open.get(i), piece)) {
                    open.get(i).close();
                    open.set(i, begin(1 + i % addresses, beginning));
                }
            }
        }
    }

    private Socket begin(int address, String beginning) throws IOException {
        Socket socket = open(address, 0);
        try {
            send(socket, beginning);
        } catch (SocketException e) {
            // Closed by the service at once; the next round opens another one.
        }
        return socket;
    }

    private static boolean isAlive(Socket socket, String piece) throws IOException {
        try {
            send(socket, piece);
            return socket.getInputStream().available() == 0;
        } catch (SocketException e) {
            return false;
        }
    }

    /** Requests the ramdisk on many connections and reads a few bytes of each in a second. */
    private void download(int connections, int addresses) throws IOException, InterruptedException {
        List<Socket> open = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            open.add(beginDownload(1 + i % addresses));
        }
        System.out.println("begun");
        byte[] bytes = new byte[1024];
        while (true) {
            TimeUnit.SECONDS.sleep(1);
            for (int i = 0; i < connections; i++) {
                Socket socket = open.get(i);
                try {
                    InputStream in = socket.getInputStream();
                    if (in.available() > 0 && in.read(bytes) >= 0) {
                        continue;
                    }
                } catch (SocketException e) {
                    // Cut: opened again below.
                }
                socket.close();
                open.set(i, beginDownload(1 + i % addresses));
            }
        }
    }

    private Socket beginDownload(int address) throws IOException {
        Socket socket = open(address, 4096);
        try {
            send(socket, "GET /deploy/ramdisk HTTP/1.1\r\nHost: x\r\n\r\n");
        } catch (SocketException e) {
            // Closed by the service at once; the next round opens another one.
        }
        return socket;
    }

    /** A round of an attack from an address. */
    private interface Round {
        void from(int address) throws IOException;
    }

    private static void repeat(int threads, Round round) throws InterruptedException {
        for (int i = 0; i < threads; i++) {
            int address = 1 + i;
            Thread.ofPlatform().daemon().start(() -> {
                while (true) {
                    try {
                        round.from(address);
                    } catch (IOException e) {
                        // Refused or closed: that is what the service is for.
                    }
                }
            });
        }
        TimeUnit.SECONDS.sleep(1);
        System.out.println("begun");
        Thread.currentThread().join();
    }

    /** One body of 4 MiB with its length, and one in chunks without an end. */
    private void sendHugeBody(int address) throws IOException {
        byte[] piece = new byte[64 << 10];
        try (Socket socket = open(address, 0)) {
            send(socket, HEARTBEAT + "Content-Length: 4194304\r\n\r\n");
            for (int sent = 0; sent < 4 << 20; sent += piece.length) {
                socket.getOutputStream().write(piece);
            }
        }
        try (Socket socket = open(address, 0)) {
            send(socket, HEARTBEAT + "Transfer-Encoding: chunked\r\n\r\n");
            for (int sent = 0; sent < 1024; sent++) {
                send(socket, "10000\r\n");
                socket.getOutputStream().write(piece);
                send(socket, "\r\n");
            }
        }
    }

    /** A thousand pipelined requests on a connection. */
    private void sendManyRequests(int address) throws IOException {
        String request = lines(
                "GET /v1/lookup?addresses=52:54:00:00:00:09 HTTP/1.1",
                "Host: x",
                "X-OpenStack-Ironic-API-Version: 1.68",
                "");
        try (Socket socket = open(address, 0)) {
            socket.setSoTimeout(CONNECT_MILLIS);
            send(socket, request.repeat(1000));
            byte[] answer = new byte[64 << 10];
            while (socket.getInputStream().read(answer) >= 0) {
                // The answers are of no interest.
            }
        }
    }

    /** Serves a raw image whose length is unknown and that never ends. */
    private static void serveEndlessImages() throws IOException {
        byte[] piece = new byte[1 << 20];
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            System.out.println("begun " + server.getLocalPort());
            while (true) {
                Socket socket = server.accept();
                Thread.ofPlatform().daemon().start(() -> {
                    try (socket;
                            OutputStream out = socket.getOutputStream()) {
                        out.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                        byte[] first = piece.clone();
                        first[450] = (byte) 0x83;
                        first[455] = 8;
                        first[459] = 8;
                        first[510] = 0x55;
                        first[511] = (byte) 0xAA;
                        out.write(first);
                        while (true) {
                            out.write(piece);
                        }
                    } catch (IOException e) {
                        // The driver reads no more.
                    }
                });
            }
        }
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
