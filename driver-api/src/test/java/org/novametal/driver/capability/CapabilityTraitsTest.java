package org.novametal.driver.capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.NetworkInterface;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.placement.Trait;

class CapabilityTraitsTest {
    @Test
    void aDriverThatCanDoNothingHasNoTraits() {
        assertThat(CapabilityTraits.of(type -> Optional.empty(), Set.of())).isEmpty();
    }

    @Test
    void interfaceAttachmentAndImageFormatsHaveNovasTraits() {
        assertThat(CapabilityTraits.of(CapabilityTraitsTest::attachment, Set.of("raw", "qcow2")))
                .containsExactlyInAnyOrder(
                        new Trait("COMPUTE_NET_ATTACH_INTERFACE"),
                        new Trait("COMPUTE_IMAGE_TYPE_RAW"),
                        new Trait("COMPUTE_IMAGE_TYPE_QCOW2"));
    }

    @Test
    void anImageFormatThatNovaDoesNotKnowIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CapabilityTraits.of(type -> Optional.empty(), Set.of("tar")))
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
