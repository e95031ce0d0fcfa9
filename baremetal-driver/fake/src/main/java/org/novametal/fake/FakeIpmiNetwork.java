package org.novametal.fake;

import java.net.SocketAddress;
import java.time.Duration;
import org.novametal.bmc.ipmi.codec.Bytes;

/** The network of a {@link FakeIpmiBmc}, on which it sends packets without a request. Safe for several threads. */
public interface FakeIpmiNetwork {
    /** The BMC's UDP port. */
    int port();

    /** The monotonic time, from the clock that also stamps received datagrams. */
    long nowNanos();

    /** Sends a datagram, which may get lost. */
    void send(SocketAddress console, Bytes datagram);

    /** Runs a task after a delay, on a thread that holds no lock. */
    void after(Duration delay, Runnable task);
}
