package org.novametal.scheduler;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.novametal.driver.error.MessageText;
import org.novametal.driver.model.InstanceId;
import org.novametal.scheduler.filter.Reason;
import org.novametal.scheduler.filter.Verdict.Reject;
import org.novametal.scheduler.host.HostDemand;

/**
 * No node can take the instance. {@link #refusals} contains the reasons for each node; the message counts the refused
 * nodes by reason, then describes about {@value #DETAILS} nodes in detail, so that it stays readable with thousands of
 * nodes. Names and values from flavors, images and reports are cut and escaped in it, as {@link MessageText} says.
 *
 * <p>Java serialisation keeps only the message. Source: Nova {@code nova/exception.py#NoValidHost}.
 */
public final class NoValidHostException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    /** How many refusals a message describes in detail, shared among the reasons; each reason gets at least one. */
    static final int DETAILS = 20;

    /** The longest part of a message that came from outside, in characters. */
    private static final int PART = 300;

    private final transient InstanceId instance;
    private final transient List<HostRefusal> refusals;

    /**
     * Makes the exception for a request for which all nodes were refused.
     *
     * @param refusals the refusals of all nodes, sorted by node name
     */
    NoValidHostException(RequestSpec request, HostDemand demand, List<HostRefusal> refusals) {
        super(MessageText.message(message(request, demand, refusals)));
        this.instance = request.instance();
        this.refusals = List.copyOf(refusals);
    }

    /** The number of refused nodes by reason, and some nodes in detail. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage(), "the constructor sets a message");
    }

    /** The instance. */
    public InstanceId instance() {
        return instance;
    }

    /** The refusals of all nodes, sorted by node name. */
    public List<HostRefusal> refusals() {
        return refusals;
    }

    /** The number of refused nodes by reason. A node that was refused for several reasons counts for each of them. */
    public Map<Reason, Integer> counts() {
        Map<Reason, Integer> counts = new EnumMap<>(Reason.class);
        byReason(refusals).forEach((reason, nodes) -> counts.put(reason, nodes.size()));
        return Collections.unmodifiableMap(counts);
    }

    /** The refused nodes for each reason, sorted by name, with the message for each node. */
    private static Map<Reason, SortedMap<String, String>> byReason(List<HostRefusal> refusals) {
        Map<Reason, SortedMap<String, String>> groups = new EnumMap<>(Reason.class);
        for (HostRefusal refusal : refusals) {
            for (Reject reject : refusal.rejects()) {
                groups.computeIfAbsent(reject.reason(), reason -> new TreeMap<>())
                        .put(refusal.node().value(), reject.message());
            }
        }
        return groups;
    }

    private static String message(RequestSpec request, HostDemand demand, List<HostRefusal> refusals) {
        StringBuilder text = new StringBuilder("No valid host for instance " + request.instance() + ": none of "
                + refusals.size() + " nodes can take flavor "
                + part(request.flavor().name()) + " (" + part(demand.toString()) + ")");
        if (refusals.isEmpty()) {
            return text.append("; the driver reports no node at all: enrol one").toString();
        }
        Map<Reason, SortedMap<String, String>> groups = byReason(refusals);
        String separator = "; refused: ";
        for (Map.Entry<Reason, SortedMap<String, String>> group : groups.entrySet()) {
            text.append(separator)
                    .append(group.getKey().label())
                    .append(' ')
                    .append(group.getValue().size());
            separator = ", ";
        }
        demand.forcedNode()
                .filter(forced ->
                        refusals.stream().noneMatch(refusal -> refusal.node().equals(forced)))
                .ifPresent(
                        forced -> text.append("; the driver reports no node ").append(part(forced.value())));
        int share = share(groups);
        groups.forEach((reason, nodes) -> appendDetails(text, reason, nodes, share));
        return text.toString();
    }

    /** A part that a flavor, an image or a node's report has chosen. */
    private static String part(String text) {
        return MessageText.line(text, PART);
    }

    private static int share(Map<Reason, SortedMap<String, String>> groups) {
        int all = groups.values().stream().mapToInt(Map::size).sum();
        return all <= DETAILS ? DETAILS : Math.max(1, DETAILS / groups.size());
    }

    private static void appendDetails(StringBuilder text, Reason reason, SortedMap<String, String> nodes, int share) {
        nodes.entrySet().stream()
                .limit(share)
                .forEach(node -> text.append('\n')
                        .append(part(node.getKey()))
                        .append(": ")
                        .append(reason.label())
                        .append(": ")
                        .append(part(node.getValue())));
        if (nodes.size() > share) {
            text.append('\n')
                    .append(reason.label())
                    .append(": and ")
                    .append(nodes.size() - share)
                    .append(" more nodes");
        }
    }
}
