package org.novametal.driver.loader;

import java.util.List;
import java.util.SortedSet;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.DriverFactory;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.config.SharedOptions;
import org.novametal.driver.host.DriverHost;

/**
 * Makes the driver that {@code compute_driver} names: a Java class, an alias that a {@link DriverFactory} declares, or
 * either of them without the prefix {@code nova.virt.}. Source: Nova {@code nova/virt/driver.py#load_compute_driver}.
 */
public final class DriverLoader {
    private static final PluginResolver<DriverFactory, DriverHost, ComputeDriver> RESOLVER = new PluginResolver<>(
            SharedOptions.COMPUTE_DRIVER.name(),
            DriverFactory.class,
            DriverFactory::aliases,
            DriverFactory::checkOptions,
            DriverFactory::create,
            DriverHost.class,
            ComputeDriver.class,
            List.of("nova.virt."));

    private DriverLoader() {}

    /**
     * Makes the driver that {@code compute_driver} in {@code [baremetal]}, or else in {@code [DEFAULT]}, names. The
     * caller must call {@link ComputeDriver#initHost} before any other method of the driver.
     *
     * @throws org.novametal.driver.error.DriverException {@code CONFIG_INVALID} when the option is missing or names no
     *     known driver (the message lists the valid names, and all errors that the factories on the class path find in
     *     their options), or when the driver finds errors in its configuration
     */
    public static ComputeDriver load(NovaConf conf, DriverHost host) {
        return RESOLVER.load(conf, host);
    }

    /** The valid names for {@code compute_driver}: classes and aliases of the factories on the class path. */
    public static SortedSet<String> names() {
        return RESOLVER.names();
    }
}
