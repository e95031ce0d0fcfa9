package org.novametal.baremetal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.novametal.baremetal.inventory.BmcSettings;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.JsonDocument;
import org.novametal.baremetal.inventory.LocalLink;
import org.novametal.baremetal.inventory.Location;
import org.novametal.baremetal.inventory.NodeNotes;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.inventory.Ownership;
import org.novametal.baremetal.inventory.PortGroup;
import org.novametal.baremetal.inventory.PortSpec;
import org.novametal.baremetal.inventory.RootDevice;
import org.novametal.baremetal.inventory.SecureBoot;
import org.novametal.baremetal.operation.DeploySpec;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.Plan;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.sql.SqlStore;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcOptions.KeyExchange;
import org.novametal.bmc.BmcOptions.Privilege;
import org.novametal.bmc.BmcOptions.SessionPolicy;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.InstanceOperation.Unused;
import org.novametal.driver.model.Network;
import org.novametal.driver.model.NetworkInterface;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.PowerAfterSpawn;

/** Stores and records for tests. */
public final class StoreFixture {
    public static final Instant NOW = Instant.parse("2026-11-21T10:15:30.123456789Z");
    public static final String PASSWORD = "open-sesame-4711-\u00fc";

    /** The plan of the operations here. */
    public static final Plan PLAN = new Plan(List.of("a.first", "b.second", "c.third", "d.fourth"));

    private StoreFixture() {}

    public static Store open(Path folder) {
        return open(folder, StoreOptions.DEFAULTS);
    }

    public static Store open(Path folder, Duration timeout) {
        return open(folder, StoreOptions.DEFAULTS.withTimeout(timeout));
    }

    /** A store that is written at the machine's time. */
    public static Store openNow(Path folder) {
        return open(folder, InstantSource.system(), StoreOptions.DEFAULTS);
    }

    private static Store open(Path folder, StoreOptions options) {
        return open(folder, InstantSource.fixed(NOW), options);
    }

    private static Store open(Path folder, InstantSource clock, StoreOptions options) {
        return SqlStore.sqlite(database(folder), SecretCipher.ofKeyFile(folder.resolve("secret.key")), clock, options);
    }

    /** Checks that a call fails with a code. */
    public static ThrowableAssertAlternative<DriverException> refused(ErrorCode code, ThrowingCallable call) {
        return assertThatExceptionOfType(DriverException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }

    public static Path database(Path folder) {
        return folder.resolve("nodes.db");
    }

    /** A node whose name, BMC address and MACs follow from a number up to 65,535. */
    public static NodeSpec spec(int number) {
        return NodeSpec.builder(
                        new NodeName("node-%02d".formatted(number)),
                        BmcAddress.parse("ipmi://10.0.%d.%d:623".formatted(number / 256, number % 256)),
                        new BmcCredentials("admin", PASSWORD))
                .vcpus(8)
                .memoryMb(16_384)
                .localGb(200)
                .resourceClass("baremetal.gold")
                .traits(Set.of("CUSTOM_SSD", "HW_CPU_X86_VMX"))
                .macs(List.of(mac(number, 0), mac(number, 1)))
                .consoleLog("/var/log/console/" + number + ".log")
                .initialState(ProvisionState.AVAILABLE)
                .build();
    }

    /** A node with a value in every field; the values follow from a number up to 255. */
    public static NodeSpec fullSpec(int number) {
        PortSpec.Pxe[] boots = {PortSpec.Pxe.ENABLED, PortSpec.Pxe.DISABLED};
        List<PortSpec> ports = IntStream.range(0, 2)
                .mapToObj(position -> new PortSpec(
                        mac(number, position),
                        Optional.of(new UUID(number, position)),
                        Optional.of("eth" + position),
                        boots[position],
                        Optional.of("physnet-" + number),
                        OptionalInt.of(number + position),
                        Optional.of(new LocalLink("0a:1b:2c:3d:4e:5f", "Ethernet1/" + position, Optional.of("tor-1"))),
                        Optional.of("bond-0")))
                .toList();
        return spec(number).toBuilder()
                .uuid(new UUID(number, 99))
                .credentials(new BmcCredentials("admin", PASSWORD, Optional.of("K_g-" + number)))
                .capabilities(Map.of("cpu_vt", "true", "disk_label", "gpt-" + number))
                .rootDevice(RootDevice.ANY
                        .with(RootDevice.Hint.SIZE, ">= " + number)
                        .with(RootDevice.Hint.ROTATIONAL, "false"))
                .ports(ports)
                .portGroups(List.of(new PortGroup(
                        "bond-0",
                        Optional.of(new UUID(number, 50)),
                        Optional.of(mac(number, 9)),
                        "802.3ad",
                        new JsonDocument("{\"miimon\": 100}"),
                        PortGroup.StandalonePorts.UNSUPPORTED)))
                .settings(BmcSettings.NONE
                        .withSessionPolicy(SessionPolicy.CLOSE)
                        .withPrivilege(Privilege.ADMINISTRATOR)
                        .withCertificate("ab".repeat(32))
                        .withKeyExchange(KeyExchange.RSA_ALLOWED)
                        .withPowerGroup("rack-" + number)
                        .withBootMode(BootFirmware.UEFI)
                        .withSecureBoot(SecureBoot.ON))
                .notes(new NodeNotes(
                        new Ownership(Optional.of("owner-" + number), Optional.of("lessee-" + number)),
                        new Location(Optional.of("rack-" + number), Optional.of("U" + number)),
                        Optional.of("shard-" + number),
                        Optional.of("first line\nsecond line, \u00fc and \"quotes\""),
                        new JsonDocument("{\"tags\": [\"a\", 1, null, 1.5], \"unit\": " + number + "}")))
                .build();
    }

    private static String mac(int number, int position) {
        return "52:54:00:%02x:%02x:%02x".formatted(number / 256, position, number % 256);
    }

    public static InstanceOnNode instance(String name) {
        return new InstanceOnNode(new InstanceId(UUID.randomUUID()), name);
    }

    public static DeploySpec deploySpec() {
        return new DeploySpec(
                "host-1",
                "image-1",
                URI.create("https://images.example/noble.qcow2?a=b"),
                Optional.of("qcow2"),
                Optional.of("sha512"),
                Optional.of("ab12"),
                OptionalLong.of(5_000_000_000L),
                List.of(
                        NetworkInterface.builder("vif-1")
                                .mac("52:54:00:00:00:01")
                                .network(Network.named("blue"))
                                .address("10.1.0.4")
                                .address("fd00::4")
                                .build(),
                        NetworkInterface.builder("vif-2")
                                .network(Network.named("red"))
                                .build()),
                PowerAfterSpawn.OFF,
                "req-1",
                Set.of(Unused.ADMIN_PASSWORD));
    }

    /** An image without format, checksum and length, on those networks. */
    public static DeploySpec plainDeploySpec(String hostname, NetworkInterface... networks) {
        return new DeploySpec(
                hostname,
                "image-1",
                URI.create("http://127.0.0.1/image"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                List.of(networks),
                PowerAfterSpawn.ON,
                "req-1",
                Set.of());
    }

    public static OperationRecord deployment(UUID node, InstanceOnNode instance) {
        return OperationRecord.begin(node, OperationKind.DEPLOY, Optional.of(instance.id()), deploySpec(), PLAN, NOW);
    }

    /** A cleaning that somebody requests. */
    public static OperationRecord requestedCleaning(UUID node) {
        return OperationRecord.requested(
                node, Optional.empty(), OperationKind.CLEAN, OperationInput.NOTHING, "an operator", NOW);
    }

    public static OperationRecord cleaning(UUID node) {
        return OperationRecord.begin(node, OperationKind.CLEAN, Optional.empty(), OperationInput.NOTHING, PLAN, NOW);
    }
}
