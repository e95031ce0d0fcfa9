package org.novametal.scheduler;

import java.util.Set;
import org.novametal.driver.config.ConfReader;
import org.novametal.driver.config.NovaConf;
import org.novametal.scheduler.host.HostAttributeSource;

/** Makes a {@link BaremetalHostManager}, also under the name of Nova's own class of 2013. */
public final class BaremetalHostManagerFactory implements HostManagerFactory {
    @Override
    public Set<String> aliases() {
        return Set.of("nova.scheduler.baremetal_host_manager.BaremetalHostManager");
    }

    @Override
    public void checkOptions(ConfReader reader) {
        BaremetalHostManager.readClaimTimeout(reader);
    }

    @Override
    public HostManager create(NovaConf conf, HostAttributeSource source) {
        return new BaremetalHostManager(conf, source);
    }
}
