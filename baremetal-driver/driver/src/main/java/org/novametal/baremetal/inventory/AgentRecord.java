package org.novametal.baremetal.inventory;

import java.net.InetAddress;
import java.net.URI;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.novametal.driver.model.Secret;

/**
 * The stored record of the deploy ramdisk that boots or runs on a node: it begins when the node's boot script is delivered.
 *
 * @param node the node's UUID
 * @param token the token that agent and driver share; each delivery of the boot script makes a new one
 * @param address the address that the boot script was delivered to; absent in records of programs that gave the token to
 *     anybody who asked for it
 * @param deliveries how often the boot script was delivered since the node's last power-on
 * @param imageSecret the part of the image's URL that only the agent knows; absent where the address is
 * @param intrusion what somebody else than this ramdisk did, if anything: the token is void then
 * @param callbackUrl the URL for commands to the agent; absent until its first heartbeat
 * @param certificate the agent's certificate, PEM; absent until its first heartbeat
 * @param agentVersion the agent's version; absent until its first heartbeat
 * @param heartbeatAt the time of the agent's last heartbeat; absent until its first heartbeat
 */
public record AgentRecord(
        UUID node,
        Secret token,
        Optional<InetAddress> address,
        int deliveries,
        Optional<Secret> imageSecret,
        Optional<String> intrusion,
        Optional<URI> callbackUrl,
        Optional<String> certificate,
        Optional<String> agentVersion,
        Optional<Instant> heartbeatAt) {
    /** Checks that nothing is null. */
    public AgentRecord {
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(token, "token");
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(imageSecret, "imageSecret");
        Objects.requireNonNull(intrusion, "intrusion");
        Objects.requireNonNull(callbackUrl, "callbackUrl");
        Objects.requireNonNull(certificate, "certificate");
        Objects.requireNonNull(agentVersion, "agentVersion");
        Objects.requireNonNull(heartbeatAt, "heartbeatAt");
    }

    /**
     * The record of a ramdisk whose boot script is being delivered.
     *
     * @param deliveries how often it was delivered, this time included
     */
    public static AgentRecord delivered(
            UUID node, Secret token, InetAddress address, int deliveries, Secret imageSecret) {
        return new AgentRecord(
                node,
                token,
                Optional.of(address),
                deliveries,
                Optional.of(imageSecret),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** This record after a heartbeat. */
    public AgentRecord alive(URI callbackUrl, String certificate, String agentVersion, Instant now) {
        return new AgentRecord(
                node,
                token,
                address,
                deliveries,
                imageSecret,
                intrusion,
                Optional.of(callbackUrl),
                Optional.of(certificate),
                Optional.of(agentVersion),
                Optional.of(now));
    }

    /**
     * This record after an intrusion.
     *
     * @param unknown a token that nobody was given, in place of the one that may be known
     * @param what what was done, by whom
     */
    public AgentRecord intruded(Secret unknown, String what) {
        return new AgentRecord(
                node,
                unknown,
                address,
                deliveries,
                imageSecret,
                Optional.of(what),
                callbackUrl,
                certificate,
                agentVersion,
                heartbeatAt);
    }

    @Override
    public String toString() {
        return "AgentRecord[" + node + ", " + address + ", " + callbackUrl + "]";
    }
}
