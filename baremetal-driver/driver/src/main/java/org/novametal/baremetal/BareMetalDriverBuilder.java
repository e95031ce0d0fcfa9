package org.novametal.baremetal;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.bmc.BmcFactory;
import org.novametal.driver.host.DriverHost;
import org.novametal.driver.model.HostName;

/** Collects the parts of a {@link BareMetalDriver} for a program that has no configuration file. Not thread-safe. */
public final class BareMetalDriverBuilder {
    private @Nullable BareMetalOptions options;
    private @Nullable DriverHost host;
    private Optional<OkHttpClient> httpClient = Optional.empty();
    private final List<BmcFactory> bmcFactories = new ArrayList<>();

    BareMetalDriverBuilder() {}

    /** Sets the options. */
    public BareMetalDriverBuilder options(BareMetalOptions value) {
        options = value;
        return this;
    }

    /** Sets the driver's interface to the compute service. */
    public BareMetalDriverBuilder host(DriverHost value) {
        host = value;
        return this;
    }

    /** Sets the HTTP client that downloads images, with its TLS settings, proxy and connection pool. */
    public BareMetalDriverBuilder httpClient(OkHttpClient value) {
        httpClient = Optional.of(value);
        return this;
    }

    /**
     * Adds support for a kind of BMC; this factory takes precedence over installed factories for the same address schemes. The
     * caller keeps ownership of it and closes it after the driver.
     */
    public BareMetalDriverBuilder bmcFactory(BmcFactory value) {
        bmcFactories.add(value);
        return this;
    }

    /** Creates the driver; {@link BareMetalDriver#initHost} starts it. */
    public BareMetalDriver build() {
        return new BareMetalDriver(wiring());
    }

    Function<HostName, DriverParts> wiring() {
        BareMetalOptions chosen = Objects.requireNonNull(options, "options are missing; call options(…)");
        DriverHost given = Objects.requireNonNull(host, "the host is missing; call host(…)");
        Supplier<OkHttpClient> client = () -> httpClient.orElseGet(OkHttpClient::new);
        List<BmcFactory> factories = List.copyOf(bmcFactories);
        return name -> BareMetalWiring.start(chosen, given, name, client, factories);
    }
}
