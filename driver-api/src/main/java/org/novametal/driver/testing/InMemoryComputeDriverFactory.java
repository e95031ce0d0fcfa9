package org.novametal.driver.testing;

import java.util.List;
import java.util.Set;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.DriverFactory;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.host.DriverHost;
import org.novametal.driver.placement.ResourceClass;

/**
 * Makes {@link InMemoryComputeDriver}s. Each has one node with the host's name, as in Nova's fake driver; add more
 * nodes through {@link InMemoryComputeDriver#nodes()}. The factory reads no options.
 */
public final class InMemoryComputeDriverFactory implements DriverFactory {
    /** The resource class of the node that the factory makes. */
    public static final ResourceClass RESOURCE_CLASS = ResourceClass.custom("in-memory");

    /** For loading by class name. */
    public InMemoryComputeDriverFactory() {}

    @Override
    public Set<String> aliases() {
        return Set.of("nova.virt.fake.FakeDriver");
    }

    @Override
    public ComputeDriver create(NovaConf conf, DriverHost host) {
        InMemoryNode node = InMemoryNode.builder(host.host().value())
                .resourceClass(RESOURCE_CLASS)
                .build();
        return new InMemoryComputeDriver(InMemoryNodes.of(List.of(node)), host);
    }
}
