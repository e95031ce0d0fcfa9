package org.novametal.baremetal.exchange;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What sources say about nodes, before it is compared with the inventory.
 *
 * @param nodes the nodes, in the order of the sources
 * @param findings what was found while reading them
 */
public record ImportDraft(List<DraftNode> nodes, List<Finding> findings) {
    /** Copies the lists. */
    public ImportDraft {
        nodes = List.copyOf(nodes);
        findings = List.copyOf(findings);
    }

    /** The draft of only those nodes that a condition accepts, with their findings and those that concern no node. */
    public ImportDraft only(Predicate<DraftNode> condition) {
        Set<String> refused =
                nodes.stream().filter(condition.negate()).map(DraftNode::label).collect(Collectors.toSet());
        return new ImportDraft(
                nodes.stream().filter(condition).toList(),
                findings.stream()
                        .filter(finding -> !refused.contains(finding.subject()))
                        .toList());
    }

    /**
     * This draft completed by another one, such as one with the passwords that an export lacks. Fields of the other draft
     * replace those of the same node here, found by UUID or else by name; a node that is not here is a fault.
     */
    public ImportDraft completedBy(ImportDraft other) {
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            int place = i;
            nodes.get(i).name().ifPresent(name -> places.putIfAbsent("name " + name, place));
            nodes.get(i).uuid().ifPresent(uuid -> places.putIfAbsent("uuid " + uuid, place));
        }
        List<DraftNode> all = new ArrayList<>(nodes);
        List<Finding> found = new ArrayList<>(findings);
        found.addAll(other.findings);
        for (DraftNode more : other.nodes) {
            Integer place = more.uuid().map(uuid -> places.get("uuid " + uuid)).orElse(null);
            if (place == null) {
                place = more.name().map(name -> places.get("name " + name)).orElse(null);
            }
            if (place == null || !all.get(place).isSameNodeAs(more)) {
                found.add(new Finding(Finding.Kind.FAULT, more.label(), "", "is not in what it is to complete"));
            } else {
                all.set(place, all.get(place).with(more));
            }
        }
        return new ImportDraft(all, found);
    }
}
