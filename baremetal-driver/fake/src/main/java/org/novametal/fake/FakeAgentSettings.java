package org.novametal.fake;

import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * What a deploy ramdisk learns from its kernel line and its hardware, and its limits.
 *
 * @param apiUrl the agent API, {@code ipa-api-url} of the kernel line
 * @param address the address that the agent listens on and calls itself by
 * @param port the port that it listens on; 0 takes any free one
 * @param macs the machine's MAC addresses
 * @param diskSerial the disk's serial number, for root device hints
 * @param minimumDiskBytes the smallest disk that is taken without a hint
 * @param lookupPause the first pause after a refused lookup; the next ones double, up to a minute
 * @param heartbeatGap the least time between two heartbeats, and the pause after a failed one
 * @param downloadAttempts how often the agent tries to download an image
 * @param downloadPause the pause between two such attempts
 * @param requestTimeout how long a request to the agent API or for an image may stand still
 * @param powerOffDelay how long after the command the machine loses power
 */
public record FakeAgentSettings(
        URI apiUrl,
        InetAddress address,
        int port,
        List<String> macs,
        String diskSerial,
        long minimumDiskBytes,
        Duration lookupPause,
        Duration heartbeatGap,
        int downloadAttempts,
        Duration downloadPause,
        Duration requestTimeout,
        Duration powerOffDelay) {
    /** Copies the list in. */
    public FakeAgentSettings {
        macs = List.copyOf(macs);
        if (apiUrl.getHost() == null || !List.of("http", "https").contains(String.valueOf(apiUrl.getScheme()))) {
            throw new IllegalArgumentException("the agent API is at http://… or https://…, not at " + apiUrl);
        }
        if (macs.isEmpty() || downloadAttempts < 1) {
            throw new IllegalArgumentException("an agent needs a MAC address and at least one download attempt: " + macs
                    + ", " + downloadAttempts);
        }
    }

    /**
     * The limits of the real agent, but for one download attempt instead of ten and any free port.
     *
     * @param apiUrl the agent API
     * @param address the agent's own address
     * @param macs the machine's MAC addresses
     */
    public static FakeAgentSettings of(URI apiUrl, InetAddress address, List<String> macs) {
        return new FakeAgentSettings(
                apiUrl,
                address,
                0,
                macs,
                "FAKEDISK1",
                4L << 30,
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                1,
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Duration.ofMillis(500));
    }

    /** The same for a rack that should be quick: short pauses, and disks of any size. */
    public FakeAgentSettings hurried() {
        return new FakeAgentSettings(
                apiUrl,
                address,
                port,
                macs,
                diskSerial,
                512,
                Duration.ofMillis(100),
                Duration.ofMillis(200),
                downloadAttempts,
                Duration.ofMillis(200),
                requestTimeout,
                Duration.ofMillis(200));
    }
}
