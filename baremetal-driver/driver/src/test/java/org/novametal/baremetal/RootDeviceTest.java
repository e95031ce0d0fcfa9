package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.RootDevice;
import org.novametal.baremetal.inventory.RootDevice.Hint;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.driver.testing.ScriptedDriverHost;

/** A node's root device hints and capabilities reach the deploy ramdisk and the checks of requests. */
class RootDeviceTest {
    private static final RequestContext CONTEXT = RequestContext.of("req-1");

    @TempDir
    Path folder;

    private FakeCloud cloud;
    private BareMetalDriver driver;

    @BeforeEach
    void start() throws Exception {
        cloud = new FakeCloud(folder, 1);
        HostName name = new HostName("compute-0");
        driver = new BareMetalDriver(cloud.conf().build(), new ScriptedDriverHost(name, InstantSource.system()));
        driver.initHost(name);
    }

    @AfterEach
    void close() throws Exception {
        driver.close();
        cloud.close();
    }

    private void hint(Hint hint, String text) {
        NodeRecord node = driver.enrolment().show(FakeCloud.nodeName(0)).node();
        driver.enrolment()
                .update(
                        node,
                        spec -> spec.toBuilder()
                                .capabilities(Map.of("disk_label", "gpt"))
                                .rootDevice(RootDevice.ANY.with(hint, text))
                                .build());
    }

    private SpawnRequest request(String diskLabel) {
        Flavor flavor = Flavor.builder("metal")
                .vcpus(4)
                .memoryMb(8192)
                .rootGb(1)
                .extraSpec("capabilities:disk_label", diskLabel)
                .build();
        Instance instance = Instance.builder(new InstanceId(UUID.randomUUID()), flavor)
                .node(FakeCloud.nodeName(0))
                .build();
        ImageMeta image = ImageMeta.builder("image").source(cloud.imageUrl()).build();
        return SpawnRequest.builder(instance, image).build();
    }

    @Test
    void theImageIsWrittenToTheDiskThatMatchesTheHints() throws Exception {
        hint(Hint.NAME, "/dev/vda");

        driver.spawn(CONTEXT, request("gpt"));

        assertThat(driver.enrolment().show(FakeCloud.nodeName(0)).node().state())
                .isEqualTo(ProvisionState.ACTIVE);
    }

    @Test
    void aDeploymentFailsWhenNoDiskMatchesTheHints() {
        hint(Hint.SERIAL, "another disk");

        assertThatExceptionOfType(DriverException.class)
                .isThrownBy(() -> driver.spawn(CONTEXT, request("gpt")))
                .withMessageContaining("No suitable device was found for deployment using these hints")
                .withMessageContaining("another disk");
    }

    @Test
    void aRequestForAnotherCapabilityIsRefused() {
        hint(Hint.SIZE, ">= 1");

        assertThatExceptionOfType(DriverException.class)
                .isThrownBy(() -> driver.spawn(CONTEXT, request("msdos")))
                .withMessageContaining("disk_label=msdos");
    }
}
