package org.novametal.examples.computehost.server;

import java.util.Map;
import java.util.TreeMap;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.capability.ConsoleAccess;
import org.novametal.driver.capability.CrashDump;
import org.novametal.driver.capability.DriverCapability;
import org.novametal.driver.capability.ImageCaching;
import org.novametal.driver.capability.InstanceDiagnostics;
import org.novametal.driver.capability.InstanceRescue;
import org.novametal.driver.capability.InstanceSnapshot;
import org.novametal.driver.capability.InterfaceAttachment;
import org.novametal.driver.capability.InventoryReshape;
import org.novametal.driver.capability.NetworkBinding;
import org.novametal.driver.capability.NetworkPreparation;
import org.novametal.driver.capability.PowerUpdateEvents;
import org.novametal.driver.capability.VolumeConnection;

/** The driver's optional interfaces by their names in JSON. */
final class Capabilities {
    /** Sorted by name. */
    static final Map<String, Class<? extends DriverCapability>> NAMES = new TreeMap<>(Map.ofEntries(
            Map.entry("console", ConsoleAccess.class),
            Map.entry("crash_dump", CrashDump.class),
            Map.entry("diagnostics", InstanceDiagnostics.class),
            Map.entry("image_cache", ImageCaching.class),
            Map.entry("interfaces", InterfaceAttachment.class),
            Map.entry("network_binding", NetworkBinding.class),
            Map.entry("network_preparation", NetworkPreparation.class),
            Map.entry("power_update", PowerUpdateEvents.class),
            Map.entry("rescue", InstanceRescue.class),
            Map.entry("reshape", InventoryReshape.class),
            Map.entry("snapshot", InstanceSnapshot.class),
            Map.entry("volume_connector", VolumeConnection.class)));

    private Capabilities() {}

    /**
     * The driver's implementation.
     *
     * @throws RefusedCall with status 501 when the driver lacks it
     */
    static <C extends DriverCapability> C require(ComputeDriver driver, Class<C> type) {
        return driver.capability(type)
                .orElseThrow(() -> RefusedCall.capabilityAbsent("the driver does not implement " + type.getSimpleName()
                        + "; GET /v1 lists what it implements"));
    }
}
