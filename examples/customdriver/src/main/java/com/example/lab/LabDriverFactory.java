package com.example.lab;

import java.util.Set;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.DriverFactory;
import org.novametal.driver.config.ConfReader;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.host.DriverHost;

/** Makes the driver from the group {@code [lab]}: {@code machines}, how many machines it pretends to have. */
public final class LabDriverFactory implements DriverFactory {
    /** Called by the service loader. */
    public LabDriverFactory() {}

    @Override
    public Set<String> aliases() {
        return Set.of("lab.LabDriver");
    }

    @Override
    public ComputeDriver create(NovaConf conf, DriverHost host) {
        ConfReader reader = conf.reader("lab");
        int machines = reader.integer("machines").min(1).max(1000).orElse(2);
        reader.unknownKeys(Set.of());
        reader.finish();
        return new LabDriver(machines, host);
    }
}
