package org.novametal.examples.computehost;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.BareMetalInventory;
import org.novametal.baremetal.BareMetalInventory.Missing;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.model.NodeName;
import org.novametal.examples.computehost.server.ServerFixture;
import org.novametal.examples.computehost.server.SocketClient;
import org.novametal.examples.computehost.server.SocketClient.Reply;

/** The program with the bare-metal driver and the bare-metal host manager. */
class BareMetalHostTest {
    @TempDir
    Path folder;

    private Path configuration() throws Exception {
        for (String name : List.of("deploy.kernel", "deploy.ramdisk")) {
            Files.writeString(folder.resolve(name), "boot");
        }
        return Files.writeString(folder.resolve("nova.conf"), """
                [DEFAULT]
                host = metal-1
                [baremetal]
                compute_driver = nova.virt.baremetal.driver.BareMetalDriver
                scheduler_host_manager = nova.scheduler.baremetal_host_manager.BaremetalHostManager
                state_path = %1$s/state
                dhcp_dir = %1$s/dhcp
                deploy_kernel = %1$s/deploy.kernel
                deploy_ramdisk = %1$s/deploy.ramdisk
                http_listen = 127.0.0.1:0
                power_poll_interval = 0
                [compute_host]
                socket = %1$s/compute.sock
                http_listen = 127.0.0.1:0
                """.formatted(folder));
    }

    private void enrol(Path file) {
        BareMetalOptions options =
                BareMetalOptions.from(NovaConf.builder().file(file).build());
        try (BareMetalInventory inventory = BareMetalInventory.open(options, InstantSource.system(), Missing.CREATE)) {
            inventory
                    .enrolment()
                    .enrolAll(List.of(NodeSpec.builder(
                                    new NodeName("node-1"),
                                    BmcAddress.parse("ipmi://127.0.0.1:20001"),
                                    new BmcCredentials("admin", "geheim-4711"))
                            .vcpus(4)
                            .memoryMb(8192)
                            .localGb(100)
                            .resourceClass("gold")
                            .macs(List.of("52:54:00:00:00:01"))
                            .initialState(ProvisionState.AVAILABLE)
                            .build()));
        }
    }

    @Test
    void theBareMetalDriverIsServedWithItsMetricsAndItsHostManager() throws Exception {
        Path file = configuration();
        enrol(file);
        try (HostProcess host = HostProcess.run(folder, Map.of(), "--config-file", file.toString())) {
            host.awaitReady();
            Reply resource = SocketClient.call(host.socket, "GET", "/v1/nodes/node-1/resource", "");
            assertThat(resource.json().path("memory_mb").asInt()).isEqualTo(8192);
            assertThat(resource.json().path("availability").asText()).isEqualTo("free");
            Reply chosen = SocketClient.call(
                    host.socket,
                    "POST",
                    "/v1/select",
                    "{\"instance_uuid\": \"" + ServerFixture.SERVER_UUID
                            + "\", \"flavor\": {\"name\": \"gold\", \"vcpus\": 4, \"extra_specs\":"
                            + " {\"resources:CUSTOM_GOLD\": \"1\"}}}");
            assertThat(chosen.json().path("node").asText()).isEqualTo("node-1");
            Reply refused = SocketClient.call(
                    host.socket,
                    "POST",
                    ServerFixture.operations(ServerFixture.SERVER_UUID),
                    ServerFixture.spawn(
                            "req-1",
                            ServerFixture.SERVER_UUID,
                            "node-1",
                            ", \"block_device_info\": {\"block_device_mapping\": [{\"boot_index\": 0, \"connection_info\":"
                                    + " {\"serial\": \"v-1\", \"driver_volume_type\": \"iscsi\", \"data\":"
                                    + " {\"auth_password\": \"geheim\"}}}]}"));
            assertThat(refused.status()).isEqualTo(422);
            assertThat(refused.errorCode()).isEqualTo("build_abort");
            assertThat(SocketClient.call(host.socket, "GET", "/v1", "")
                            .json()
                            .path("interfaces")
                            .path("rescue")
                            .asBoolean())
                    .isTrue();
            try (HttpClient client = HttpClient.newHttpClient()) {
                String metrics = client.send(
                                HttpRequest.newBuilder(URI.create(host.http() + "/metrics"))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body();
                assertThat(metrics).contains("novametal_nodes{state=\"available\"} 1.0");
            }
            host.terminate();
            assertThat(host.exitCode()).isZero();
            assertThat(host.output()).doesNotContain("geheim");
        }
    }
}
