package org.novametal.driver.capability;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.novametal.driver.placement.Trait;

/**
 * The traits that follow from what a driver can do, so that the two cannot contradict each other.
 *
 * <p>Of the thirty-two rows of Nova's table one follows from a {@link DriverCapability}, {@link InterfaceAttachment}, and
 * eleven from the image formats that a driver takes: a scheduler with {@code query_placement_for_image_type_support} sends no
 * instance to a node without the trait of its image's format. The others are about tags, volumes, encryption, migration and
 * emulated hardware, which this contract does not have; {@code COMPUTE_RESCUE_BFV} is about volumes, not about {@link
 * InstanceRescue}.
 *
 * <p>Source: Nova {@code nova/virt/driver.py#CAPABILITY_TRAITS_MAP}.
 */
public final class CapabilityTraits {
    private static final Trait ATTACH_INTERFACE = new Trait("COMPUTE_NET_ATTACH_INTERFACE");
    private static final Set<String> IMAGE_FORMATS =
            Set.of("aki", "ami", "ari", "iso", "ploop", "qcow2", "raw", "vdi", "vhd", "vhdx", "vmdk");

    private CapabilityTraits() {}

    /**
     * The traits of a driver.
     *
     * @param capability what the driver answers when asked for a capability, such as {@code driver::capability}
     * @param imageFormats the image formats that it takes, by Glance's names, such as {@code qcow2}
     * @throws IllegalArgumentException for a format that Nova has no trait for
     */
    public static Set<Trait> of(
            Function<Class<? extends DriverCapability>, Optional<? extends DriverCapability>> capability,
            Set<String> imageFormats) {
        Set<Trait> traits = new LinkedHashSet<>();
        if (capability.apply(InterfaceAttachment.class).isPresent()) {
            traits.add(ATTACH_INTERFACE);
        }
        for (String format : imageFormats) {
            if (!IMAGE_FORMATS.contains(format)) {
                throw new IllegalArgumentException(
                        "there is no trait for the image format '" + format + "'; Nova has one for " + IMAGE_FORMATS);
            }
            traits.add(new Trait("COMPUTE_IMAGE_TYPE_" + format.toUpperCase(Locale.ROOT)));
        }
        return Set.copyOf(traits);
    }
}
