package org.novametal.driver.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.novametal.driver.testkit.DriverContract.CONTEXT;
import static org.novametal.driver.testkit.DriverContract.assertFailsWith;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.novametal.driver.capability.ConsoleAccess;
import org.novametal.driver.capability.CrashDump;
import org.novametal.driver.capability.DriverCapability;
import org.novametal.driver.capability.ImageCaching;
import org.novametal.driver.capability.InstanceDiagnostics;
import org.novametal.driver.capability.InstanceRescue;
import org.novametal.driver.capability.InstanceSnapshot;
import org.novametal.driver.capability.InterfaceAttachment;
import org.novametal.driver.capability.InventoryReshape;
import org.novametal.driver.capability.InventoryReshape.Reshaped;
import org.novametal.driver.capability.NetworkBinding;
import org.novametal.driver.capability.NetworkPreparation;
import org.novametal.driver.capability.PowerUpdateEvents;
import org.novametal.driver.capability.VolumeConnection;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.ConsoleType;
import org.novametal.driver.model.DestroyRequest;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.Network;
import org.novametal.driver.model.NetworkInterface;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.PowerState;
import org.novametal.driver.model.Secret;
import org.novametal.driver.placement.ProviderTree;
import org.novametal.driver.placement.Trait;

/**
 * The basic contract of each capability that a driver has. The switch makes the compiler reject a capability without a
 * contract.
 */
final class PresentCapability {
    private final DriverContract contract;
    private final NodeName node;

    PresentCapability(DriverContract contract) {
        this.contract = contract;
        this.node = contract.node(0);
    }

    /** The traits of nova/virt/driver.py#CAPABILITY_TRAITS_MAP that only a driver with that capability may have. */
    static Set<Trait> traitsThatClaim(Class<? extends DriverCapability> type) {
        if (type.equals(InterfaceAttachment.class)) {
            return Set.of(
                    new Trait("COMPUTE_NET_ATTACH_INTERFACE"), new Trait("COMPUTE_NET_ATTACH_INTERFACE_WITH_TAG"));
        }
        if (type.equals(InstanceRescue.class)) {
            return Set.of(new Trait("COMPUTE_RESCUE_BFV"));
        }
        if (type.equals(VolumeConnection.class)) {
            return Set.of(
                    new Trait("COMPUTE_VOLUME_ATTACH_WITH_TAG"),
                    new Trait("COMPUTE_VOLUME_EXTEND"),
                    new Trait("COMPUTE_VOLUME_MULTI_ATTACH"));
        }
        return Set.of();
    }

    void check(DriverCapability capability) throws Exception {
        switch (capability) {
            case ConsoleAccess console -> console(console);
            case CrashDump crashDump -> crashDump(crashDump);
            case ImageCaching caching -> imageCaching(caching);
            case InstanceDiagnostics diagnostics -> diagnostics(diagnostics);
            case InstanceRescue rescue -> rescue(rescue);
            case InstanceSnapshot snapshot -> snapshot(snapshot);
            case InterfaceAttachment attachment -> interfaces(attachment);
            case InventoryReshape reshape -> reshape(reshape);
            case NetworkBinding binding -> binding(binding);
            case NetworkPreparation preparation -> preparation(preparation);
            case PowerUpdateEvents events -> powerUpdates(events);
            case VolumeConnection volumes -> volumes(volumes);
        }
    }

    private Instance running() throws InterruptedException {
        return contract.spawnedOn(node);
    }

    private Instance unknown() {
        return contract.newInstanceOn(node);
    }

    private void within(String name, Background.Call call) throws InterruptedException {
        contract.start(name, call).succeeds();
    }

    private void refusesTheUnknown(String name, Background.Call call) throws InterruptedException {
        contract.start(name, call).failsWith(ErrorCode.INSTANCE_NOT_FOUND);
    }

    // nova/virt/driver.py#get_console_output: "Get console output for an instance".
    private void console(ConsoleAccess console) throws Exception {
        Instance instance = running();

        Eventually.holds(
                "the instance has printed something",
                contract.fixture.limit(),
                () -> !console.getConsoleOutput(CONTEXT, instance).isBlank());
        assertFailsWith(ErrorCode.INSTANCE_NOT_FOUND, () -> console.getConsoleOutput(CONTEXT, unknown()));
        for (ConsoleType type : ConsoleType.values()) {
            if (console.consoleTypes().contains(type)) {
                assertThat(console.getConsole(CONTEXT, instance, type).type()).isEqualTo(type);
            } else {
                assertFailsWith(ErrorCode.CONSOLE_TYPE_UNAVAILABLE, () -> console.getConsole(CONTEXT, instance, type));
            }
        }
    }

    // nova/virt/driver.py#trigger_crash_dump: "Trigger crash dump mechanism on the given instance."
    private void crashDump(CrashDump crashDump) throws Exception {
        Instance instance = running();

        within("crash dump", () -> crashDump.triggerCrashDump(instance));
        refusesTheUnknown("crash dump of an unknown instance", () -> crashDump.triggerCrashDump(unknown()));
    }

    // nova/virt/driver.py#cache_image: "Returns True if the image was cached by the driver, False if it was already
    // there".
    private void imageCaching(ImageCaching caching) throws Exception {
        within("caching an image", () -> {
            assertThat(caching.cacheImage(CONTEXT, contract.fixture.image())).isTrue();
            assertThat(caching.cacheImage(CONTEXT, contract.fixture.image())).isFalse();
            caching.manageImageCache(CONTEXT, Set.of());
        });
        contract.assertRunsOn(node, running());
    }

    // nova/virt/driver.py#get_instance_diagnostics: "Return data about VM diagnostics."
    private void diagnostics(InstanceDiagnostics diagnostics) throws Exception {
        Instance instance = running();

        assertThat(diagnostics.getInstanceDiagnostics(instance)).isNotEmpty();
        assertFailsWith(ErrorCode.INSTANCE_NOT_FOUND, () -> diagnostics.getInstanceDiagnostics(unknown()));
    }

    // nova/virt/driver.py#rescue: "Rescue the specified instance."; #unrescue: "Unrescue the specified instance."
    private void rescue(InstanceRescue rescue) throws Exception {
        Instance instance = running();

        within("rescue", () -> rescue.rescue(CONTEXT, instance, Secret.of("rescue-me")));
        within("unrescue", () -> rescue.unrescue(CONTEXT, instance));
        contract.assertRunsOn(node, instance);
        refusesTheUnknown(
                "rescue of an unknown instance", () -> rescue.rescue(CONTEXT, unknown(), Secret.of("rescue-me")));

        NodeName other = contract.node(1);
        Instance rescued = contract.spawnedOn(other);
        within("rescue of another instance", () -> rescue.rescue(CONTEXT, rescued, Secret.of("rescue-me")));
        assertThat(contract.driver.instanceExists(rescued)).isTrue();
        within("destroy of a rescued instance", () -> contract.driver.destroy(CONTEXT, DestroyRequest.of(rescued)));
        contract.assertNothingIsLeft(other, rescued);
    }

    // nova/virt/driver.py#snapshot: the image record belongs to the compute service, so the kit has none; it can only
    // check that a snapshot of an unknown instance is refused.
    private void snapshot(InstanceSnapshot snapshot) throws Exception {
        refusesTheUnknown(
                "snapshot of an unknown instance",
                () -> snapshot.snapshot(CONTEXT, unknown(), UUID.randomUUID().toString()));
    }

    private static NetworkInterface network() {
        return NetworkInterface.builder(UUID.randomUUID().toString())
                .network(Network.named("tenant"))
                .build();
    }

    // nova/virt/driver.py#attach_interface: "Use hotplug to add a network interface to a running instance."
    private void interfaces(InterfaceAttachment attachment) throws Exception {
        Instance instance = running();
        NetworkInterface network = network();

        within("attaching and detaching, each twice", () -> {
            attachment.attachInterface(CONTEXT, instance, network);
            attachment.attachInterface(CONTEXT, instance, network);
            attachment.detachInterface(CONTEXT, instance, network);
            attachment.detachInterface(CONTEXT, instance, network);
            attachment.plugVifs(instance, List.of(network));
            attachment.plugVifs(instance, List.of(network));
            attachment.unplugVifs(instance, List.of(network));
            attachment.unplugVifs(instance, List.of(network));
        });
        contract.assertRunsOn(node, instance);
        refusesTheUnknown(
                "attaching to an unknown instance", () -> attachment.attachInterface(CONTEXT, unknown(), network));
        assertThat(contract.driver.capabilitiesAsTraits())
                .containsEntry(new Trait("COMPUTE_NET_ATTACH_INTERFACE"), true);
    }

    // nova/virt/driver.py#update_provider_tree: the allocations "must be edited in place to indicate the desired final
    // state of allocations", so a second pass has nothing left to move.
    private void reshape(InventoryReshape reshape) {
        ProviderTree tree = ProviderTree.empty()
                .with(new ProviderTree.Provider(
                        contract.driver.getAvailableResource(node).uuid(),
                        node.value(),
                        Optional.empty(),
                        Map.of(),
                        Set.of()));
        Reshaped once = reshape.reshape(new Reshaped(tree, Map.of()), node);

        assertThat(once.allocations())
                .as("allocations after a reshape without allocations")
                .isEmpty();
        assertThat(reshape.reshape(once, node)).isEqualTo(once);
    }

    // nova/virt/driver.py#manages_network_binding_host_id: "Compute driver manages port bindings."
    private void binding(NetworkBinding binding) throws Exception {
        Instance instance = running();

        assertThat(binding.networkBindingHostId(CONTEXT, instance))
                .as("result of a second call")
                .isEqualTo(binding.networkBindingHostId(CONTEXT, instance));
        assertThat(binding.managesNetworkBindingHostId())
                .as("result of a second call")
                .isEqualTo(binding.managesNetworkBindingHostId());
    }

    // nova/virt/driver.py#prepare_networks_before_block_device_mapping, #clean_networks_preparation.
    private void preparation(NetworkPreparation preparation) throws Exception {
        Instance instance = contract.newInstanceOn(node);
        contract.driver.prepareForSpawn(instance);
        List<NetworkInterface> networks = List.of(network());

        within("preparing and cleaning, each twice", () -> {
            preparation.cleanNetworksPreparation(instance, networks);
            preparation.prepareNetworks(instance, networks);
            preparation.prepareNetworks(instance, networks);
            preparation.cleanNetworksPreparation(instance, networks);
            preparation.cleanNetworksPreparation(instance, networks);
        });
        contract.driver.failedSpawnCleanup(instance);
        contract.assertNothingIsLeft(node, instance);
    }

    // nova/virt/driver.py#power_update_event: "Update power, vm and task states of the specified instance".
    private void powerUpdates(PowerUpdateEvents events) throws Exception {
        Instance instance = running();

        within("a power update", () -> events.powerUpdateEvent(instance, PowerState.SHUTDOWN));
        assertThat(contract.power(instance))
                .as("power of the machine, which was not switched")
                .isEqualTo(PowerState.RUNNING);
        assertFailsWith(ErrorCode.INSTANCE_NOT_FOUND, () -> events.powerUpdateEvent(unknown(), PowerState.RUNNING));
    }

    // nova/virt/driver.py#get_volume_connector: "Get connector information for the instance for attaching to volumes."
    private void volumes(VolumeConnection volumes) throws Exception {
        Instance instance = running();

        assertThat(volumes.getVolumeConnector(instance)).containsKey("host");
        assertFailsWith(ErrorCode.INSTANCE_NOT_FOUND, () -> volumes.getVolumeConnector(unknown()));
    }
}
