package org.novametal.driver.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.novametal.driver.capability.RequestFeature;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.host.DriverEvent.NodeStateChanged;
import org.novametal.driver.model.BlockDevices;
import org.novametal.driver.model.ConfigDrive;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.InjectedFile;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.KeyPair;
import org.novametal.driver.model.MetadataDelivery;
import org.novametal.driver.model.NetworkInterface;
import org.novametal.driver.model.SecretBytes;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.driver.placement.Trait;

/**
 * A request with a part that is not honoured is refused before a machine is touched; no part is silently dropped.
 *
 * <p>nova/compute/manager.py#_build_and_run_instance: BuildAbortException ends the build; after any other exception
 * Nova tries another node.
 */
abstract class RefusalContract extends DriverContract {
    private static final int TOO_MUCH = 1_000_000;

    RefusalContract(Fixtures fixtures) {
        super(fixtures);
    }

    /** Makes a request from a flavor, image and instance that the fixture's nodes accept. */
    interface Change {
        SpawnRequest apply(Flavor flavor, ImageMeta image, Instance instance);
    }

    /**
     * A request with a part that may not be honoured.
     *
     * @param name the demand, as shown in reports
     * @param feature the feature with which a driver honours the demand; absent when the node decides
     * @param code the code of the refusal
     * @param change makes the request
     */
    record Demand(String name, Optional<RequestFeature> feature, ErrorCode code, Change change) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Demand ofNode(String name, Change change) {
        return new Demand(name, Optional.empty(), ErrorCode.NODE_INVALID, change);
    }

    private static Demand ofDriver(String name, RequestFeature feature, Change change) {
        return new Demand(name, Optional.of(feature), ErrorCode.BUILD_ABORT, change);
    }

    /** A copy of the fixture's flavor, for adding demands. */
    private static Flavor.Builder more(Flavor flavor) {
        return Flavor.builder(flavor.name())
                .vcpus(flavor.vcpus())
                .memoryMb(flavor.memoryMb())
                .rootGb(flavor.rootGb())
                .extraSpecs(flavor.extraSpecs());
    }

    /** A copy of the fixture's image, for adding demands. */
    private static ImageMeta.Builder more(ImageMeta image) {
        ImageMeta.Builder copy = image.id().map(ImageMeta::builder).orElseGet(ImageMeta::builder);
        image.source().ifPresent(copy::source);
        image.diskFormat().ifPresent(copy::diskFormat);
        return copy;
    }

    private static SpawnRequest with(Flavor flavor, ImageMeta image, Instance instance) {
        Instance.Builder asked = Instance.builder(instance.id(), flavor);
        instance.node().ifPresent(asked::node);
        return SpawnRequest.builder(asked.build(), image).build();
    }

    private static Change extraSpec(String key, String value) {
        return (flavor, image, instance) ->
                with(more(flavor).extraSpec(key, value).build(), image, instance);
    }

    private static Change property(String key, String value) {
        return (flavor, image, instance) ->
                with(flavor, more(image).property(key, value).build(), instance);
    }

    private static Change devices(BlockDevices devices) {
        return (_, image, instance) ->
                SpawnRequest.builder(instance, image).blockDevices(devices).build();
    }

    private static BlockDevices volume(OptionalInt bootIndex) {
        return BlockDevices.builder()
                .volume(new BlockDevices.Volume(
                        "volume-1", Optional.empty(), Optional.empty(), bootIndex, "iscsi", Map.of()))
                .build();
    }

    private static SpawnRequest networks(Instance instance, ImageMeta image, int count) {
        SpawnRequest.Builder request = SpawnRequest.builder(instance, image);
        IntStream.range(0, count)
                .forEach(index ->
                        request.network(NetworkInterface.builder("vif-" + index).build()));
        return request.build();
    }

    static Stream<Demand> demands() {
        return Stream.of(
                ofNode(
                        "a root disk larger than the node's",
                        (flavor, image, instance) ->
                                with(more(flavor).rootGb(TOO_MUCH).build(), image, instance)),
                ofNode(
                        "an image that needs a larger disk",
                        (flavor, image, instance) ->
                                with(flavor, more(image).minDiskGb(TOO_MUCH).build(), instance)),
                ofNode(
                        "an image that needs more memory",
                        (flavor, image, instance) -> with(
                                flavor, more(image).minRamMb(TOO_MUCH * 1000).build(), instance)),
                ofNode("a trait of the flavor", extraSpec("trait:CUSTOM_NO_NODE_HAS_IT", "required")),
                ofNode(
                        "a trait of the image",
                        (flavor, image, instance) -> with(
                                flavor,
                                more(image)
                                        .requiredTrait(new Trait("CUSTOM_NO_NODE_HAS_IT"))
                                        .build(),
                                instance)),
                ofNode("another resource class", extraSpec("resources:CUSTOM_NO_NODE_HAS_IT", "1")),
                ofNode("a capability", extraSpec("capabilities:no_node_has_it", "true")),
                ofNode("another firmware", property("hw_firmware_type", "no-node-has-it")),
                ofNode("another architecture", property("hw_architecture", "no-node-has-it")),
                ofNode("more networks than ports", (_, image, instance) -> networks(instance, image, 100)),
                ofDriver(
                        "an ephemeral disk of the flavor",
                        RequestFeature.EPHEMERAL_DISKS,
                        (flavor, image, instance) ->
                                with(more(flavor).ephemeralGb(1).build(), image, instance)),
                ofDriver(
                        "an ephemeral disk",
                        RequestFeature.EPHEMERAL_DISKS,
                        devices(BlockDevices.builder()
                                .ephemeral(new BlockDevices.Ephemeral(Optional.empty(), 1, Optional.empty()))
                                .build())),
                ofDriver(
                        "swap",
                        RequestFeature.SWAP,
                        (flavor, image, instance) -> with(more(flavor).swapMb(1).build(), image, instance)),
                ofDriver("a volume", RequestFeature.VOLUMES, devices(volume(OptionalInt.empty()))),
                ofDriver("a boot from volume", RequestFeature.BOOT_FROM_VOLUME, devices(volume(OptionalInt.of(0)))),
                ofDriver(
                        "an interface with only IPv6 addresses",
                        RequestFeature.IPV6_ONLY_PORTS,
                        (_, image, instance) -> SpawnRequest.builder(instance, image)
                                .network(NetworkInterface.builder("vif-6")
                                        .address("fd00::4")
                                        .build())
                                .build()),
                ofDriver(
                        "a config drive",
                        RequestFeature.CONFIG_DRIVE,
                        (_, image, instance) -> SpawnRequest.builder(instance, image)
                                .configDrive(ConfigDrive.Files.of(
                                        Map.of("openstack/latest/meta_data.json", SecretBytes.of(new byte[] {1}))))
                                .build()),
                ofDriver(
                        "a file",
                        RequestFeature.CONFIG_DRIVE,
                        (_, image, instance) -> SpawnRequest.builder(instance, image)
                                .injectedFile(new InjectedFile("/etc/motd", "aGVsbG8="))
                                .build()),
                ofDriver(
                        "user data by config drive",
                        RequestFeature.CONFIG_DRIVE,
                        (_, image, instance) -> SpawnRequest.builder(
                                        instance.toBuilder()
                                                .userData("I2Nsb3VkLWNvbmZpZwo=")
                                                .build(),
                                        image)
                                .build()),
                ofDriver(
                        "a key by config drive",
                        RequestFeature.CONFIG_DRIVE,
                        (_, image, instance) ->
                                SpawnRequest.builder(withKey(instance), image).build()));
    }

    private static Instance withKey(Instance instance) {
        return instance.toBuilder()
                .keyPair(new KeyPair("k1", KeyPair.Type.SSH, "ssh-ed25519 AAAA k1"))
                .build();
    }

    // Earlier versions let each of these spawns succeed and silently dropped the demand.
    @ParameterizedTest
    @MethodSource("demands")
    void whatIsNotHonouredIsRefusedBeforeTheMachineIsTouched(Demand demand) throws Exception {
        Set<RequestFeature> honoured = fixture.honoured();
        if (demand.feature().filter(honoured::contains).isPresent()) {
            return; // the driver's own tests show how it honours the demand
        }
        SpawnRequest request = demand.change().apply(fixture.flavor(), fixture.image(), newInstanceOn(node(0)));

        DriverException refused = startSpawn(request).fails();

        assertThat(refused.code()).as(refused.getMessage()).isEqualTo(demand.code());
        assertNothingIsLeft(node(0), request.instance());
        assertThat(fixture.host().events())
                .as("events of a request that was refused")
                .noneMatch(NodeStateChanged.class::isInstance);
    }

    // Bare-metal flavors set the amounts that placement counts for hypervisors to 0.
    @Test
    void anAmountOfZeroIsNoDemand() throws Exception {
        Flavor flavor = more(fixture.flavor())
                .extraSpec("resources:DISK_GB", "0")
                .extraSpec("resources:VCPU", "0")
                .extraSpec("resources:CUSTOM_NO_NODE_HAS_IT", "0")
                .build();
        SpawnRequest request = with(flavor, fixture.image(), newInstanceOn(node(0)));

        startSpawn(request).succeeds();

        assertRunsOn(node(0), request.instance());
    }

    // nova/api/metadata: a driver cannot drop user data and keys that the guest fetches by itself.
    @Test
    void userDataAndKeysThatTravelByTheMetadataServiceAreTaken() throws Exception {
        Instance instance = withKey(newInstanceOn(node(0)).toBuilder()
                .userData("I2Nsb3VkLWNvbmZpZwo=")
                .build());

        startSpawn(SpawnRequest.builder(instance, fixture.image())
                        .metadataDelivery(MetadataDelivery.SERVICE)
                        .build())
                .succeeds();

        assertRunsOn(node(0), instance);
    }

    // One answer with all reasons spares a user the second and third attempt.
    @Test
    void allReasonsAreGivenAtOnce() throws Exception {
        Flavor flavor = more(fixture.flavor())
                .rootGb(TOO_MUCH)
                .extraSpec("trait:CUSTOM_NO_NODE_HAS_IT", "required")
                .build();

        DriverException refused = startSpawn(with(flavor, fixture.image(), newInstanceOn(node(0))))
                .fails();

        assertThat(refused)
                .hasMessageContaining("CUSTOM_NO_NODE_HAS_IT")
                .hasMessageContaining(String.valueOf(TOO_MUCH));
    }
}
