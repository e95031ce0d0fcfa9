package org.novametal.driver.capability;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.novametal.driver.placement.Trait;

/**
 * Nova's two views of what a driver can do, {@code capabilities} and {@code capabilities_as_traits}, derived from its {@link
 * DriverCapability}s and image formats, so that they cannot contradict each other.
 *
 * <p>Both contain a value for every capability that Nova knows, because Nova removes the trait of a capability that is
 * false. A scheduler with {@code query_placement_for_image_type_support} sends no instance to a node without the trait
 * of its image's format. Capabilities for tags, volumes, encryption, migration and emulated hardware are always false,
 * because {@code ComputeDriver} has no such operations. {@code supports_bfv_rescue} is about volumes, not about {@link
 * InstanceRescue}.
 *
 * <p>Source: Nova 34 {@code nova/virt/driver.py#ComputeDriver.capabilities}, {@code #CAPABILITY_TRAITS_MAP}.
 */
public final class NovaCapabilities {
    private static final String IMAGE_TYPE = "supports_image_type_";
    private static final Set<String> IMAGE_FORMATS =
            Set.of("aki", "ami", "ari", "iso", "ploop", "qcow2", "raw", "vdi", "vhd", "vhdx", "vmdk");

    /** Nova's capabilities that follow from a {@link DriverCapability}. */
    private static final Map<String, Class<? extends DriverCapability>> DERIVED =
            Map.of("has_imagecache", ImageCaching.class, "supports_attach_interface", InterfaceAttachment.class);

    /** Nova's traits for capabilities, except those for image formats. */
    private static final Map<String, String> TRAITS = Map.ofEntries(
            Map.entry("supports_attach_interface", "COMPUTE_NET_ATTACH_INTERFACE"),
            Map.entry("supports_device_tagging", "COMPUTE_DEVICE_TAGGING"),
            Map.entry("supports_tagged_attach_interface", "COMPUTE_NET_ATTACH_INTERFACE_WITH_TAG"),
            Map.entry("supports_tagged_attach_volume", "COMPUTE_VOLUME_ATTACH_WITH_TAG"),
            Map.entry("supports_extend_volume", "COMPUTE_VOLUME_EXTEND"),
            Map.entry("supports_multiattach", "COMPUTE_VOLUME_MULTI_ATTACH"),
            Map.entry("supports_trusted_certs", "COMPUTE_TRUSTED_CERTS"),
            Map.entry("supports_accelerators", "COMPUTE_ACCELERATORS"),
            Map.entry("supports_migrate_to_same_host", "COMPUTE_SAME_HOST_COLD_MIGRATE"),
            Map.entry("supports_bfv_rescue", "COMPUTE_RESCUE_BFV"),
            Map.entry("supports_secure_boot", "COMPUTE_SECURITY_UEFI_SECURE_BOOT"),
            Map.entry("supports_socket_pci_numa_affinity", "COMPUTE_SOCKET_PCI_NUMA_AFFINITY"),
            Map.entry("supports_remote_managed_ports", "COMPUTE_REMOTE_MANAGED_PORTS"),
            Map.entry("supports_ephemeral_encryption", "COMPUTE_EPHEMERAL_ENCRYPTION"),
            Map.entry("supports_ephemeral_encryption_luks", "COMPUTE_EPHEMERAL_ENCRYPTION_LUKS"),
            Map.entry("supports_ephemeral_encryption_plain", "COMPUTE_EPHEMERAL_ENCRYPTION_PLAIN"),
            Map.entry("supports_address_space_passthrough", "COMPUTE_ADDRESS_SPACE_PASSTHROUGH"),
            Map.entry("supports_address_space_emulated", "COMPUTE_ADDRESS_SPACE_EMULATED"),
            Map.entry("supports_stateless_firmware", "COMPUTE_SECURITY_STATELESS_FIRMWARE"),
            Map.entry("supports_virtio_fs", "COMPUTE_STORAGE_VIRTIO_FS"),
            Map.entry("supports_mem_backing_file", "COMPUTE_MEM_BACKING_FILE"));

    /** Capabilities that Nova looks up but has no trait for. */
    private static final Set<String> WITHOUT_TRAIT =
            Set.of("has_imagecache", "supports_evacuate", "supports_pcpus", "supports_vtpm");

    private NovaCapabilities() {}

    /**
     * Every capability that Nova knows, and whether the driver has it.
     *
     * @param capability returns the driver's object for a capability, such as {@code driver::capability}
     * @param imageFormats the image formats that the driver accepts, by Glance's names, such as {@code qcow2}
     * @throws IllegalArgumentException for a format that Nova has no capability for
     */
    public static Map<String, Boolean> of(
            Function<Class<? extends DriverCapability>, Optional<? extends DriverCapability>> capability,
            Set<String> imageFormats) {
        Map<String, Boolean> all = new LinkedHashMap<>();
        WITHOUT_TRAIT.forEach(name -> all.put(name, false));
        TRAITS.keySet().forEach(name -> all.put(name, false));
        IMAGE_FORMATS.forEach(format -> all.put(IMAGE_TYPE + format, false));
        DERIVED.forEach((name, type) -> all.put(name, capability.apply(type).isPresent()));
        for (String format : imageFormats) {
            if (!IMAGE_FORMATS.contains(format)) {
                throw new IllegalArgumentException("there is no capability for the image format '" + format
                        + "'; Nova's formats are " + IMAGE_FORMATS);
            }
            all.put(IMAGE_TYPE + format, true);
        }
        return Collections.unmodifiableMap(all);
    }

    /** Nova's traits for the capabilities, with the values of the capabilities; the argument comes from {@link #of}. */
    public static Map<Trait, Boolean> asTraits(Map<String, Boolean> capabilities) {
        return capabilities.entrySet().stream()
                .filter(entry -> traitOf(entry.getKey()).isPresent())
                .collect(Collectors.toUnmodifiableMap(
                        entry -> traitOf(entry.getKey()).orElseThrow(), Map.Entry::getValue));
    }

    private static Optional<Trait> traitOf(String capability) {
        if (capability.startsWith(IMAGE_TYPE)) {
            String format = capability.substring(IMAGE_TYPE.length());
            return Optional.of(new Trait("COMPUTE_IMAGE_TYPE_" + format.toUpperCase(Locale.ROOT)));
        }
        return Optional.ofNullable(TRAITS.get(capability)).map(Trait::new);
    }
}
