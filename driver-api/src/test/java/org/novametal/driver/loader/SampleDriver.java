package org.novametal.driver.loader;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.DriverFactory;
import org.novametal.driver.capability.DriverCapability;
import org.novametal.driver.config.ConfReader;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.config.SharedOptions;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.host.DriverHost;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.model.Freshness;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.InstanceInfo;
import org.novametal.driver.model.InstanceOperation;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.OperationRequest;
import org.novametal.driver.model.PortBinding;
import org.novametal.driver.model.PowerOffRequest;
import org.novametal.driver.model.RebootRequest;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.placement.ProviderTree;

/** A driver that can be loaded and nothing else, the ways to make it, and the ways in which that fails. */
public class SampleDriver implements ComputeDriver {
    final NovaConf conf;
    final DriverHost host;
    final String madeBy;

    public SampleDriver(NovaConf conf, DriverHost host) {
        this(conf, host, "constructor");
    }

    private SampleDriver(NovaConf conf, DriverHost host, String madeBy) {
        this.conf = conf;
        this.host = host;
        this.madeBy = madeBy;
    }

    /** A factory with the names of 2013. */
    public static final class HistoricalFactory implements DriverFactory {
        @Override
        public Set<String> aliases() {
            return Set.of("nova.virt.baremetal.driver.BareMetalDriver", "nova.virt.novametal.NovaMetalDriver");
        }

        @Override
        public ComputeDriver create(NovaConf conf, DriverHost host) {
            return new SampleDriver(conf, host, "factory");
        }
    }

    /** A second factory with one of those names. */
    public static final class RivalFactory implements DriverFactory {
        @Override
        public Set<String> aliases() {
            return Set.of("nova.virt.novametal.NovaMetalDriver");
        }

        @Override
        public ComputeDriver create(NovaConf conf, DriverHost host) {
            throw new AssertionError("the rival was asked");
        }
    }

    /** A factory that checks options of a group that is not {@code [baremetal]} too. */
    public static final class CheckingFactory implements DriverFactory {
        @Override
        public Set<String> aliases() {
            return Set.of("checking");
        }

        @Override
        public void checkOptions(ConfReader reader) {
            SharedOptions.COMPUTE_DRIVER.optional(reader);
            reader.integer("racks").optional();
            reader.in("sample").bool("tidy").optional();
        }

        @Override
        public ComputeDriver create(NovaConf conf, DriverHost host) {
            return new SampleDriver(conf, host, "factory");
        }
    }

    /** A factory that cannot be made. */
    public static final class BrokenFactory implements DriverFactory {
        public BrokenFactory() {
            throw new IllegalStateException("no licence");
        }

        @Override
        public Set<String> aliases() {
            return Set.of();
        }

        @Override
        public ComputeDriver create(NovaConf conf, DriverHost host) {
            throw new AssertionError("was made");
        }
    }

    /** A driver that finds fault with its configuration. */
    public static final class Refusing extends SampleDriver {
        public Refusing(NovaConf conf, DriverHost host) {
            super(conf, host);
            throw new DriverException(ErrorCode.DRIVER_NOT_READY, "the store is away");
        }
    }

    /** A driver whose constructor fails. */
    public static final class Failing extends SampleDriver {
        public Failing(NovaConf conf, DriverHost host) throws IOException {
            super(conf, host);
            throw new IOException("disk full");
        }
    }

    /** A driver whose class cannot be initialised. */
    public static final class Uninitialised extends SampleDriver {
        static final int NUMBER = Integer.parseInt("none");

        public Uninitialised(NovaConf conf, DriverHost host) {
            super(conf, host);
        }
    }

    /** A driver that cannot be made from outside. */
    public static final class Closed extends SampleDriver {
        Closed(NovaConf conf, DriverHost host) {
            super(conf, host);
        }
    }

    /** A driver without a body. */
    public abstract static class Abstract extends SampleDriver {
        protected Abstract(NovaConf conf, DriverHost host) {
            super(conf, host);
        }
    }

    @Override
    public void initHost(HostName hostName) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}

    @Override
    public Set<NodeName> getAvailableNodes(Freshness freshness) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Map<UUID, NodeName> getNodenamesByUuid(Freshness freshness) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isNodeDeleted(NodeName node) {
        throw new UnsupportedOperationException();
    }

    @Override
    public AvailableResource getAvailableResource(NodeName node) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ProviderTree updateProviderTree(ProviderTree current, NodeName node) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Set<InstanceId> listInstanceUuids() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Set<String> listInstances() {
        throw new UnsupportedOperationException();
    }

    @Override
    public InstanceInfo getInfo(Instance instance, Freshness freshness) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void prepareForSpawn(Instance instance) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void failedSpawnCleanup(Instance instance) {
        throw new UnsupportedOperationException();
    }

    @Override
    public InstanceOperation submit(RequestContext context, OperationRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<InstanceOperation> await(InstanceId instance, Duration limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<InstanceOperation> progress(InstanceId instance) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void cancel(InstanceId instance) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, PortBinding> portBindings(Instance instance) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void powerOn(RequestContext context, Instance instance) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void powerOff(RequestContext context, PowerOffRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void reboot(RequestContext context, RebootRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, Boolean> capabilities() {
        throw new UnsupportedOperationException();
    }

    @Override
    public <C extends DriverCapability> Optional<C> capability(Class<C> type) {
        return Optional.empty();
    }
}
