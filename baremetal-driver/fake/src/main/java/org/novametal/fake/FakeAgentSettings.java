package org.novametal.fake;

import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Settings that a deploy ramdisk reads from its kernel command line and its hardware, and its limits.
 *
 * @param apiUrl the agent API, {@code ipa-api-url} of the kernel command line
 * @param address the address that the agent listens on and reports in heartbeats
 * @param port the port that it listens on; 0 takes a free one of 9999 to 10998
 * @param macs the machine's MAC addresses
 * @param diskSerial the disk's serial number, for root device hints
 * @param minimumDiskBytes the smallest disk that is accepted without root device hints
 * @param lookupPause the pause after the first refused lookup; it doubles with each further one, up to a minute
 * @param heartbeatGap the minimum time between two heartbeats, and the pause after a failed one
 * @param downloadAttempts how often the agent tries to download an image
 * @param downloadPause the pause between two such attempts
 * @param requestTimeout how long a request to the agent API or for an image may transfer no data
 * @param powerOffDelay how long after the command the machine loses power
 * @param token {@code ipa-agent-token} of the kernel command line, which a token from a lookup replaces
 * @param authorities the certificates of the CAs that the agent trusts, in PEM; if empty, it trusts none. They decide for an
 *     {@code https} API and for images
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
        Duration powerOffDelay,
        Optional<String> token,
        String authorities) {
    /** Copies the list. */
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
     * Settings with the limits of the real agent, except for one download attempt instead of ten, and any free port.
     *
     * @param apiUrl the agent API
     * @param address the agent's address
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
                Duration.ofMillis(500),
                Optional.empty(),
                "");
    }

    /** These settings with short pauses and without a minimum disk size, for a quick rack. */
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
                Duration.ofMillis(200),
                token,
                authorities);
    }

    /** These settings with a token on the kernel command line, if there is one. */
    public FakeAgentSettings withToken(Optional<String> given) {
        return with(given, authorities);
    }

    /** These settings with CAs that the agent trusts, in PEM. */
    public FakeAgentSettings withAuthorities(String pem) {
        return with(token, pem);
    }

    private FakeAgentSettings with(Optional<String> otherToken, String otherAuthorities) {
        return new FakeAgentSettings(
                apiUrl,
                address,
                port,
                macs,
                diskSerial,
                minimumDiskBytes,
                lookupPause,
                heartbeatGap,
                downloadAttempts,
                downloadPause,
                requestTimeout,
                powerOffDelay,
                otherToken,
                otherAuthorities);
    }
}
