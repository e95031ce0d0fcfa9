package org.novametal.scheduler;

import java.util.Set;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.model.InstanceId;
import org.novametal.scheduler.host.HostAttributeSource;
import org.novametal.scheduler.host.HostSnapshot;

/** A host manager that can be loaded and nothing else, and the ways to make it. */
public class SampleHostManager implements HostManager {
    final NovaConf conf;
    final HostAttributeSource source;
    final String madeBy;

    public SampleHostManager(NovaConf conf, HostAttributeSource source) {
        this(conf, source, "constructor");
    }

    private SampleHostManager(NovaConf conf, HostAttributeSource source, String madeBy) {
        this.conf = conf;
        this.source = source;
        this.madeBy = madeBy;
    }

    /** A factory that is named by its class. */
    public static final class Factory implements HostManagerFactory {
        @Override
        public Set<String> aliases() {
            return Set.of();
        }

        @Override
        public HostManager create(NovaConf conf, HostAttributeSource source) {
            return new SampleHostManager(conf, source, "factory");
        }
    }

    @Override
    public HostSnapshot snapshot() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Selection select(RequestSpec request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void release(InstanceId instance) {
        throw new UnsupportedOperationException();
    }
}
