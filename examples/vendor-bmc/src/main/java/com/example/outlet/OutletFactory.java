package com.example.outlet;

import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcFactory;
import org.novametal.bmc.BmcOptions;

/**
 * Opens outlets of Example's power strips: {@code example-outlet://host:port/NUMBER}. The file
 * {@code META-INF/services/org.novametal.bmc.BmcFactory} names this class; a jar needs nothing else to be a plug-in.
 */
public final class OutletFactory implements BmcFactory {
    /** The scheme of the addresses that this factory opens. */
    public static final String SCHEME = "example-outlet";

    private final Set<OutletBmc> open = ConcurrentHashMap.newKeySet();

    /** For {@link java.util.ServiceLoader}. */
    public OutletFactory() {}

    @Override
    public Set<String> schemes() {
        return Set.of(SCHEME);
    }

    /** There is no default port: each strip is configured with its own port. */
    @Override
    public OptionalInt defaultPort(String scheme) {
        return OptionalInt.empty();
    }

    @Override
    public Bmc open(BmcAddress address, BmcCredentials credentials, BmcOptions options) {
        if (address.port() == -1 || !address.path().matches("/[0-9]{1,3}")) {
            throw new IllegalArgumentException(
                    "BMC address '" + address + "' is not " + SCHEME + "://host:port/NUMBER, such as /3 for outlet 3");
        }
        OutletBmc bmc = new OutletBmc(address, credentials, options, open::remove);
        open.add(bmc);
        return bmc;
    }

    @Override
    public void close() {
        open.forEach(OutletBmc::close);
    }
}
