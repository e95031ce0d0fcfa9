package org.novametal.driver.testkit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.capability.CrashDump;
import org.novametal.driver.capability.DriverCapability;
import org.novametal.driver.capability.ImageCaching;
import org.novametal.driver.capability.InstanceDiagnostics;
import org.novametal.driver.capability.InstanceRescue;
import org.novametal.driver.capability.InstanceSnapshot;
import org.novametal.driver.capability.InventoryReshape;
import org.novametal.driver.capability.NetworkBinding;
import org.novametal.driver.capability.NetworkPreparation;
import org.novametal.driver.capability.NovaCapabilities;
import org.novametal.driver.capability.PowerUpdateEvents;
import org.novametal.driver.capability.VolumeConnection;
import org.novametal.driver.model.Freshness;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NetworkInterface;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.Secret;

/**
 * A driver with every capability, so that the kit runs the contracts of all capabilities. Its capabilities do nothing
 * on a machine; they only check that the instance exists.
 */
final class CapableDriver extends DecoratedDriver {
    /** Whether the capabilities check that the instance exists. */
    enum Care {
        CAREFUL,
        CARELESS
    }

    private final Care care;
    private final Map<Class<? extends DriverCapability>, DriverCapability> capabilities = new HashMap<>();
    private final Set<String> images = ConcurrentHashMap.newKeySet();

    CapableDriver(ComputeDriver inner, Care care) {
        super(inner);
        this.care = care;
        capabilities.put(CrashDump.class, (CrashDump) this::require);
        capabilities.put(InstanceDiagnostics.class, (InstanceDiagnostics) instance -> {
            require(instance);
            return Map.of("power", "on");
        });
        capabilities.put(InstanceSnapshot.class, (InstanceSnapshot) (context, instance, image) -> require(instance));
        capabilities.put(InventoryReshape.class, (InventoryReshape) (current, node) -> current);
        capabilities.put(PowerUpdateEvents.class, (PowerUpdateEvents) (instance, target) -> require(instance));
        capabilities.put(VolumeConnection.class, (VolumeConnection) instance -> {
            require(instance);
            return Map.of("host", "node");
        });
        capabilities.put(ImageCaching.class, new Images());
        capabilities.put(InstanceRescue.class, new Rescue());
        capabilities.put(NetworkBinding.class, new Binding());
        capabilities.put(NetworkPreparation.class, new Preparation());
    }

    @Override
    public <C extends DriverCapability> Optional<C> capability(Class<C> type) {
        return Optional.ofNullable(capabilities.get(type)).map(type::cast).or(() -> inner.capability(type));
    }

    @Override
    public Map<String, Boolean> capabilities() {
        return NovaCapabilities.of(this::capability, Set.of("raw", "qcow2"));
    }

    private void require(Instance instance) {
        if (care == Care.CAREFUL) {
            inner.getInfo(instance, Freshness.CACHED);
        }
    }

    private final class Images implements ImageCaching {
        @Override
        public boolean cacheImage(RequestContext context, ImageMeta image) {
            return images.add(image.label());
        }

        @Override
        public void manageImageCache(RequestContext context, Set<InstanceId> instances) {
            images.clear();
        }
    }

    private final class Rescue implements InstanceRescue {
        @Override
        public void rescue(RequestContext context, Instance instance, Secret password) {
            require(instance);
        }

        @Override
        public void unrescue(RequestContext context, Instance instance) {
            require(instance);
        }
    }

    private static final class Binding implements NetworkBinding {
        @Override
        public Optional<String> networkBindingHostId(RequestContext context, Instance instance) {
            return Optional.empty();
        }

        @Override
        public boolean managesNetworkBindingHostId() {
            return true;
        }
    }

    private static final class Preparation implements NetworkPreparation {
        @Override
        public void prepareNetworks(Instance instance, List<NetworkInterface> networks) {}

        @Override
        public void cleanNetworksPreparation(Instance instance, List<NetworkInterface> networks) {}
    }
}
