package org.novametal.examples.computehost;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to systemd: reports that the process is ready, alive or stopping, by datagrams to the socket in {@code
 * NOTIFY_SOCKET}. Does nothing where that variable is not set. A failed report is logged and ends nothing.
 *
 * <p>Java has no datagram sockets of the UNIX domain, so libc's {@code socket}, {@code sendto} and {@code close} are called.
 * Source: {@code sd_notify(3)}, {@code sd_watchdog_enabled(3)}, {@code unix(7)}.
 *
 * <p>Immutable.
 */
final class ServiceManager {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 02000000;
    private static final int MSG_NOSIGNAL_DONTWAIT = 0x4000 | 0x40;
    private static final int MAX_PATH_BYTES = 107;

    private final Optional<String> socket;
    private final Optional<Duration> watchdog;

    private ServiceManager(Optional<String> socket, Optional<Duration> watchdog) {
        this.socket = socket;
        this.watchdog = watchdog;
    }

    /**
     * Reads the variables of the environment.
     *
     * @param processId the id of this process; a watchdog for another process is ignored
     */
    static ServiceManager of(Map<String, String> environment, long processId) {
        Optional<String> socket =
                Optional.ofNullable(environment.get("NOTIFY_SOCKET")).filter(path -> !path.isEmpty());
        boolean ours = Optional.ofNullable(environment.get("WATCHDOG_PID"))
                .map(Long.toString(processId)::equals)
                .orElse(true);
        Optional<Duration> watchdog = Optional.ofNullable(environment.get("WATCHDOG_USEC"))
                .filter(text -> ours && text.matches("[1-9][0-9]{0,17}"))
                .map(text -> Duration.ofNanos(Math.multiplyExact(Long.parseLong(text) / 1_000, 1_000_000L)))
                .filter(Duration::isPositive);
        return new ServiceManager(socket, watchdog);
    }

    /** How often {@link #alive} must be called: half of the time after which systemd would end the process. */
    Optional<Duration> watchdogInterval() {
        return socket.isPresent() ? watchdog.map(time -> time.dividedBy(2)) : Optional.empty();
    }

    /** Reports that the process has started, with a line for {@code systemctl status}. */
    void ready(String status) {
        send("READY=1\nSTATUS=" + status);
    }

    /** Reports that the process works. */
    void alive() {
        send("WATCHDOG=1");
    }

    /** Reports that the process stops. */
    void stopping() {
        send("STOPPING=1\nSTATUS=stopping");
    }

    private void send(String message) {
        if (socket.isEmpty()) {
            return;
        }
        try {
            Libc.send(address(socket.get()), message.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            LOG.warn("systemd could not be reached at {}: {}", socket.get(), e.getMessage());
        }
    }

    /** The bytes of a {@code sockaddr_un} after the family; an abstract name begins with a zero byte. */
    private static byte[] address(String path) throws IOException {
        boolean isAbstract = path.startsWith("@");
        byte[] name = (isAbstract ? "\0" + path.substring(1) : path + "\0").getBytes(StandardCharsets.UTF_8);
        if (!(isAbstract || path.startsWith("/")) || name.length > MAX_PATH_BYTES + 1) {
            throw new IOException("NOTIFY_SOCKET is neither a path nor an abstract name of at most 107 bytes");
        }
        return name;
    }

    /** The functions of libc. */
    private static final class Libc {
        private static final MemoryLayout ERRNO = Linker.Option.captureStateLayout();
        private static final VarHandle ERRNO_VALUE = ERRNO.varHandle(MemoryLayout.PathElement.groupElement("errno"));
        private static final MethodHandle SOCKET = function(
                "socket",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        private static final MethodHandle SENDTO = function(
                "sendto",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_INT));
        private static final MethodHandle CLOSE =
                function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

        private Libc() {}

        @SuppressWarnings("restricted") // the launchers enable native access
        private static MethodHandle function(String name, FunctionDescriptor type) {
            Linker linker = Linker.nativeLinker();
            SymbolLookup libc = linker.defaultLookup();
            return linker.downcallHandle(libc.findOrThrow(name), type, Linker.Option.captureCallState("errno"));
        }

        static void send(byte[] name, byte[] message) throws IOException {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment state = arena.allocate(ERRNO);
                int fd = (int) SOCKET.invokeExact(state, AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
                if (fd < 0) {
                    throw failed("socket", state);
                }
                try {
                    MemorySegment address = arena.allocate(2L + name.length, 2);
                    address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
                    MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, 2, name.length);
                    MemorySegment text = arena.allocateFrom(ValueLayout.JAVA_BYTE, message);
                    long sent = (long) SENDTO.invokeExact(
                            state, fd, text, (long) message.length, MSG_NOSIGNAL_DONTWAIT, address, (int)
                                    address.byteSize());
                    if (sent < 0) {
                        throw failed("sendto", state);
                    }
                } finally {
                    int _ = (int) CLOSE.invokeExact(state, fd);
                }
            } catch (IOException | RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IOException(e);
            }
        }

        private static IOException failed(String call, MemorySegment state) {
            return new IOException(call + " failed with errno " + (int) ERRNO_VALUE.get(state, 0L));
        }
    }
}
