package org.novametal.fake;

import java.net.SocketAddress;
import java.time.Duration;
import org.novametal.bmc.ipmi.codec.Bytes;

/** What a {@link FakeIpmiBmc} needs of its network to speak unasked. Safe for several threads. */
public interface FakeIpmiNetwork {
    /** The UDP port that the BMC is on. */
    int port();

    /** The time, monotonic: the same clock as that of what is received. */
    long nowNanos();

    /** Sends a datagram, or loses it. */
    void send(SocketAddress console, Bytes datagram);

    /** Runs something later, on a thread that holds no lock. */
    void after(Duration delay, Runnable task);
}
