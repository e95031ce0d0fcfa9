package org.novametal.scheduler;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.novametal.driver.config.ConfReader;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.config.SharedOptions;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.scheduler.claim.Claim;
import org.novametal.scheduler.claim.ClaimRegistry;
import org.novametal.scheduler.claim.ClaimRegistry.Reading;
import org.novametal.scheduler.claim.ClaimResult.Granted;
import org.novametal.scheduler.claim.ClaimResult.Outdated;
import org.novametal.scheduler.claim.ClaimResult.Taken;
import org.novametal.scheduler.claim.SteadyClock;
import org.novametal.scheduler.filter.FilterChain;
import org.novametal.scheduler.filter.Reason;
import org.novametal.scheduler.filter.Verdict.Mismatch;
import org.novametal.scheduler.filter.Verdict.Reject;
import org.novametal.scheduler.host.HostAttributeSource;
import org.novametal.scheduler.host.HostDemand;
import org.novametal.scheduler.host.HostSnapshot;
import org.novametal.scheduler.host.HostState;
import org.novametal.scheduler.weigh.HostRanking;
import org.novametal.scheduler.weigh.WeighedHost;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses a whole node for an instance: reads all nodes from the source of host attributes, filters out those that
 * cannot take the instance, and claims the smallest remaining node.
 *
 * <p><b>Options</b> of group {@code [baremetal]}, described in {@link SharedOptions}: {@code scheduler_claim_timeout}
 * ends the claims of instances that do not appear on their node; {@code ram_allocation_ratio} and {@code
 * reserved_host_memory_mb} are only validated, because the driver's reports already include reserved memory.
 *
 * <p><b>Threads.</b> Any number of threads may select at the same time; no two instances get the same node. No lock is
 * held while nodes are read, filtered and ranked: a claim based on outdated data is detected, and the nodes are read
 * again. Claims are kept in memory. Two host managers, or one before and after a restart, may choose the same node; the
 * driver then gives it to one of the instances and refuses the other, which must be scheduled again.
 */
public final class BaremetalHostManager implements HostManager {
    private static final Logger LOG = LoggerFactory.getLogger(BaremetalHostManager.class);
    /**
     * The maximum number of readings of the nodes for one selection; the nodes are read again only when a claim changed
     * during the reading.
     */
    private static final int READINGS = 32;

    private final HostAttributeSource source;
    private final InstantSource clock;
    private final ClaimRegistry claims;
    private final FilterChain filters = FilterChain.standard();
    private final HostRanking ranking = HostRanking.bestFit();

    /**
     * Makes a host manager whose claims last as long as configured, also when the system's clock is set meanwhile.
     *
     * @throws DriverException {@code CONFIG_INVALID} with all errors at once
     */
    public BaremetalHostManager(NovaConf conf, HostAttributeSource source) {
        this(conf, source, new SteadyClock());
    }

    /**
     * Makes a host manager.
     *
     * @param clock the clock by which claims expire
     * @throws DriverException {@code CONFIG_INVALID} with all errors at once
     */
    public BaremetalHostManager(NovaConf conf, HostAttributeSource source, InstantSource clock) {
        this.source = Objects.requireNonNull(source, "source");
        this.clock = Objects.requireNonNull(clock, "clock");
        this.claims = new ClaimRegistry(clock, claimTimeout(conf));
    }

    private static Duration claimTimeout(NovaConf conf) {
        ConfReader reader = conf.reader("baremetal");
        Duration timeout = readClaimTimeout(reader);
        reader.finish();
        return timeout;
    }

    /**
     * Reads {@code scheduler_claim_timeout}, and checks the other options, which have no effect here; the reader
     * records errors.
     */
    static Duration readClaimTimeout(ConfReader reader) {
        SharedOptions.RAM_ALLOCATION_RATIO.value(reader);
        SharedOptions.RESERVED_HOST_MEMORY_MB.value(reader);
        return SharedOptions.SCHEDULER_CLAIM_TIMEOUT.value(reader);
    }

    @Override
    public HostSnapshot snapshot() {
        return HostSnapshot.of(clock.instant(), source.read());
    }

    @Override
    public Selection select(RequestSpec request) {
        HostDemand demand = DemandReader.read(request);
        for (int reading = 1; reading < READINGS; reading++) {
            Attempt attempt = attempt(request, demand);
            if (attempt.selection().isPresent()) {
                return attempt.selection().get();
            }
            if (!attempt.outdated()) {
                throw new NoValidHostException(request, demand, attempt.refusals());
            }
        }
        Attempt last = attempt(request, demand);
        return last.selection().orElseThrow(() -> new NoValidHostException(request, demand, last.refusals()));
    }

    @Override
    public void release(InstanceId instance) {
        claims.of(instance)
                .ifPresent(claim -> LOG.info("node {}: claim of instance {} released", claim.node(), instance));
        claims.release(instance);
    }

    /** The claims as they are now, sorted by node. */
    public List<Claim> claims() {
        return claims.all();
    }

    /** The result of one reading of the nodes: a selection, or the reasons for the refusal of each node. */
    private record Attempt(Optional<Selection> selection, List<HostRefusal> refusals) {
        /** Whether reading the nodes again may find one that fits. */
        boolean outdated() {
            return refusals.stream()
                    .flatMap(refusal -> refusal.rejects().stream())
                    .anyMatch(reject -> reject.reason() == Reason.CONTENDED);
        }
    }

    private Attempt attempt(RequestSpec request, HostDemand demand) {
        Reading reading = claims.beginReading();
        HostSnapshot snapshot = snapshot();
        claims.endFulfilled(reading, snapshot);
        refuseSecondNode(request, snapshot);
        Optional<Claim> own = claims.of(request.instance());
        Map<NodeName, HostRefusal> refusals = new TreeMap<>();
        List<WeighedHost> ranked = rank(request, demand, snapshot, own, refusals);
        for (WeighedHost candidate : ranked) {
            NodeName node = candidate.host().node();
            switch (claims.reserve(reading, request.instance(), node, own)) {
                case Granted granted -> {
                    return new Attempt(Optional.of(selection(granted.claim(), candidate, ranked, refusals)), List.of());
                }
                case Taken taken -> refuse(refusals, node, List.of(claimed(taken.claim())));
                case Outdated _ -> refuse(refusals, node, List.of(contended()));
            }
        }
        return new Attempt(Optional.empty(), List.copyOf(refusals.values()));
    }

    /** The nodes that fit, the best one first; a node that the instance has claimed already comes before all others. */
    private List<WeighedHost> rank(
            RequestSpec request,
            HostDemand demand,
            HostSnapshot snapshot,
            Optional<Claim> own,
            Map<NodeName, HostRefusal> refusals) {
        Map<NodeName, Claim> claimsByNode = new TreeMap<>();
        claims.all().forEach(claim -> claimsByNode.put(claim.node(), claim));
        List<HostState> fitting = new ArrayList<>();
        for (HostState host : snapshot.hosts()) {
            List<Reject> rejects = filters.refusals(host, demand);
            Optional<Claim> other = Optional.ofNullable(claimsByNode.get(host.node()))
                    .filter(claim -> !claim.instance().equals(request.instance()));
            if (!rejects.isEmpty()) {
                refuse(refusals, host.node(), rejects);
            } else if (other.isPresent()) {
                refuse(refusals, host.node(), List.of(claimed(other.get())));
            } else {
                fitting.add(host);
            }
        }
        List<WeighedHost> ranked = new ArrayList<>(ranking.rank(fitting));
        Optional<WeighedHost> claimed = ranked.stream()
                .filter(weighed ->
                        own.map(Claim::node).equals(Optional.of(weighed.host().node())))
                .findFirst();
        claimed.ifPresent(first -> {
            ranked.remove(first);
            ranked.addFirst(first);
        });
        return ranked;
    }

    private static Selection selection(
            Claim claim, WeighedHost chosen, List<WeighedHost> ranked, Map<NodeName, HostRefusal> refusals) {
        LOG.info("node {}: free -> claimed by instance {} until {}", claim.node(), claim.instance(), claim.expires());
        List<WeighedHost> alternatives = ranked.stream()
                .filter(other -> !other.equals(chosen)
                        && !refusals.containsKey(other.host().node()))
                .toList();
        return new Selection(claim.instance(), chosen.host(), claim.expires(), alternatives);
    }

    private static void refuseSecondNode(RequestSpec request, HostSnapshot snapshot) {
        snapshot.holding(request.instance())
                .map(HostState::node)
                .filter(node -> !request.triedNodes().contains(node))
                .ifPresent(node -> {
                    throw new DriverException(
                            ErrorCode.BUILD_ABORT,
                            "instance " + request.instance() + " requests a node but is on node " + node
                                    + " already; use that node, or list it in triedNodes to get another");
                });
    }

    private static void refuse(Map<NodeName, HostRefusal> refusals, NodeName node, List<Reject> rejects) {
        refusals.put(node, new HostRefusal(node, rejects));
    }

    private static Mismatch claimed(Claim claim) {
        return new Mismatch(
                Reason.CLAIMED,
                claim.instance().toString(),
                "no claim",
                "is reserved for instance " + claim.instance() + " until " + claim.expires());
    }

    private static Mismatch contended() {
        return new Mismatch(
                Reason.CONTENDED,
                "changing",
                "no claim",
                "its claim changed during each of " + READINGS + " attempts to read the nodes; try again");
    }
}
