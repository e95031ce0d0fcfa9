package org.novametal.baremetal;

import com.google.common.util.concurrent.Striped;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.novametal.agent.AgentDirectory;
import org.novametal.agent.AgentToken;
import org.novametal.agent.Heartbeat;
import org.novametal.agent.HeartbeatOutcome;
import org.novametal.agent.LookupAnswer;
import org.novametal.agent.LookupAnswer.TokenGrant;
import org.novametal.baremetal.inventory.AgentRecord;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.PortRecord;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationRule.Use;
import org.novametal.baremetal.operation.OperationRules;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.step.Ramdisk;
import org.novametal.baremetal.step.boot.DiskBoot;
import org.novametal.baremetal.step.deploy.ReadyImage;
import org.novametal.baremetal.store.Store;
import org.novametal.dhcp.LeaseFile;
import org.novametal.driver.model.Secret;
import org.novametal.http.RefusalLog;
import org.novametal.http.RepeatLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides who is a node's deploy ramdisk: who gets the node's boot script with the agent token, whose lookups and heartbeats
 * are accepted, and who gets the image. Nobody on the provisioning network is believed.
 *
 * <ul>
 *   <li>The boot script of a node goes only to an address that DHCP leased to the MAC that asks, while an operation that uses
 *       a ramdisk runs on the node. Each delivery makes a new token, which supersedes the one before; until the first
 *       heartbeat there may be {@value #MAX_DELIVERIES} deliveries.
 *   <li>From the first delivery on, a request from an address that is neither that of the delivery nor leased to one of the
 *       node's MACs is an intrusion, and so are a wrong token, another callback URL or certificate than before, and a request
 *       for the script while the ramdisk runs. An intrusion makes the token void; the step that needs the ramdisk boots the
 *       machine again ({@link org.novametal.baremetal.step.OnRamdisk}). Until the next delivery, further requests get nothing
 *       and count for nothing, so that each boot counts one intrusion at most.
 *   <li>Before the first delivery nobody has a token, so nothing can be taken: requests are refused, logged, and not counted.
 *       Otherwise anybody could end an operation before its machine is even on.
 * </ul>
 *
 * <p>Safe for several threads: the record of a node's ramdisk changes under one lock for the node.
 */
final class RamdiskDirectory implements AgentDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(RamdiskDirectory.class);

    /** How often a boot script is delivered before the ramdisk's first heartbeat: iPXE repeats what fails. */
    static final int MAX_DELIVERIES = 5;

    private final Store store;
    private final InstantSource clock;
    private final Settings settings;
    private final Consumer<UUID> onChange;
    private final RefusalLog refusals = new RefusalLog(LOG);
    private final RepeatLog repeats = new RepeatLog(LOG);
    private final SecureRandom random = new SecureRandom();

    /** A lock for each node, which exists while it is used: the greatest number keeps nodes from sharing one. */
    private final Striped<Lock> locks = Striped.lazyWeakLock(Integer.MAX_VALUE);

    /**
     * The settings of the directory.
     *
     * @param rules which operations use a ramdisk or an image
     * @param leases the leases of the DHCP server on the provisioning network
     * @param heartbeatTimeout the longest time between two heartbeats of a ramdisk
     * @param lookup what the answer to a lookup contains
     */
    record Settings(OperationRules rules, LeaseFile leases, Duration heartbeatTimeout, LookupToken lookup) {}

    /** Whether the answer to a lookup contains the token. */
    enum LookupToken {
        /** Never: the agent reads it from its kernel line. */
        NEVER,
        /** Until the first heartbeat, for agents that do not know the kernel parameter. */
        UNTIL_HEARTBEAT
    }

    /** The answer to a machine that asks for its boot script. */
    sealed interface Delivery {
        /** The machine is to boot the ramdisk, with this token. */
        record Given(AgentToken token) implements Delivery {}

        /** No operation needs a ramdisk on that machine. */
        record NothingToBoot() implements Delivery {}

        /** The script is not given out, to this sender or now. */
        record Refused() implements Delivery {}
    }

    /**
     * Makes the directory.
     *
     * @param onChange called with the node after each heartbeat, and each intrusion, is stored
     */
    RamdiskDirectory(Store store, InstantSource clock, Settings settings, Consumer<UUID> onChange) {
        this.store = store;
        this.clock = clock;
        this.settings = settings;
        this.onChange = onChange;
    }

    // ---- the boot script

    /**
     * Answers a machine that asks for its boot script.
     *
     * @param mac the MAC that it names, lower case with colons
     * @param from the address that it asks from
     */
    Delivery deliverScript(String mac, InetAddress from) {
        InetAddress sender = plain(from);
        Optional<NodeRecord> node = store.nodes().byMacs(List.of(mac));
        if (node.isEmpty()) {
            refusals.warn(
                    "boot script for {} requested by {}: no node has that MAC; nothing to boot", mac, text(sender));
            return new Delivery.NothingToBoot();
        }
        if (!bootsFrom(node.get(), mac)) {
            refusals.warn(
                    "boot script of node {} requested by {}: the node does not boot from its port {} (pxe_enabled);"
                            + " nothing to boot",
                    node.get().name(),
                    text(sender),
                    mac);
            return new Delivery.NothingToBoot();
        }
        return locked(node.get().uuid(), () -> deliverScript(node.get(), mac, sender));
    }

    private boolean bootsFrom(NodeRecord node, String mac) {
        return store.nodes().ports(node.uuid()).stream()
                .anyMatch(port -> port.isPxeEnabled() && port.mac().equals(mac));
    }

    private Delivery deliverScript(NodeRecord node, String mac, InetAddress sender) {
        Optional<OperationRecord> operation = ramdiskOperation(node);
        if (operation.isEmpty() || DiskBoot.isSet(operation.get().memory())) {
            repeats.info(
                    "script " + node.uuid(),
                    "boot script of node " + node.name() + " requested by " + text(sender) + ": nothing to boot");
            return new Delivery.NothingToBoot();
        }
        Optional<AgentRecord> known = store.agents().find(node.uuid());
        if (known.flatMap(AgentRecord::intrusion).isPresent()) {
            return refused(node, sender, "its machine is about to be booted again after an intrusion");
        }
        Set<InetAddress> leased = settings.leases().addressesOf(mac, clock.instant());
        if (!leased.contains(sender)) {
            if (known.isPresent() && !isOwn(node, known.get(), sender)) {
                return intruded(node, known.get(), sender, "requested the boot script", new Delivery.Refused());
            }
            return refused(
                    node,
                    sender,
                    leased.isEmpty()
                            ? "the lease file " + settings.leases().path() + " has no lease of " + mac
                                    + " (option dhcp_lease_file)"
                            : mac + " has the address "
                                    + leased.stream()
                                            .map(InetAddress::getHostAddress)
                                            .toList());
        }
        if (known.flatMap(AgentRecord::heartbeatAt).isPresent()) {
            return intruded(
                    node,
                    known.get(),
                    sender,
                    "requested the boot script while the ramdisk runs",
                    new Delivery.Refused());
        }
        int deliveries = known.map(AgentRecord::deliveries).orElse(0) + 1;
        if (deliveries > MAX_DELIVERIES) {
            return refused(
                    node, sender, "it was delivered " + MAX_DELIVERIES + " times since the machine was switched on");
        }
        Secret token = newSecret();
        store.agents().save(AgentRecord.delivered(node.uuid(), token, sender, deliveries, newSecret()));
        LOG.info(
                "boot script of node {} delivered to {} (delivery {} of at most {})",
                node.name(),
                text(sender),
                deliveries,
                MAX_DELIVERIES);
        return new Delivery.Given(AgentToken.of(token.reveal()));
    }

    private Delivery refused(NodeRecord node, InetAddress sender, String why) {
        refusals.warn("boot script of node {} refused to {}: {}", node.name(), text(sender), why);
        return new Delivery.Refused();
    }

    // ---- the agent

    @Override
    public Optional<LookupAnswer> lookup(InetAddress from, List<String> macs, Optional<UUID> nodeUuid) {
        InetAddress sender = plain(from);
        Optional<NodeRecord> named = nodeUuid.flatMap(store.nodes()::find);
        Optional<NodeRecord> found = macs.isEmpty() ? named : store.nodes().byMacs(macs);
        boolean agree = named.isEmpty()
                || found.isEmpty()
                || named.get().uuid().equals(found.get().uuid());
        return found.filter(_ -> agree)
                .filter(node -> ramdiskOperation(node).isPresent())
                .flatMap(node -> locked(node.uuid(), () -> lookup(node, sender)));
    }

    private Optional<LookupAnswer> lookup(NodeRecord node, InetAddress sender) {
        Optional<AgentRecord> known = store.agents().find(node.uuid());
        if (known.isEmpty()) {
            // No token exists: what is said here is the name of the node, and nothing of its hardware.
            repeats.info(
                    "early lookup " + node.uuid(),
                    "lookup of node " + node.name() + " by " + text(sender) + " before its boot script was delivered");
            return Optional.of(
                    new LookupAnswer(Ramdisk.nameOnly(node), new TokenGrant.Withheld(), settings.heartbeatTimeout()));
        }
        AgentRecord agent = known.get();
        if (agent.intrusion().isPresent()) {
            refusals.warn("lookup of node {} by {} refused after an intrusion", node.name(), text(sender));
            return Optional.empty();
        }
        if (!isOwn(node, agent, sender)) {
            return intruded(node, agent, sender, "looked the node up", Optional.empty());
        }
        repeats.info("lookup " + node.uuid(), "lookup of node " + node.name() + " by " + text(sender));
        boolean given = settings.lookup() == LookupToken.UNTIL_HEARTBEAT
                && agent.heartbeatAt().isEmpty();
        TokenGrant grant =
                given ? new TokenGrant.Given(AgentToken.of(agent.token().reveal())) : new TokenGrant.Withheld();
        return Optional.of(new LookupAnswer(Ramdisk.node(node), grant, settings.heartbeatTimeout()));
    }

    @Override
    public HeartbeatOutcome heartbeat(InetAddress from, UUID uuid, Heartbeat heartbeat) {
        InetAddress sender = plain(from);
        HeartbeatOutcome outcome = store.nodes()
                .find(uuid)
                .filter(node -> ramdiskOperation(node).isPresent())
                .map(node -> locked(uuid, () -> heartbeat(node, sender, heartbeat)))
                .orElse(HeartbeatOutcome.UNKNOWN_NODE);
        switch (outcome) {
            case ACCEPTED -> onChange.accept(uuid);
            case UNKNOWN_NODE ->
                refusals.warn(
                        "heartbeat for node {} from {} refused: no ramdisk is expected there", uuid, text(sender));
            case WRONG_TOKEN, CALLBACK_CHANGED, LOCKED -> {
                // Logged where the reason is known.
            }
        }
        return outcome;
    }

    private HeartbeatOutcome heartbeat(NodeRecord node, InetAddress sender, Heartbeat heartbeat) {
        Optional<AgentRecord> found = store.agents().find(node.uuid());
        if (found.isEmpty()) {
            return HeartbeatOutcome.UNKNOWN_NODE;
        }
        AgentRecord agent = found.get();
        if (agent.intrusion().isPresent()) {
            refusals.warn("heartbeat for node {} from {} refused after an intrusion", node.name(), text(sender));
            return HeartbeatOutcome.WRONG_TOKEN;
        }
        if (!isOwn(node, agent, sender)) {
            return intruded(node, agent, sender, "sent a heartbeat", HeartbeatOutcome.WRONG_TOKEN);
        }
        if (!AgentToken.of(agent.token().reveal()).equals(heartbeat.token())) {
            return intruded(
                    node,
                    agent,
                    sender,
                    "sent a heartbeat with a wrong or superseded token",
                    HeartbeatOutcome.WRONG_TOKEN);
        }
        if (agent.callbackUrl()
                .filter(url -> !url.equals(heartbeat.callbackUrl()))
                .isPresent()) {
            return intruded(
                    node,
                    agent,
                    sender,
                    "sent a heartbeat with another callback URL",
                    HeartbeatOutcome.CALLBACK_CHANGED);
        }
        if (agent.certificate()
                .filter(pem -> !pem.equals(heartbeat.certificate()))
                .isPresent()) {
            return intruded(
                    node,
                    agent,
                    sender,
                    "sent a heartbeat with another certificate",
                    HeartbeatOutcome.CALLBACK_CHANGED);
        }
        if (agent.heartbeatAt().isEmpty()) {
            LOG.info("the ramdisk of node {} sent its first heartbeat from {}", node.name(), text(sender));
        }
        store.agents()
                .save(agent.alive(
                        heartbeat.callbackUrl(), heartbeat.certificate(), heartbeat.agentVersion(), clock.instant()));
        return HeartbeatOutcome.ACCEPTED;
    }

    // ---- the image

    /**
     * The image that is being written to a node, for its ramdisk only.
     *
     * @param secret the part of the URL that was sent to the ramdisk
     */
    Optional<Path> image(UUID uuid, String secret, InetAddress from) {
        InetAddress sender = plain(from);
        Optional<NodeRecord> node = store.nodes().find(uuid);
        Optional<Path> image = node.flatMap(found -> ramdiskOperation(found)
                .filter(operation -> settings.rules().allows(operation, Use.IMAGE))
                .filter(_ -> mayReadImage(found, secret, sender))
                .flatMap(operation -> ReadyImage.from(operation.memory()))
                .map(ReadyImage::file));
        if (image.isPresent()) {
            repeats.info("image " + uuid, "image of node " + uuid + " sent to " + text(sender));
        } else {
            refusals.warn("image of node {} refused to {}", uuid, text(sender));
        }
        return image;
    }

    private boolean mayReadImage(NodeRecord node, String secret, InetAddress sender) {
        return store.agents()
                .find(node.uuid())
                .filter(agent -> agent.intrusion().isEmpty())
                .filter(agent -> agent.imageSecret()
                        .filter(known -> MessageDigest.isEqual(
                                known.reveal().getBytes(StandardCharsets.UTF_8),
                                secret.getBytes(StandardCharsets.UTF_8)))
                        .isPresent())
                .filter(agent -> isOwn(node, agent, sender))
                .isPresent();
    }

    // ---- shared

    /**
     * Whether an address is the ramdisk's: its boot script went there, or DHCP leased it to one of the node's MACs. A ramdisk
     * may use another interface, or get another address, than the firmware that booted it.
     */
    private boolean isOwn(NodeRecord node, AgentRecord agent, InetAddress sender) {
        return agent.address().filter(sender::equals).isPresent() || isLeasedTo(node, sender);
    }

    private boolean isLeasedTo(NodeRecord node, InetAddress address) {
        Set<String> macs =
                store.nodes().ports(node.uuid()).stream().map(PortRecord::mac).collect(Collectors.toUnmodifiableSet());
        Instant now = clock.instant();
        return settings.leases().leasesOf(address).stream()
                .filter(lease -> lease.holdsAt(now))
                .anyMatch(lease -> macs.contains(lease.mac()));
    }

    /** Records an intrusion, wakes the node's operation, and returns the answer. */
    private <T> T intruded(NodeRecord node, AgentRecord agent, InetAddress sender, String did, T answer) {
        String what = text(sender) + " " + did + "; the boot script went to "
                + agent.address().map(RamdiskDirectory::text).orElse("an unknown address");
        LOG.warn(
                "intrusion at node {}: {}. Its agent token is void, and its machine is booted again if it still needs its"
                        + " ramdisk",
                node.name(),
                what);
        store.agents().save(agent.intruded(newSecret(), what));
        onChange.accept(node.uuid());
        return answer;
    }

    private Secret newSecret() {
        return Secret.of(AgentToken.generate(random).reveal());
    }

    /** Without a zone: addresses are compared and stored. */
    private static InetAddress plain(InetAddress address) {
        try {
            return InetAddress.getByAddress(address.getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of an impossible length: " + address, e);
        }
    }

    private static String text(InetAddress address) {
        return address.getHostAddress();
    }

    /** The operation that uses a ramdisk on the node now. */
    private Optional<OperationRecord> ramdiskOperation(NodeRecord node) {
        return node.operation()
                .flatMap(store.operations()::find)
                .filter(operation -> operation.status() == OperationStatus.RUNNING)
                .filter(operation -> settings.rules().allows(operation, Use.RAMDISK));
    }

    private <T> T locked(UUID node, Supplier<T> action) {
        Lock lock = locks.get(node);
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
