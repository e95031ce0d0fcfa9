package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.Store;
import org.novametal.bmc.PowerAction;
import org.novametal.driver.model.HostName;
import org.novametal.driver.testing.ScriptedDriverHost;
import org.novametal.driver.testkit.Eventually;

/** A backup was made while a machine booted its deploy ramdisk, and is put back when that is over. */
@Execution(ExecutionMode.CONCURRENT)
class RestoredInMidDeployTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    @Test
    void theDeploymentSaysThatItComesFromABackupAndWhatItWaitsForUntilItIsCancelled() throws Exception {
        Path backup = folder.resolve("backup");
        try (FakeCloud cloud = new FakeCloud(folder, 1)) {
            InventoryMaintenance maintenance =
                    new InventoryMaintenance(cloud.options(), InstantSource.system(), Duration.ofSeconds(20));
            UUID deployment = backUpInMidDeploy(cloud, maintenance, backup);
            cloud.rack().slots().getFirst().machine().control(PowerAction.OFF);
            maintenance.restore(backup, Optional.empty());

            try (BareMetalDriver driver = new BareMetalDriver(
                    // The machine is not booted again: it is waited for.
                    cloud.conf()
                            .overlay("baremetal", "boot_retry_timeout", "600")
                            .build(),
                    new ScriptedDriverHost(new HostName("compute-0"), InstantSource.system()))) {
                driver.initHost(new HostName("compute-0"));
                Eventually.holds(
                        "it is stored what it waits for",
                        LIMIT,
                        () -> operation(driver, deployment).waitsFor().isPresent());
                OperationRecord waiting = operation(driver, deployment);
                assertThat(waiting.restoredAt()).isPresent();
                assertThat(waiting.waitsFor().orElseThrow()).isNotBlank();

                driver.nodeOperations().cancel(deployment, "an operator");
                Eventually.holds(
                        "it ends",
                        LIMIT,
                        () -> operation(driver, deployment).status().phase() == OperationStatus.Phase.FINISHED);
                assertThat(operation(driver, deployment).waitsFor()).isEmpty();
            }
        }
    }

    private static OperationRecord operation(BareMetalDriver driver, UUID id) {
        return driver.nodeOperations().find(id).orElseThrow();
    }

    private static UUID backUpInMidDeploy(FakeCloud cloud, InventoryMaintenance maintenance, Path backup)
            throws Exception {
        try (Store store = cloud.openStore()) {
            Process process = DriverProcess.start(cloud, "0b4b54ce-5d5c-4c3f-9a4f-3c1c4a0f5a11");
            try {
                Eventually.holds(
                        "the ramdisk is waited for",
                        LIMIT,
                        () -> store.nodes()
                                .find(FakeCloud.nodeName(0))
                                .map(node -> node.state() == ProvisionState.WAIT_CALL_BACK)
                                .orElse(false));
                maintenance.backup(backup);
                return store.nodes()
                        .find(FakeCloud.nodeName(0))
                        .flatMap(node -> node.operation())
                        .orElseThrow();
            } finally {
                process.destroyForcibly();
                assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            }
        }
    }
}
