package org.novametal.bmc.ipmi;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.PeerProgram;

/**
 * The reference BMC {@code goipmi-server} of go-ipmi 0.9.1 (Apache-2.0), which {@code .ci/install} puts into the user's
 * cache, in a separate network namespace. Its machine exists only in memory; the test accesses it through the interface
 * between a machine and its BMC, OpenIPMI's VM protocol on a UNIX socket. Needs root.
 */
final class GoIpmiServer {
    private static final int PORT = 623;
    private static final String PSEUDO_TERMINAL = "goipmi-server: console pty slave: ";

    private static final int CHASSIS = 0x00;
    private static final int GET_CHASSIS_STATUS = 0x01;
    private static final int CHASSIS_CONTROL = 0x02;
    private static final int GET_BOOT_OPTIONS = 0x09;
    private static final int BOOT_FLAGS = 0x05;

    private final Path directory;
    private final Process lab;
    private final PrintWriter restarts;
    private final BufferedReader output;
    private final String host;
    private PseudoTerminal serial;

    /** Starts the server in an empty directory, with one cipher suite. */
    GoIpmiServer(Path directory, BmcCredentials user, int cipherSuite) throws IOException {
        this.directory = directory;
        Path script = Files.write(
                directory.resolve("goipmi-lab.sh"),
                Objects.requireNonNull(GoIpmiServer.class.getResourceAsStream("goipmi-lab.sh"))
                        .readAllBytes());
        ProcessBuilder builder = new ProcessBuilder(
                        "unshare",
                        "-n",
                        "bash",
                        script.toString(),
                        PeerProgram.installed("go-ipmi-0.9.1/goipmi-server").toString())
                .redirectError(directory.resolve("log").toFile());
        builder.environment()
                .putAll(Map.of(
                        "GOIPMI_SERVER_PORT", String.valueOf(PORT),
                        "GOIPMI_SERVER_USER", user.username(),
                        "GOIPMI_SERVER_PASS", user.password(),
                        "GOIPMI_SERVER_CIPHER_SUITES", String.valueOf(cipherSuite),
                        "GOIPMI_SERVER_V15", "0",
                        "GOIPMI_SERVER_VM_SOCKET", machineSocket().toString(),
                        "GOIPMI_SERVER_CONSOLE", "pty"));
        lab = builder.start();
        restarts = new PrintWriter(lab.outputWriter(StandardCharsets.UTF_8), true);
        output = lab.inputReader(StandardCharsets.UTF_8);
        host = nextLine();
        serial = awaitStart();
    }

    /** The server's address. */
    String host() {
        return host;
    }

    /** The server's UDP port. */
    int port() {
        return PORT;
    }

    /** The machine's serial line. */
    PseudoTerminal serial() {
        return serial;
    }

    /** Whether the machine is on. */
    boolean isOn() {
        return (tell(CHASSIS, GET_CHASSIS_STATUS)[0] & 0x01) != 0;
    }

    /** Switches the machine, as if by its button. */
    void put(boolean on) {
        tell(CHASSIS, CHASSIS_CONTROL, on ? 0x01 : 0x00);
    }

    /** The five bytes of the boot flags. */
    byte[] bootFlags() {
        byte[] answer = tell(CHASSIS, GET_BOOT_OPTIONS, BOOT_FLAGS, 0, 0);
        return Arrays.copyOfRange(answer, 2, answer.length);
    }

    /** Restarts the server, which drops all sessions. The machine keeps its power state, but not its boot flags. */
    void restart() throws IOException {
        boolean wasOn = isOn();
        PseudoTerminal former = serial;
        restarts.println("again");
        serial = awaitStart();
        former.close();
        put(wasOn);
    }

    /** Ends the server. */
    void stop() throws InterruptedException {
        restarts.close();
        if (!lab.waitFor(5, TimeUnit.SECONDS)) {
            lab.destroyForcibly().waitFor();
        }
        serial.close();
    }

    private Path machineSocket() {
        return directory.resolve("machine.sock");
    }

    /** Waits for the line about the console, the last one that the server prints; the server listens by then. */
    private PseudoTerminal awaitStart() throws IOException {
        String line = nextLine();
        while (!line.startsWith(PSEUDO_TERMINAL)) {
            line = nextLine();
        }
        return new PseudoTerminal(Path.of(line.substring(PSEUDO_TERMINAL.length())), directory.resolve("serial.log"));
    }

    private String nextLine() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IOException("goipmi-server ended, it wrote: " + Files.readString(directory.resolve("log")));
        }
        return line;
    }

    /** Sends one request by the VM protocol; returns the data of its answer. */
    private byte[] tell(int networkFunction, int command, int... data) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(machineSocket()));
            channel.write(VmFrame.encode(networkFunction, command, data));
            ByteBuffer received = ByteBuffer.allocate(256);
            while (!VmFrame.isWhole(received)) {
                if (channel.read(received) < 0) {
                    throw new IOException("it closed the connection");
                }
            }
            return VmFrame.decode(received.flip());
        } catch (IOException e) {
            throw new IllegalStateException("goipmi-server does not answer its machine", e);
        }
    }
}
