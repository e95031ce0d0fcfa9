package org.novametal.scheduler;

import java.util.List;
import java.util.SortedSet;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.config.SharedOptions;
import org.novametal.driver.loader.PluginResolver;
import org.novametal.scheduler.host.HostAttributeSource;

/**
 * Makes the host manager that {@code scheduler_host_manager} names: a Java class, or an alias that a {@link
 * HostManagerFactory} declares. Source: Nova {@code nova/scheduler/driver.py#Scheduler.__init__} of Grizzly.
 */
public final class HostManagerLoader {
    private static final PluginResolver<HostManagerFactory, HostAttributeSource, HostManager> RESOLVER =
            new PluginResolver<>(
                    SharedOptions.SCHEDULER_HOST_MANAGER.name(),
                    HostManagerFactory.class,
                    HostManagerFactory::aliases,
                    HostManagerFactory::checkOptions,
                    HostManagerFactory::create,
                    HostAttributeSource.class,
                    HostManager.class,
                    List.of());

    private HostManagerLoader() {}

    /**
     * Makes the host manager that {@code scheduler_host_manager} in {@code [baremetal]}, or else in {@code [DEFAULT]}, names.
     *
     * @throws org.novametal.driver.error.DriverException {@code CONFIG_INVALID} when the option is missing or names no
     *     known host manager (the message lists the valid names, and all errors that the factories on the class path
     *     find in their options), or when the host manager finds errors in its configuration
     */
    public static HostManager load(NovaConf conf, HostAttributeSource source) {
        return RESOLVER.load(conf, source);
    }

    /** The valid names for {@code scheduler_host_manager}: classes and aliases of the factories on the class path. */
    public static SortedSet<String> names() {
        return RESOLVER.names();
    }
}
