package org.novametal.scheduler.claim;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.scheduler.claim.ClaimResult.Granted;
import org.novametal.scheduler.claim.ClaimResult.Outdated;
import org.novametal.scheduler.claim.ClaimResult.Taken;
import org.novametal.scheduler.host.HostSnapshot;

/**
 * All claims: at most one for each node and one for each instance. A claim ends when the driver's reports show the
 * instance on the node ({@link #endFulfilled}), when it is released, or when it expires.
 *
 * <p>Between the reading of the nodes and the claim on one of them another instance may have claimed it, been deployed
 * on it, and been removed again; the reading is then out of date. Therefore a claim refers to a reading: call {@link
 * #beginReading} first, then read the nodes, then call {@link #reserve}, which refuses a node on which any claim has
 * ended since.
 *
 * <p>Thread-safe: the monitor of this object guards the claims, which are the only mutable state of the scheduler. No
 * method blocks, except to enter the monitor.
 */
public final class ClaimRegistry {
    private final InstantSource clock;
    private final Duration limit;
    private final Map<NodeName, Made> byNode = new HashMap<>();
    private final Map<InstanceId, NodeName> byInstance = new HashMap<>();
    private final Map<NodeName, Long> ended = new HashMap<>();
    private long events;

    /** A claim, when it was made, and its number among all events: claims that were made or ended. */
    private record Made(Claim claim, Instant time, long event) {}

    /**
     * The beginning of a reading of the nodes.
     *
     * @param event how many claims were made or ended before the reading
     */
    public record Reading(long event) {}

    /**
     * Makes a registry without claims.
     *
     * @param clock the clock by which claims expire; a {@link SteadyClock}, or a clock that is never set
     * @param limit how long a claim lasts at most; positive
     */
    public ClaimRegistry(InstantSource clock, Duration limit) {
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("the limit of a claim is " + limit + "; it must be positive");
        }
        this.clock = Objects.requireNonNull(clock, "clock");
        this.limit = limit;
    }

    /** Marks the beginning of a reading; call it before the nodes are read. */
    public synchronized Reading beginReading() {
        expire();
        return new Reading(events);
    }

    /** Ends the claims that were made before the reading and whose instances are on their nodes in the snapshot. */
    public synchronized void endFulfilled(Reading reading, HostSnapshot snapshot) {
        List<Claim> fulfilled = byNode.values().stream()
                .filter(made -> made.event() <= reading.event())
                .map(Made::claim)
                .filter(claim -> snapshot.host(claim.node())
                        .flatMap(host -> host.instance())
                        .equals(Optional.of(claim.instance())))
                .toList();
        fulfilled.forEach(this::end);
        ended.entrySet()
                .removeIf(end -> end.getValue() <= reading.event()
                        && snapshot.host(end.getKey()).isEmpty());
    }

    /** The instance's claim, if it has one. */
    public synchronized Optional<Claim> of(InstanceId instance) {
        expire();
        return Optional.ofNullable(byInstance.get(instance)).map(byNode::get).map(Made::claim);
    }

    /** All claims, sorted by node. */
    public synchronized List<Claim> all() {
        expire();
        return byNode.values().stream()
                .map(Made::claim)
                .sorted(Comparator.comparing(Claim::node))
                .toList();
    }

    /**
     * Claims a node for an instance; the claim replaces the instance's former one. Idempotent: a node that the instance
     * has claimed already is granted again, with a new expiry time.
     *
     * @param before the instance's claim when the caller last read it
     */
    public synchronized ClaimResult reserve(
            Reading reading, InstanceId instance, NodeName node, Optional<Claim> before) {
        expire();
        Made present = byNode.get(node);
        if (present != null && !present.claim().instance().equals(instance)) {
            return new Taken(present.claim());
        }
        Optional<NodeName> own = Optional.ofNullable(byInstance.get(instance));
        boolean known = own.equals(before.map(Claim::node));
        if (!known || ended.getOrDefault(node, 0L) > reading.event()) {
            return new Outdated();
        }
        own.filter(other -> !other.equals(node)).ifPresent(other -> release(instance));
        Instant now = clock.instant();
        Claim claim = new Claim(instance, node, now.plus(limit));
        byNode.put(node, new Made(claim, now, ++events));
        byInstance.put(instance, node);
        return new Granted(claim);
    }

    /** Ends the instance's claim. Idempotent: without a claim nothing happens. */
    public synchronized void release(InstanceId instance) {
        Optional.ofNullable(byInstance.get(instance))
                .map(byNode::get)
                .map(Made::claim)
                .ifPresent(this::end);
    }

    /** Ends claims whose time is over, and those of a clock that was set back by more than the limit. */
    private void expire() {
        Instant now = clock.instant();
        List<Claim> over = byNode.values().stream()
                .filter(made -> !now.isBefore(made.claim().expires())
                        || now.isBefore(made.time().minus(limit)))
                .map(Made::claim)
                .toList();
        over.forEach(this::end);
    }

    private void end(Claim claim) {
        byNode.remove(claim.node());
        byInstance.remove(claim.instance());
        ended.put(claim.node(), ++events);
    }
}
