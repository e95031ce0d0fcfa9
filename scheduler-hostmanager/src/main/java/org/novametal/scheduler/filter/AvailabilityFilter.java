package org.novametal.scheduler.filter;

import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.novametal.driver.model.AvailableResource.Availability;
import org.novametal.scheduler.filter.Verdict.Mismatch;
import org.novametal.scheduler.filter.Verdict.Pass;
import org.novametal.scheduler.host.HostDemand;
import org.novametal.scheduler.host.HostState;
import org.novametal.scheduler.host.HostState.Capacity;

/** Passes the nodes that are free: they have no instance, no operation works on them, and they are usable. */
public final class AvailabilityFilter implements HostFilter {
    @Override
    public Verdict filter(HostState host, HostDemand demand) {
        if (host.instance().isPresent()) {
            return refuse(Reason.IN_USE, host, "instance " + host.instance().get() + " is on it");
        }
        return switch (host.availability()) {
            case FREE -> new Pass();
            case IN_USE -> refuse(Reason.IN_USE, host, "an instance is being deployed on it or removed from it");
            case UNAVAILABLE -> refuse(Reason.UNAVAILABLE, host, "it cannot take an instance now");
        };
    }

    private static Mismatch refuse(Reason reason, HostState host, String why) {
        Optional<String> state = Optional.ofNullable(host.attributes().get("provision_state"));
        Optional<String> cause = Stream.of("maintenance", "last_error")
                .map(host.attributes()::get)
                .filter(Objects::nonNull)
                .filter(text -> !text.isBlank())
                .findFirst();
        String message = "has none of its " + shown(host.total()) + " free: " + why
                + state.map(name -> "; provision state: " + name).orElse("")
                + cause.map(text -> "; reason: " + text).orElse("");
        return new Mismatch(reason, state.orElse(host.availability().name()), Availability.FREE.name(), message);
    }

    private static String shown(Capacity capacity) {
        return capacity.vcpus() + " vcpus, " + capacity.memoryMb() + " MiB, " + capacity.localGb() + " GiB";
    }
}
