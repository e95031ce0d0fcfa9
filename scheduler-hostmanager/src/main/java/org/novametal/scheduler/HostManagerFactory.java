package org.novametal.scheduler;

import java.util.Set;
import org.novametal.driver.config.ConfReader;
import org.novametal.driver.config.NovaConf;
import org.novametal.scheduler.host.HostAttributeSource;

/**
 * Makes a host manager from a scheduler's configuration.
 *
 * <p>Implementations have a public constructor without parameters and are found by class name, or by {@link
 * java.util.ServiceLoader} under their aliases.
 */
public interface HostManagerFactory {
    /** Further names for {@code scheduler_host_manager}. */
    Set<String> aliases();

    /**
     * Records what is wrong with the options of this factory's host managers, without making one. Called when {@code
     * scheduler_host_manager} names no host manager, so that all faults of a file are reported at once.
     *
     * @param reader of {@code [baremetal]}; the caller ends it
     */
    default void checkOptions(ConfReader reader) {}

    /**
     * Makes a host manager.
     *
     * @throws org.novametal.driver.error.DriverException {@code CONFIG_INVALID} with all faults at once
     */
    HostManager create(NovaConf conf, HostAttributeSource source);
}
