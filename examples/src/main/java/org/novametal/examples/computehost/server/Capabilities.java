package org.novametal.examples.computehost.server;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
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
import org.novametal.driver.model.ConsoleType;
import org.novametal.driver.trace.NovaMethod;
import org.novametal.examples.computehost.wire.WireNames;

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

    /** The methods of Nova's {@code ComputeDriver} that the driver answers, sorted. */
    static SortedSet<String> novaMethods(ComputeDriver driver) {
        SortedSet<String> names = new TreeSet<>();
        Stream.concat(
                        Stream.of(ComputeDriver.class),
                        NAMES.values().stream()
                                .filter(type -> driver.capability(type).isPresent()))
                .flatMap(type -> Arrays.stream(type.getMethods()))
                .flatMap(method -> Stream.ofNullable(method.getAnnotation(NovaMethod.class)))
                .forEach(method -> names.addAll(List.of(method.value())));
        driver.capability(ConsoleAccess.class).ifPresent(console -> {
            for (ConsoleType type : ConsoleType.values()) {
                if (!console.consoleTypes().contains(type)) {
                    names.remove("get_" + WireNames.of(type) + "_console");
                }
            }
        });
        return names;
    }

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
