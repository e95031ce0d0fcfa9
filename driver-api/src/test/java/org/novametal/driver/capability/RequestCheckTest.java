package org.novametal.driver.capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.novametal.driver.capability.RequestCheck.Reach;
import org.novametal.driver.capability.RequestCheck.Refusal;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.BlockDevices;
import org.novametal.driver.model.ConfigDrive;
import org.novametal.driver.model.DiskTreatment;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.InjectedFile;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.KeyPair;
import org.novametal.driver.model.MetadataDelivery;
import org.novametal.driver.model.Network;
import org.novametal.driver.model.NetworkInterface;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.RebuildRequest;
import org.novametal.driver.model.Secret;
import org.novametal.driver.model.SecretBytes;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.driver.model.Subnet;
import org.novametal.driver.model.Subnet.IpVersion;
import org.novametal.driver.placement.ResourceClass;
import org.novametal.driver.placement.Trait;

class RequestCheckTest {
    private static final Set<RequestFeature> NOTHING = Set.of();
    private static final Set<RequestFeature> EVERYTHING = EnumSet.allOf(RequestFeature.class);
    private static final NodeFacts NODE = NodeFacts.builder(new NodeName("metal-1"))
            .processors(8, "x86_64")
            .memoryMb(16384)
            .localGb(10)
            .ports(1)
            .firmwareTypes(Set.of("bios"))
            .resourceClass(ResourceClass.custom("gold"))
            .traits(Set.of(new Trait("CUSTOM_SSD")))
            .capabilities(Map.of("boot_mode", "bios"))
            .build();

    private static SpawnRequest spawn(
            UnaryOperator<Flavor.Builder> flavor,
            UnaryOperator<ImageMeta.Builder> image,
            UnaryOperator<Instance.Builder> instance,
            UnaryOperator<SpawnRequest.Builder> request) {
        Instance asked = instance.apply(Instance.builder(
                        new InstanceId(UUID.randomUUID()),
                        flavor.apply(Flavor.builder("small")).build()))
                .build();
        return request.apply(SpawnRequest.builder(
                        asked, image.apply(ImageMeta.builder("debian")).build()))
                .build();
    }

    private static SpawnRequest flavor(UnaryOperator<Flavor.Builder> change) {
        return spawn(change, image -> image, instance -> instance, request -> request);
    }

    private static SpawnRequest extra(String key, String value) {
        return flavor(flavor -> flavor.extraSpec(key, value));
    }

    private static SpawnRequest image(UnaryOperator<ImageMeta.Builder> change) {
        return spawn(flavor -> flavor, change, instance -> instance, request -> request);
    }

    private static SpawnRequest instance(UnaryOperator<Instance.Builder> change) {
        return spawn(flavor -> flavor, image -> image, change, request -> request);
    }

    private static SpawnRequest request(UnaryOperator<SpawnRequest.Builder> change) {
        return spawn(flavor -> flavor, image -> image, instance -> instance, change);
    }

    private static SpawnRequest volume(OptionalInt bootIndex) {
        return request(spawn -> spawn.blockDevices(BlockDevices.builder()
                .volume(new BlockDevices.Volume(
                        "volume-1", Optional.empty(), Optional.empty(), bootIndex, "iscsi", Map.of()))
                .build()));
    }

    private static NetworkInterface onSubnet(IpVersion version) {
        return NetworkInterface.builder("vif-1")
                .network(Network.builder("blue")
                        .subnet(Subnet.builder("range", version).build())
                        .build())
                .build();
    }

    static Stream<Arguments> refusedHere() {
        return Stream.of(
                Arguments.of("root disk", flavor(flavor -> flavor.rootGb(11))),
                Arguments.of("needs a disk of 400", image(image -> image.minDiskGb(400))),
                Arguments.of("MiB of memory", image(image -> image.minRamMb(999_999))),
                Arguments.of("is for aarch64", image(image -> image.property("hw_architecture", "aarch64"))),
                Arguments.of("boots with uefi", image(image -> image.property("hw_firmware_type", "uefi"))),
                Arguments.of("CUSTOM_GPU", image(image -> image.requiredTrait(new Trait("CUSTOM_GPU")))),
                Arguments.of("CUSTOM_GPU", image(image -> image.property("trait:CUSTOM_GPU", "required"))),
                Arguments.of("CUSTOM_GPU", extra("trait:CUSTOM_GPU", "required")),
                Arguments.of("forbids", extra("trait:CUSTOM_SSD", "forbidden")),
                Arguments.of("1 of CUSTOM_SILVER", extra("resources:CUSTOM_SILVER", "1")),
                Arguments.of("2 of CUSTOM_GOLD", extra("resources:CUSTOM_GOLD", "2")),
                Arguments.of("9 of VCPU", extra("resources:VCPU", "9")),
                Arguments.of("boot_mode=uefi", extra("capabilities:boot_mode", "uefi")),
                Arguments.of("cpu_arch=aarch64", extra("cpu_arch", "aarch64")),
                Arguments.of(
                        "2 networks",
                        request(spawn -> spawn.network(
                                        NetworkInterface.builder("vif-1").build())
                                .network(NetworkInterface.builder("vif-2").build()))));
    }

    static Stream<Arguments> refusedEverywhere() {
        return Stream.of(
                Arguments.of("ephemeral", flavor(flavor -> flavor.ephemeralGb(20))),
                Arguments.of("swap", flavor(flavor -> flavor.swapMb(512))),
                Arguments.of("no volumes", volume(OptionalInt.empty())),
                Arguments.of("boot from volumes", volume(OptionalInt.of(0))),
                Arguments.of("IPv4", request(spawn -> spawn.network(onSubnet(IpVersion.IPV6)))),
                Arguments.of(
                        "IPv4",
                        request(spawn -> spawn.network(NetworkInterface.builder("vif-1")
                                .address("fd00::4")
                                .build()))),
                Arguments.of("user data", instance(instance -> instance.userData("I2Nsb3VkLWNvbmZpZwo="))),
                Arguments.of(
                        "keys", instance(instance -> instance.keyPair(new KeyPair("k1", KeyPair.Type.SSH, "ssh-x")))),
                Arguments.of("files", request(spawn -> spawn.injectedFile(new InjectedFile("/etc/motd", "aGk=")))),
                Arguments.of(
                        "the given config drive content",
                        request(spawn ->
                                spawn.configDrive(new ConfigDrive.Image(SecretBytes.of(new byte[] {1, 2, 3}))))));
    }

    @ParameterizedTest
    @MethodSource("refusedHere")
    void whatTheNodeLacksIsRefusedHere(String reason, SpawnRequest request) {
        List<Refusal> refusals = RequestCheck.refusals(request, NODE, EVERYTHING);

        assertThat(refusals).singleElement().satisfies(refusal -> {
            assertThat(refusal.reach()).isEqualTo(Reach.THIS_NODE);
            assertThat(refusal.reason()).contains(reason);
        });
    }

    @ParameterizedTest
    @MethodSource("refusedEverywhere")
    void whatTheDriverLacksIsRefusedEverywhereAndTakenWhereItIsHonoured(String reason, SpawnRequest request) {
        List<Refusal> refusals = RequestCheck.refusals(request, NODE, NOTHING);

        assertThat(refusals).singleElement().satisfies(refusal -> {
            assertThat(refusal.reach()).isEqualTo(Reach.EVERY_NODE);
            assertThat(refusal.reason()).contains(reason);
        });
        assertThat(RequestCheck.refusals(request, NODE, EVERYTHING)).isEmpty();
    }

    @Test
    void whatIsThereOrNoDemandIsTaken() {
        SpawnRequest request = spawn(
                flavor -> flavor.rootGb(10)
                        .extraSpec("resources:CUSTOM_GOLD", "1")
                        .extraSpec("resources:DISK_GB", "0")
                        .extraSpec("resources:CUSTOM_SILVER", "0")
                        .extraSpec("trait:CUSTOM_SSD", "required")
                        .extraSpec("trait:CUSTOM_GPU", "forbidden")
                        .extraSpec("capabilities:boot_mode", "<or> uefi <or> bios"),
                image -> image.minDiskGb(10).property("hw_firmware_type", "bios"),
                instance -> instance,
                spawn -> spawn.adminPassword(Secret.of("always set by Nova")).network(onSubnet(IpVersion.IPV4)));

        assertThat(RequestCheck.refusals(request, NODE, NOTHING)).isEmpty();
    }

    @Test
    void userDataAndKeysThatTravelAnotherWayAreTaken() {
        for (MetadataDelivery delivery : List.of(MetadataDelivery.SERVICE, MetadataDelivery.NONE)) {
            SpawnRequest request = spawn(
                    flavor -> flavor,
                    image -> image,
                    instance -> instance.userData("I2Nsb3VkLWNvbmZpZwo=")
                            .keyPair(new KeyPair("k1", KeyPair.Type.SSH, "ssh-x")),
                    spawn -> spawn.metadataDelivery(delivery));

            assertThat(RequestCheck.refusals(request, NODE, NOTHING)).isEmpty();
        }
    }

    @Test
    void allReasonsAreGivenAtOnceAndTheFarthestDecides() {
        SpawnRequest here = flavor(flavor -> flavor.rootGb(500).extraSpec("trait:CUSTOM_GPU", "required"));
        SpawnRequest everywhere = flavor(flavor -> flavor.rootGb(500).swapMb(1));

        assertThatExceptionOfType(DriverException.class)
                .isThrownBy(() -> RequestCheck.require(here, NODE, NOTHING))
                .withMessageContaining("500 GiB")
                .withMessageContaining("CUSTOM_GPU")
                .satisfies(refused -> assertThat(refused.code()).isEqualTo(ErrorCode.NODE_INVALID));
        assertThatExceptionOfType(DriverException.class)
                .isThrownBy(() -> RequestCheck.require(everywhere, NODE, NOTHING))
                .withMessageContaining("500 GiB")
                .withMessageContaining("swap")
                .satisfies(refused -> assertThat(refused.code()).isEqualTo(ErrorCode.BUILD_ABORT));
    }

    // A rebuild has one node: no other may fit.
    @Test
    void aRebuildIsAborted() {
        Instance instance = here().instance();
        RebuildRequest rebuild =
                RebuildRequest.builder(instance, here().image()).build();
        RebuildRequest preserving = RebuildRequest.builder(
                        flavor(flavor -> flavor).instance(), here().image())
                .disks(DiskTreatment.PRESERVE_EPHEMERAL)
                .build();

        for (RebuildRequest request : List.of(rebuild, preserving)) {
            assertThatExceptionOfType(DriverException.class)
                    .isThrownBy(() -> RequestCheck.require(request, NODE, NOTHING))
                    .satisfies(refused -> assertThat(refused.code()).isEqualTo(ErrorCode.BUILD_ABORT));
        }
        assertThatCode(() -> RequestCheck.require(preserving, NODE, EVERYTHING)).doesNotThrowAnyException();
    }

    private static SpawnRequest here() {
        return flavor(flavor -> flavor.rootGb(500));
    }

    @Test
    void aLineBreakInANameOfTheRequestDoesNotBreakTheMessage() {
        SpawnRequest request = spawn(
                flavor -> flavor,
                image -> image.property("hw_architecture", "arm\n02:00 ERROR forged\r"),
                instance -> instance.name("web\n02:00 ERROR forged"),
                spawn -> spawn);

        DriverException refused =
                catchThrowableOfType(DriverException.class, () -> RequestCheck.require(request, NODE, NOTHING));

        assertThat(refused.getMessage()).contains("web\\n02:00", "arm\\n02:00").doesNotContain("\n", "\r");
    }
}
