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
import org.novametal.baremetal.event.NotificationListener;
import org.novametal.baremetal.metrics.DriverMetrics;
import org.novametal.baremetal.metrics.InstalledMetrics;
import org.novametal.bmc.BmcFactory;
import org.novametal.driver.host.DriverHost;
import org.novametal.driver.model.HostName;

/** Collects the parts of a {@link BareMetalDriver} for a program that has no configuration file. Not thread-safe. */
public final class BareMetalDriverBuilder {
    private @Nullable BareMetalOptions options;
    private @Nullable DriverHost host;
    private Optional<OkHttpClient> httpClient = Optional.empty();
    private final List<BmcFactory> bmcFactories = new ArrayList<>();

    private final List<NotificationListener> listeners = new ArrayList<>();
    private Optional<DriverMetrics> metrics = Optional.empty();

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

    /**
     * Adds a listener for notifications, beside those that are installed as services and the file of the option {@code
     * notification_file}. The driver closes it.
     */
    public BareMetalDriverBuilder notificationListener(NotificationListener value) {
        listeners.add(value);
        return this;
    }

    /**
     * Sets the receiver of the driver's measurements. Without one, they go to Micrometer's global registry if Micrometer is on
     * the class path, else nowhere.
     */
    public BareMetalDriverBuilder metrics(DriverMetrics value) {
        metrics = Optional.of(value);
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
        Additions additions = new Additions(bmcFactories, listeners, metrics.or(InstalledMetrics::find));
        return name -> BareMetalWiring.start(chosen, given, name, client, additions);
    }

    /**
     * Parts that a program adds to a driver.
     *
     * @param bmcFactories kinds of BMC, which take precedence over installed ones
     * @param listeners listeners for notifications
     * @param metrics the receiver of measurements
     */
    record Additions(
            List<BmcFactory> bmcFactories, List<NotificationListener> listeners, Optional<DriverMetrics> metrics) {
        Additions {
            bmcFactories = List.copyOf(bmcFactories);
            listeners = List.copyOf(listeners);
        }
    }
}
