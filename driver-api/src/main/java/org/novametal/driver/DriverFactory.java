package org.novametal.driver;

import java.util.Set;
import org.novametal.driver.config.ConfReader;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.host.DriverHost;

/**
 * Makes a driver from a compute service's configuration.
 *
 * <p>Implementations have a public constructor without parameters and are found by class name, or by {@link
 * java.util.ServiceLoader} under their aliases.
 */
public interface DriverFactory {
    /**
     * The names, besides the class name, that {@code compute_driver} may contain, such as {@code
     * nova.virt.baremetal.driver.BareMetalDriver}.
     */
    Set<String> aliases();

    /**
     * Checks the options of this factory's drivers and records their errors, without making a driver. Called when
     * {@code compute_driver} names no known driver, so that all errors of a file are reported at once.
     *
     * @param reader reads {@code [baremetal]}; the caller calls {@link ConfReader#finish}
     */
    default void checkOptions(ConfReader reader) {}

    /**
     * Makes a driver; the caller must call {@link ComputeDriver#initHost} before any other method of the driver.
     *
     * @throws org.novametal.driver.error.DriverException {@code CONFIG_INVALID} with all errors at once
     */
    ComputeDriver create(NovaConf conf, DriverHost host);
}
