package org.novametal.scheduler.filter;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.novametal.driver.placement.Trait;
import org.novametal.scheduler.filter.Verdict.Mismatch;
import org.novametal.scheduler.filter.Verdict.Pass;
import org.novametal.scheduler.host.HostDemand;
import org.novametal.scheduler.host.HostState;

/** Passes the nodes that have every trait required and none forbidden. */
public final class TraitFilter implements HostFilter {
    @Override
    public Verdict filter(HostState host, HostDemand demand) {
        List<Trait> missing = demand.requiredTraits().stream()
                .filter(trait -> !host.traits().contains(trait))
                .toList();
        if (!missing.isEmpty()) {
            int required = demand.requiredTraits().size();
            return new Mismatch(
                    Reason.TRAIT_MISSING,
                    joined(host.traits()),
                    joined(demand.requiredTraits()),
                    "has " + (required - missing.size()) + " of " + required + " traits required, lacks "
                            + joined(missing));
        }
        List<Trait> unwanted = demand.forbiddenTraits().stream()
                .filter(host.traits()::contains)
                .toList();
        if (!unwanted.isEmpty()) {
            return new Mismatch(
                    Reason.TRAIT_FORBIDDEN,
                    joined(host.traits()),
                    "none of " + joined(demand.forbiddenTraits()),
                    "has " + unwanted.size() + " of " + demand.forbiddenTraits().size() + " traits forbidden: "
                            + joined(unwanted));
        }
        return new Pass();
    }

    private static String joined(Collection<Trait> traits) {
        return traits.stream().sorted().map(Trait::name).collect(Collectors.joining(", "));
    }
}
