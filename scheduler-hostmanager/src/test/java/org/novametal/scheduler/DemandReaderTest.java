package org.novametal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.novametal.scheduler.host.SampleHosts.flavorAsks;
import static org.novametal.scheduler.host.SampleHosts.instance;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.placement.ResourceClass;
import org.novametal.driver.placement.Trait;
import org.novametal.scheduler.host.HostDemand;
import org.novametal.scheduler.host.HostDemand.Amount;
import org.novametal.scheduler.host.HostDemand.Architecture;
import org.novametal.scheduler.host.HostDemand.Asker;

class DemandReaderTest {
    private final Flavor.Builder flavor =
            Flavor.builder("bm.small").vcpus(4).memoryMb(8192).rootGb(40);
    private final ImageMeta.Builder image = ImageMeta.builder("image-1");

    @Test
    void anEnormousExtraSpecIsCutInTheMessage() {
        Flavor enormous = Flavor.builder("f" + "f".repeat(1_000_000))
                .extraSpec("resources:VCPU", "x".repeat(3_000_000) + "\u001b[2J")
                .extraSpec("resources:" + "A".repeat(1_000_000), "1")
                .build();

        assertThatExceptionOfType(DriverException.class)
                .isThrownBy(() -> DemandReader.read(RequestSpec.builder(new InstanceId(new UUID(0, 1)), enormous)
                        .build()))
                .withMessageContaining("(3000004 characters)' is not an integer")
                .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(2500));
    }

    @Test
    void aFlavorAsksForItsAmounts() {
        HostDemand demand = read();

        assertThat(demand.vcpus()).isEqualTo(flavorAsks(4));
        assertThat(demand.memoryMb()).isEqualTo(flavorAsks(8192));
        assertThat(demand.localGb()).isEqualTo(flavorAsks(40));
        assertThat(demand.resourceClasses()).isEmpty();
        assertThat(demand.architectures()).isEmpty();
    }

    @Test
    void rootEphemeralAndSwapAreOnOneDisk() {
        flavor.ephemeralGb(10).swapMb(1025);

        assertThat(read().localGb()).isEqualTo(flavorAsks(52));
    }

    @Test
    void aDiskBeyondAllNumbersStaysBeyondAllNodes() {
        flavor.rootGb(Integer.MAX_VALUE).ephemeralGb(Integer.MAX_VALUE);

        assertThat(read().localGb()).isEqualTo(flavorAsks(Integer.MAX_VALUE));
    }

    @Test
    void theImageCountsWhereItAsksForMore() {
        image.minRamMb(8193).minDiskGb(41);

        assertThat(read().memoryMb()).isEqualTo(new Amount(8193, Asker.IMAGE));
        assertThat(read().localGb()).isEqualTo(new Amount(41, Asker.IMAGE));
    }

    @Test
    void theImageDoesNotCountWhereItAsksForNoMore() {
        image.minRamMb(8192).minDiskGb(40);

        assertThat(read().memoryMb()).isEqualTo(flavorAsks(8192));
        assertThat(read().localGb()).isEqualTo(flavorAsks(40));
    }

    @Test
    void theImagesDiskIsTheRootDiskWithTheOthersBesideIt() {
        flavor.rootGb(0).ephemeralGb(100);
        image.minDiskGb(50);

        assertThat(read().localGb()).isEqualTo(new Amount(150, Asker.IMAGE));
    }

    @Test
    void aResourceClassIsAskedForByItsName() {
        flavor.extraSpec("resources:CUSTOM_GOLD", "1");

        assertThat(read().resourceClasses()).containsOnly(Map.entry(new ResourceClass("CUSTOM_GOLD"), 1));
    }

    @Test
    void zeroOfAResourceMeansThatItIsNotAskedFor() {
        flavor.extraSpec("resources:CUSTOM_GOLD", "0")
                .extraSpec("resources:VCPU", "0")
                .extraSpec("resources:MEMORY_MB", "0")
                .extraSpec("resources:DISK_GB", "0");

        HostDemand demand = read();

        assertThat(demand.resourceClasses()).isEmpty();
        assertThat(List.of(demand.vcpus(), demand.memoryMb(), demand.localGb())).containsOnly(flavorAsks(0));
    }

    @Test
    void whatTheFlavorDoesNotAskForTheImageStillAsks() {
        flavor.ephemeralGb(100).extraSpec("resources:DISK_GB", "0").extraSpec("resources:MEMORY_MB", "0");
        image.minDiskGb(5).minRamMb(512);

        assertThat(read().localGb()).isEqualTo(new Amount(5, Asker.IMAGE));
        assertThat(read().memoryMb()).isEqualTo(new Amount(512, Asker.IMAGE));
    }

    @Test
    void anAmountInTheExtraSpecsStandsInPlaceOfTheFlavors() {
        flavor.extraSpec("resources:VCPU", "2").extraSpec("resources:DISK_GB", "7");

        assertThat(read().vcpus()).isEqualTo(flavorAsks(2));
        assertThat(read().localGb()).isEqualTo(flavorAsks(7));
        assertThat(read().memoryMb()).isEqualTo(flavorAsks(8192));
    }

    @Test
    void traitsAreRequiredOrForbidden() {
        flavor.extraSpec("trait:CUSTOM_SSD", "required").extraSpec("trait:CUSTOM_OLD", "forbidden");
        image.property("trait:HW_CPU_X86_VMX", "required");

        assertThat(read().requiredTraits()).containsExactly(new Trait("CUSTOM_SSD"), new Trait("HW_CPU_X86_VMX"));
        assertThat(read().forbiddenTraits()).containsExactly(new Trait("CUSTOM_OLD"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu_arch", "capabilities:cpu_arch"})
    void aFlavorAsksForAnArchitecture(String key) {
        flavor.extraSpec(key, "aarch64");

        assertThat(read().architectures()).containsExactly(new Architecture("aarch64", Asker.FLAVOR));
    }

    @ParameterizedTest
    @ValueSource(strings = {"architecture", "hw_architecture"})
    void anImageAsksForAnArchitecture(String key) {
        image.property(key, "aarch64");

        assertThat(read().architectures()).containsExactly(new Architecture("aarch64", Asker.IMAGE));
    }

    @Test
    void otherExtraSpecsAndPropertiesAreTheDriversBusiness() {
        flavor.extraSpec("capabilities:boot_option", "local").extraSpec("hw:watchdog_action", "reset");
        image.property("os_distro", "debian");

        assertThat(read().toString()).isEqualTo("4 vcpus, 8192 MiB, 40 GiB");
    }

    @Test
    void nodesByNameAreTakenOver() {
        RequestSpec request = RequestSpec.builder(instance("i"), flavor.build())
                .forcedNode(new NodeName("a"))
                .ignoredNodes(List.of(new NodeName("b")))
                .triedNodes(List.of(new NodeName("c")))
                .build();

        HostDemand demand = DemandReader.read(request);

        assertThat(demand.forcedNode()).contains(new NodeName("a"));
        assertThat(demand.ignoredNodes()).containsExactly(new NodeName("b"));
        assertThat(demand.triedNodes()).containsExactly(new NodeName("c"));
    }

    @ParameterizedTest
    @CsvSource({
        "resources:CUSTOM_GOLD, one, is not an integer",
        "resources:CUSTOM_GOLD, 1.5, is not an integer",
        "resources:VCPU, -1, is less than the minimum of 0",
        "resources:gold, 1, is not made of upper-case letters",
        "trait:CUSTOM_SSD, yes, is neither 'required' nor 'forbidden'",
        "trait:ssd, required, is not made of upper-case letters",
        "resources1:CUSTOM_GOLD, 1, asks for a separate resource provider",
        "trait_DISK:CUSTOM_SSD, required, asks for a separate resource provider",
    })
    void anExtraSpecThatCannotBeUnderstoodIsRefused(String key, String value, String complaint) {
        flavor.extraSpec(key, value);

        assertThat(refusal())
                .contains(instance("i").toString())
                .contains("flavor bm.small, extra spec " + key + "='" + value + "'")
                .contains(complaint);
    }

    @Test
    void anImageMayNotForbidATrait() {
        image.property("trait:CUSTOM_SSD", "forbidden");

        assertThat(refusal()).contains("image image-1, property trait:CUSTOM_SSD='forbidden' is not 'required'");
    }

    @Test
    void allFaultsAreReportedAtOnce() {
        flavor.extraSpec("resources:CUSTOM_GOLD", "x").extraSpec("trait:CUSTOM_SSD", "y");
        image.property("trait:CUSTOM_OLD", "z");

        assertThat(refusal()).contains("='x'").contains("='y'").contains("='z'");
    }

    private String refusal() {
        DriverException failure = catchThrowableOfType(DriverException.class, this::read);
        assertThat(failure.code()).isEqualTo(ErrorCode.BUILD_ABORT);
        return failure.getMessage();
    }

    private HostDemand read() {
        return DemandReader.read(RequestSpec.builder(instance("i"), flavor.build())
                .image(image.build())
                .build());
    }
}
