package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.driver.model.DestroyRequest;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.driver.testing.ScriptedDriverHost;

/** The DHCP files of running instances are lost while the driver does not run. */
class RestoredEntriesTest {
    private static final HostName HOST = new HostName("compute-0");
    private static final RequestContext CONTEXT = RequestContext.of("req-restored");

    @TempDir
    Path folder;

    @Test
    void theEntriesOfRunningInstancesAreWrittenAgainAtStartAndNoOthers() throws Exception {
        try (FakeCloud cloud = new FakeCloud(folder, 3)) {
            List<SpawnRequest> requests = new ArrayList<>();
            List<Path> files = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                requests.add(DriverProcess.request(
                        cloud.imageUrl().toString(),
                        FakeCloud.nodeName(i).value(),
                        UUID.randomUUID().toString()));
                files.add(folder.resolve("dhcp/hosts")
                        .resolve(cloud.nodeSpecs().get(i).uuid().toString()));
            }
            List<String> before = new ArrayList<>();
            try (BareMetalDriver driver = started(cloud)) {
                for (int i = 0; i < 3; i++) {
                    driver.spawn(CONTEXT, requests.get(i));
                    before.add(entry(files.get(i)));
                }
            }
            Files.write(files.get(0), new byte[0]);
            Files.delete(files.get(1));

            try (BareMetalDriver driver = started(cloud)) {
                for (int i = 0; i < 3; i++) {
                    assertThat(entry(files.get(i))).isNotEmpty().isEqualTo(before.get(i));
                }
                driver.destroy(CONTEXT, DestroyRequest.of(requests.get(1).instance()));
            }
            Files.deleteIfExists(files.get(1));

            try (BareMetalDriver driver = started(cloud)) {
                assertThat(driver.listInstances()).hasSize(2);
                assertThat(Files.exists(files.get(1)) ? Files.readString(files.get(1)) : "")
                        .as("entry of the deleted instance")
                        .doesNotContain("web1");
            }
        }
    }

    private static String entry(Path file) throws Exception {
        return Files.readString(file).replaceAll("#.*\n", "");
    }

    private static BareMetalDriver started(FakeCloud cloud) {
        BareMetalDriver driver =
                new BareMetalDriver(cloud.conf().build(), new ScriptedDriverHost(HOST, InstantSource.system()));
        driver.initHost(HOST);
        return driver;
    }
}
