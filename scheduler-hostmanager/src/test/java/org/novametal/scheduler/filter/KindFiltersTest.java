package org.novametal.scheduler.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.novametal.scheduler.host.SampleHosts.node;
import static org.novametal.scheduler.host.SampleHosts.state;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.novametal.driver.model.AvailableResource.Availability;
import org.novametal.driver.placement.ResourceClass;
import org.novametal.driver.placement.Trait;
import org.novametal.scheduler.filter.Verdict.Mismatch;
import org.novametal.scheduler.filter.Verdict.Pass;
import org.novametal.scheduler.filter.Verdict.Shortage;
import org.novametal.scheduler.host.HostDemand;
import org.novametal.scheduler.host.HostDemand.Architecture;
import org.novametal.scheduler.host.HostDemand.Asker;
import org.novametal.scheduler.host.HostState;

/** The filters by kind: architecture, resource class, traits. */
class KindFiltersTest {
    private static final ResourceClass GOLD = new ResourceClass("CUSTOM_GOLD");
    private static final ResourceClass SILVER = new ResourceClass("CUSTOM_SILVER");
    private static final Trait SSD = new Trait("CUSTOM_SSD");
    private static final Trait VMX = new Trait("HW_CPU_X86_VMX");
    private static final Trait OLD = new Trait("CUSTOM_OLD");

    private final HostState host =
            state(node("node-1").resourceClass(GOLD).traits(Set.of(SSD, OLD)).cpuArch("x86_64"));

    @Test
    void aNodeOfAnotherArchitectureIsRefusedWithBothAndWhoAsks() {
        Verdict verdict = new CpuArchFilter()
                .filter(
                        host,
                        HostDemand.builder()
                                .architecture(new Architecture("x86_64", Asker.FLAVOR))
                                .architecture(new Architecture("aarch64", Asker.IMAGE))
                                .build());

        assertThat(verdict)
                .isEqualTo(new Mismatch(Reason.CPU_ARCH, "x86_64", "aarch64", "is x86_64, image asks for aarch64"));
    }

    @ParameterizedTest
    @CsvSource({"x86_64,amd64", "x86_64,X86_64", "arm64,aarch64", "i386,i686", "x64,x86_64"})
    void otherNamesOfAnArchitectureAreTheSame(String has, String asked) {
        assertThat(architecture(has, asked)).isEqualTo(new Pass());
    }

    @Test
    void aNodeOfUnknownArchitectureIsRefusedWhereOneIsAskedFor() {
        assertThat(architecture("", "x86_64"))
                .isInstanceOfSatisfying(
                        Mismatch.class,
                        refusal -> assertThat(refusal.message())
                                .isEqualTo("is of unknown architecture, flavor asks for x86_64"));
        assertThat(new CpuArchFilter()
                        .filter(
                                state(node("node-1").cpuArch("")),
                                HostDemand.builder().build()))
                .isEqualTo(new Pass());
    }

    @Test
    void oneUnitOfTheNodesResourceClassIsThere() {
        assertThat(resources(HostDemand.builder().resourceClass(GOLD, 1))).isEqualTo(new Pass());
    }

    @Test
    void twoUnitsOfAResourceClassAreMoreThanANodeHas() {
        assertThat(resources(HostDemand.builder().resourceClass(GOLD, 2)))
                .isEqualTo(new Shortage(Reason.RESOURCE_CLASS, 1, 2, "CUSTOM_GOLD", Asker.FLAVOR));
    }

    @Test
    void ofAnotherResourceClassNothingIsThere() {
        assertThat(resources(HostDemand.builder().resourceClass(SILVER, 1)))
                .isEqualTo(new Shortage(Reason.RESOURCE_CLASS, 0, 1, "CUSTOM_SILVER", Asker.FLAVOR));
        assertThat(resources(HostDemand.builder().resourceClass(GOLD, 1).resourceClass(SILVER, 1)))
                .isInstanceOf(Shortage.class);
    }

    @Test
    void aNodeInUseHasNothingOfItsResourceClass() {
        HostState used = state(node("node-1").resourceClass(GOLD).availability(Availability.IN_USE));

        assertThat(new ResourceClassFilter()
                        .filter(
                                used,
                                HostDemand.builder().resourceClass(GOLD, 1).build()))
                .isEqualTo(new Shortage(Reason.RESOURCE_CLASS, 0, 1, "CUSTOM_GOLD", Asker.FLAVOR));
    }

    @Test
    void aNodeWithEveryTraitRequiredAndNoneForbiddenPasses() {
        assertThat(traits(HostDemand.builder().requiredTrait(SSD).forbiddenTrait(VMX)))
                .isEqualTo(new Pass());
    }

    @Test
    void aNodeThatLacksATraitIsRefusedWithItsName() {
        assertThat(traits(HostDemand.builder().requiredTrait(SSD).requiredTrait(VMX)))
                .isEqualTo(new Mismatch(
                        Reason.TRAIT_MISSING,
                        "CUSTOM_OLD, CUSTOM_SSD",
                        "CUSTOM_SSD, HW_CPU_X86_VMX",
                        "has 1 of 2 traits required, lacks HW_CPU_X86_VMX"));
    }

    @Test
    void aNodeWithAForbiddenTraitIsRefusedWithItsName() {
        assertThat(traits(HostDemand.builder().forbiddenTrait(OLD).forbiddenTrait(VMX)))
                .isEqualTo(new Mismatch(
                        Reason.TRAIT_FORBIDDEN,
                        "CUSTOM_OLD, CUSTOM_SSD",
                        "none of CUSTOM_OLD, HW_CPU_X86_VMX",
                        "has 1 of 2 traits forbidden: CUSTOM_OLD"));
    }

    private static Verdict architecture(String has, String asked) {
        return new CpuArchFilter()
                .filter(
                        state(node("node-1").cpuArch(has)),
                        HostDemand.builder()
                                .architecture(new Architecture(asked, Asker.FLAVOR))
                                .build());
    }

    private Verdict resources(HostDemand.Builder demand) {
        return new ResourceClassFilter().filter(host, demand.build());
    }

    private Verdict traits(HostDemand.Builder demand) {
        return new TraitFilter().filter(host, demand.build());
    }
}
