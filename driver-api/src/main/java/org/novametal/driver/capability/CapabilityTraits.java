package org.novametal.driver.capability;

import java.util.LinkedHashSet;
import java.util.Set;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.placement.Trait;

/**
 * The traits that follow from a driver's capabilities, so that the two cannot contradict each other.
 *
 * <p>Source: Nova {@code nova/virt/driver.py#CAPABILITY_TRAITS_MAP}.
 */
public final class CapabilityTraits {
    private static final Trait ATTACH_INTERFACE = new Trait("COMPUTE_NET_ATTACH_INTERFACE");

    private CapabilityTraits() {}

    /** The traits that hold for what the driver answers to {@link ComputeDriver#capability}. */
    public static Set<Trait> of(ComputeDriver driver) {
        Set<Trait> traits = new LinkedHashSet<>();
        if (driver.capability(InterfaceAttachment.class).isPresent()) {
            traits.add(ATTACH_INTERFACE);
        }
        return Set.copyOf(traits);
    }
}
