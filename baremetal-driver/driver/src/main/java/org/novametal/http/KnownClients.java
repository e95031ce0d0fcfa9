package org.novametal.http;

import java.net.InetAddress;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The clients that are preferred when a limit of all clients is reached: those whose address is known, such as one with a
 * current lease.
 *
 * @param known whether an address is known; called by many threads, must not block
 */
record KnownClients(Predicate<InetAddress> known) {
    boolean isKnown(InetAddress address) {
        return known.test(address);
    }

    /**
     * The first of those that belong to unknown addresses.
     *
     * @param addressOf whose each one is
     * @param order which one is first; of equal ones the first in the collection
     */
    <T> Optional<T> firstUnknown(Collection<T> all, Function<T, InetAddress> addressOf, Comparator<T> order) {
        Map<InetAddress, Boolean> asked = new HashMap<>();
        return all.stream()
                .filter(one -> !asked.computeIfAbsent(addressOf.apply(one), known::test))
                .min(order);
    }
}
