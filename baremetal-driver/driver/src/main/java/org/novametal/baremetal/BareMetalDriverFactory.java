package org.novametal.baremetal;

import java.util.Set;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.DriverFactory;
import org.novametal.driver.config.ConfReader;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.host.DriverHost;

/**
 * Creates bare-metal drivers for the option {@code compute_driver}, which may also name the driver's class in Nova or in the
 * Nova shim.
 */
public final class BareMetalDriverFactory implements DriverFactory {
    /** Called by a compute service, by class name or through {@link java.util.ServiceLoader}. */
    public BareMetalDriverFactory() {}

    @Override
    public Set<String> aliases() {
        return Set.of("nova.virt.baremetal.driver.BareMetalDriver", "novametal.NovaMetalDriver");
    }

    @Override
    public void checkOptions(ConfReader reader) {
        BareMetalOptions.check(reader);
    }

    @Override
    public ComputeDriver create(NovaConf conf, DriverHost host) {
        return new BareMetalDriver(conf, host);
    }
}
