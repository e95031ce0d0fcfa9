package org.novametal.driver.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.novametal.driver.capability.DriverCapability;
import org.novametal.driver.capability.NovaCapabilities;
import org.novametal.driver.placement.Trait;

/**
 * Checks every capability: its contract when the driver has it, its absence when the driver lacks it.
 *
 * <p>nova/virt/driver.py#ComputeDriver.capabilities, #CAPABILITY_TRAITS_MAP.
 */
abstract class CapabilitiesContract extends DriverContract {
    CapabilitiesContract(Fixtures fixtures) {
        super(fixtures);
    }

    @SuppressWarnings("unchecked") // the permitted subclasses of DriverCapability are subclasses of it
    static Stream<Class<? extends DriverCapability>> capabilities() {
        return Stream.of(DriverCapability.class.getPermittedSubclasses())
                .map(type -> (Class<? extends DriverCapability>) type);
    }

    // nova/virt/driver.py#capabilities: a claimed capability works; a capability that is not claimed is wholly absent.
    @ParameterizedTest
    @MethodSource("capabilities")
    void eachCapabilityIsThereAndWorksOrIsWhollyAbsent(Class<? extends DriverCapability> type) throws Exception {
        Optional<? extends DriverCapability> present = driver.capability(type);
        if (present.isPresent()) {
            assertThat(present.get()).isInstanceOf(type);
            new PresentCapability(this).check(present.get());
        } else {
            assertThat(raw).as("a driver without %s", type.getSimpleName()).isNotInstanceOf(type);
            assertThat(traitsThatHold())
                    .as("traits of a driver without %s", type.getSimpleName())
                    .noneMatch(PresentCapability.traitsThatClaim(type)::contains);
        }
    }

    // nova/virt/driver.py#capabilities_as_traits: "Traits can only be standard compute capabilities traits".
    @Test
    void theTraitsAreThoseOfTheCapabilities() {
        Map<Trait, Boolean> traits = driver.capabilitiesAsTraits();

        assertThat(traits).isEqualTo(NovaCapabilities.asTraits(driver.capabilities()));
        assertThat(traits.keySet()).allSatisfy(trait -> assertThat(trait.name()).startsWith("COMPUTE_"));
    }

    // nova/virt/driver.py#ComputeDriver.capabilities: Nova reads some capabilities by name, without a default.
    @Test
    void everyCapabilityOfNovaHasAValueThatIsTrue() {
        Map<String, Boolean> capabilities = driver.capabilities();
        Map<String, Boolean> derived = NovaCapabilities.of(driver::capability, Set.of());

        assertThat(capabilities.keySet()).isEqualTo(derived.keySet());
        derived.forEach((name, holds) -> {
            if (!name.startsWith("supports_image_type_")) {
                assertThat(capabilities).containsEntry(name, holds);
            }
        });
    }

    private Set<Trait> traitsThatHold() {
        return driver.capabilitiesAsTraits().entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    // nova/compute/resource_tracker.py#_update_to_placement writes the traits at each periodic run, so they must not
    // change.
    @Test
    void theTraitsDoNotChangeWithWhatRuns() throws Exception {
        Map<Trait, Boolean> before = driver.capabilitiesAsTraits();
        spawnedOn(node(0));

        assertThat(driver.capabilitiesAsTraits()).isEqualTo(before);
    }
}
