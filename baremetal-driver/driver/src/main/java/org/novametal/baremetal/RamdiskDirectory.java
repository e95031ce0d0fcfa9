package org.novametal.baremetal;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.novametal.agent.AgentDirectory;
import org.novametal.agent.AgentToken;
import org.novametal.agent.Heartbeat;
import org.novametal.agent.HeartbeatOutcome;
import org.novametal.agent.LookupAnswer;
import org.novametal.agent.LookupAnswer.TokenGrant;
import org.novametal.baremetal.inventory.AgentRecord;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.OperationRule.Use;
import org.novametal.baremetal.operation.OperationRules;
import org.novametal.baremetal.step.Ramdisk;
import org.novametal.baremetal.store.Store;
import org.novametal.driver.model.Secret;

/**
 * Answers requests of ramdisks from the store. A node's ramdisk is known only while a deployment or cleaning works on the
 * node.
 *
 * <p>A token is returned until the ramdisk has used it for the first time, and withheld from then on: a lookup whose answer
 * got lost, or that a dying process stored but did not send, may be repeated; later lookups do not reveal the token. Safe for
 * several threads; giving out tokens is guarded by this object.
 */
final class RamdiskDirectory implements AgentDirectory {
    private final Store store;
    private final InstantSource clock;
    private final Duration heartbeatTimeout;
    private final Consumer<UUID> onHeartbeat;
    private final SecureRandom random = new SecureRandom();

    /**
     * Makes the directory.
     *
     * @param heartbeatTimeout the longest time between two heartbeats of a ramdisk
     * @param onHeartbeat called with the node after each heartbeat is stored
     */
    RamdiskDirectory(Store store, InstantSource clock, Duration heartbeatTimeout, Consumer<UUID> onHeartbeat) {
        this.store = store;
        this.clock = clock;
        this.heartbeatTimeout = heartbeatTimeout;
        this.onHeartbeat = onHeartbeat;
    }

    @Override
    public synchronized Optional<LookupAnswer> lookup(List<String> macs, Optional<UUID> nodeUuid) {
        Optional<NodeRecord> named = nodeUuid.flatMap(store.nodes()::find);
        Optional<NodeRecord> found = macs.isEmpty() ? named : store.nodes().byMacs(macs);
        boolean agree = named.isEmpty()
                || found.isEmpty()
                || named.get().uuid().equals(found.get().uuid());
        return found.filter(_ -> agree)
                .filter(this::expectsRamdisk)
                .map(node -> new LookupAnswer(Ramdisk.node(node), grant(node), heartbeatTimeout));
    }

    private TokenGrant grant(NodeRecord node) {
        Optional<AgentRecord> known = store.agents().find(node.uuid());
        if (known.isPresent()) {
            return known.get().heartbeatAt().isPresent()
                    ? new TokenGrant.Withheld()
                    : new TokenGrant.Given(AgentToken.of(known.get().token().reveal()));
        }
        AgentToken token = AgentToken.generate(random);
        store.agents()
                .save(new AgentRecord(
                        node.uuid(),
                        Secret.of(token.reveal()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
        return new TokenGrant.Given(token);
    }

    @Override
    public HeartbeatOutcome heartbeat(UUID uuid, Heartbeat heartbeat) {
        HeartbeatOutcome outcome = note(uuid, heartbeat);
        if (outcome == HeartbeatOutcome.ACCEPTED) {
            onHeartbeat.accept(uuid);
        }
        return outcome;
    }

    private synchronized HeartbeatOutcome note(UUID uuid, Heartbeat heartbeat) {
        Optional<AgentRecord> agent = store.nodes()
                .find(uuid)
                .filter(this::expectsRamdisk)
                .flatMap(node -> store.agents().find(node.uuid()));
        if (agent.isEmpty()) {
            return HeartbeatOutcome.UNKNOWN_NODE;
        }
        AgentRecord known = agent.get();
        if (!AgentToken.of(known.token().reveal()).equals(heartbeat.token())) {
            return HeartbeatOutcome.WRONG_TOKEN;
        }
        if (known.callbackUrl().isPresent() && !known.callbackUrl().get().equals(heartbeat.callbackUrl())) {
            return HeartbeatOutcome.CALLBACK_CHANGED;
        }
        store.agents()
                .save(new AgentRecord(
                        uuid,
                        known.token(),
                        Optional.of(heartbeat.callbackUrl()),
                        // The first certificate is the one that is pinned for as long as this ramdisk runs.
                        Optional.of(known.certificate().orElse(heartbeat.certificate())),
                        Optional.of(heartbeat.agentVersion()),
                        Optional.of(clock.instant())));
        return HeartbeatOutcome.ACCEPTED;
    }

    private boolean expectsRamdisk(NodeRecord node) {
        return node.operation()
                .flatMap(store.operations()::find)
                .map(operation -> OperationRules.ALL.allows(operation, Use.RAMDISK))
                .orElse(false);
    }
}
