package org.novametal.bmc;

import java.util.Set;

/**
 * Opens BMCs of some address schemes. Vendors plug in here: implementations have a public constructor without parameters and
 * are found by {@link java.util.ServiceLoader}. One factory serves all BMCs of a process and may share sockets among them.
 */
public interface BmcFactory extends AutoCloseable {
    /** The schemes it answers for, lower case, such as {@code ipmi}. */
    Set<String> schemes();

    /**
     * A handle on a BMC. It does not talk to the BMC yet.
     *
     * @throws IllegalArgumentException when the address lacks something that this protocol needs
     */
    Bmc open(BmcAddress address, BmcCredentials credentials, BmcOptions options);

    /** Closes what its BMCs share. Idempotent. */
    @Override
    void close();
}
