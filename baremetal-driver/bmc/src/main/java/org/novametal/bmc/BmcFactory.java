package org.novametal.bmc;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Opens BMCs of some address schemes. Vendors implement it for their BMCs: implementations have a public constructor
 * without parameters and are found by {@link java.util.ServiceLoader}. One factory serves all BMCs of a process and may
 * share sockets among them.
 */
public interface BmcFactory extends AutoCloseable {
    /** The supported address schemes, lower case, such as {@code ipmi}. */
    Set<String> schemes();

    /**
     * The port to use for an address without a port. With this port, addresses with and without a port are recognised as the
     * same BMC.
     *
     * @param scheme one of {@link #schemes}
     * @return empty if every address must have a port
     */
    OptionalInt defaultPort(String scheme);

    /**
     * Why this protocol cannot use an address, as a part of a sentence such as {@code has an IPv6 zone, which …}; empty if it
     * can. Checked when a node is enrolled.
     *
     * @param address an address with one of {@link #schemes}
     */
    default Optional<String> refusal(BmcAddress address) {
        return Optional.empty();
    }

    /**
     * Creates a handle on a BMC, without contacting the BMC.
     *
     * @throws IllegalArgumentException when the address lacks something that this protocol needs
     */
    Bmc open(BmcAddress address, BmcCredentials credentials, BmcOptions options);

    /** Closes the resources that the BMCs of this factory share. Idempotent. */
    @Override
    void close();
}
