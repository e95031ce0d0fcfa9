package org.novametal.driver.capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.NetworkInterface;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.placement.Trait;

class NovaCapabilitiesTest {
    private static Set<String> held(Map<Trait, Boolean> traits) {
        return traits.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(entry -> entry.getKey().name())
                .collect(Collectors.toSet());
    }

    // nova/virt/driver.py of Nova 34: 35 capabilities and one more that has a trait alone, 32 traits.
    @Test
    void aDriverThatCanDoNothingHasAValueForEachAndNoneHolds() {
        Map<String, Boolean> capabilities = NovaCapabilities.of(type -> Optional.empty(), Set.of());

        assertThat(capabilities).hasSize(36).doesNotContainValue(true);
        assertThat(NovaCapabilities.asTraits(capabilities)).hasSize(32).doesNotContainValue(true);
    }

    @Test
    void interfaceAttachmentAndImageFormatsHaveNovasNamesAndTraits() {
        Map<String, Boolean> capabilities =
                NovaCapabilities.of(NovaCapabilitiesTest::attachment, Set.of("raw", "qcow2"));

        assertThat(capabilities)
                .containsEntry("supports_attach_interface", true)
                .containsEntry("supports_image_type_raw", true)
                .containsEntry("supports_image_type_iso", false)
                .containsEntry("has_imagecache", false);
        assertThat(held(NovaCapabilities.asTraits(capabilities)))
                .containsExactlyInAnyOrder(
                        "COMPUTE_NET_ATTACH_INTERFACE", "COMPUTE_IMAGE_TYPE_RAW", "COMPUTE_IMAGE_TYPE_QCOW2");
    }

    @Test
    void anImageFormatThatNovaDoesNotKnowIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NovaCapabilities.of(type -> Optional.empty(), Set.of("tar")))
                .withMessageContaining("'tar'")
                .withMessageContaining("qcow2");
    }

    private static Optional<? extends DriverCapability> attachment(Class<? extends DriverCapability> type) {
        return type.equals(InterfaceAttachment.class) ? Optional.of(new NoPorts()) : Optional.empty();
    }

    /** A node whose ports are wired by hand: there is nothing to do. */
    private static final class NoPorts implements InterfaceAttachment {
        @Override
        public void attachInterface(RequestContext context, Instance instance, NetworkInterface network) {}

        @Override
        public void detachInterface(RequestContext context, Instance instance, NetworkInterface network) {}

        @Override
        public void plugVifs(Instance instance, List<NetworkInterface> networks) {}

        @Override
        public void unplugVifs(Instance instance, List<NetworkInterface> networks) {}
    }
}
