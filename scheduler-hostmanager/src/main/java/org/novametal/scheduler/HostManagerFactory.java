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
    /** The names, besides the class name, that {@code scheduler_host_manager} may contain. */
    Set<String> aliases();

    /**
     * Checks the options of this factory's host managers and records their errors, without making a host manager.
     * Called when {@code scheduler_host_manager} names no known host manager, so that all errors of a file are reported
     * at once.
     *
     * @param reader reads {@code [baremetal]}; the caller calls {@link ConfReader#finish}
     */
    default void checkOptions(ConfReader reader) {}

    /**
     * Makes a host manager.
     *
     * @throws org.novametal.driver.error.DriverException {@code CONFIG_INVALID} with all errors at once
     */
    HostManager create(NovaConf conf, HostAttributeSource source);
}
