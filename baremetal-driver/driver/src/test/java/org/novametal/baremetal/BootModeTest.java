package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.bmc.BootDevice;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.bmc.BootOverride.BootPersistence;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.driver.testing.ScriptedDriverHost;

/** A node's boot mode reaches its BMC and decides which requests the node can serve. */
class BootModeTest {
    private static final RequestContext CONTEXT = RequestContext.of("req-1");

    @TempDir
    Path folder;

    private FakeCloud cloud;
    private BareMetalDriver driver;

    @BeforeEach
    void start() throws Exception {
        cloud = new FakeCloud(folder, 2);
        HostName name = new HostName("compute-0");
        driver = new BareMetalDriver(cloud.conf().build(), new ScriptedDriverHost(name, InstantSource.system()));
        driver.initHost(name);
        NodeRecord node = driver.enrolment().show(FakeCloud.nodeName(0)).node();
        driver.enrolment()
                .update(
                        node,
                        spec -> spec.toBuilder()
                                .settings(spec.settings().withBootMode(BootFirmware.UEFI))
                                .build());
    }

    @AfterEach
    void close() throws Exception {
        driver.close();
        cloud.close();
    }

    private SpawnRequest request(NodeName node, String mode) {
        Flavor flavor = Flavor.builder("metal")
                .vcpus(4)
                .memoryMb(8192)
                .rootGb(1)
                .extraSpec("capabilities:boot_mode", mode)
                .build();
        Instance instance = Instance.builder(new InstanceId(UUID.randomUUID()), flavor)
                .node(node)
                .build();
        ImageMeta image = ImageMeta.builder("image").source(cloud.imageUrl()).build();
        return SpawnRequest.builder(instance, image).build();
    }

    @Test
    void aUefiNodeIsDeployedWithUefi() throws Exception {
        driver.spawn(CONTEXT, request(FakeCloud.nodeName(0), "uefi"));

        assertThat(cloud.rack().slots().getFirst().machine().bootOverride())
                .isEqualTo(new BootOverride(BootDevice.DISK, BootPersistence.PERSISTENT, BootFirmware.UEFI));
    }

    @Test
    void aRequestForAnotherBootModeThanTheNodesIsRefused() {
        assertRefused(FakeCloud.nodeName(0), "bios");
        assertRefused(FakeCloud.nodeName(1), "uefi");
    }

    private void assertRefused(NodeName node, String mode) {
        assertThatExceptionOfType(DriverException.class)
                .isThrownBy(() -> driver.spawn(CONTEXT, request(node, mode)))
                .returns(ErrorCode.NODE_INVALID, DriverException::code)
                .withMessageContaining("boot_mode=" + mode);
    }
}
