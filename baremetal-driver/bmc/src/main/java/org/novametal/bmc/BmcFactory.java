package org.novametal.bmc;

import java.util.OptionalInt;
import java.util.Set;

/**
 * Opens BMCs of some address schemes. Vendors plug in here: implementations have a public constructor without parameters and
 * are found by {@link java.util.ServiceLoader}. One factory serves all BMCs of a process and may share sockets among them.
 */
public interface BmcFactory extends AutoCloseable {
    /** The schemes it answers for, lower case, such as {@code ipmi}. */
    Set<String> schemes();

    /**
     * The port that an address has when it names none. So two spellings of one address are recognised as one BMC.
     *
     * @param scheme one of {@link #schemes}
     * @return empty where every address must name its port
     */
    OptionalInt defaultPort(String scheme);

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
