package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.driver.capability.ConsoleAccess;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.testing.ScriptedDriverHost;
import org.novametal.driver.testkit.Eventually;

/** A driver process is killed by SIGKILL while a machine boots; the next one records the rest of the boot. */
@Timeout(180)
class KilledWhileRecordingTest {
    private static final String INSTANCE = "7c4b54ce-5d5c-4c3f-9a4f-3c1c4a0f5a17";
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    /** The BMC drops the killed process's session after 60 seconds; the instance has booted long before. */
    @Test
    void theBootOfAnInstanceIsInTheLogAfterItsHostWasKilled() throws Exception {
        try (FakeCloud cloud = new FakeCloud(folder, 1)) {
            try (BareMetalDriver driver = newDriver(cloud)) {
                NodeSpec written = cloud.nodeSpecs().getFirst();
                driver.enrolment().delete(written.name());
                driver.enrolment().enrol(written.toBuilder().consoleLog("sol").build());
            }
            Path log = folder.resolve("state/consoles")
                    .resolve(cloud.nodeSpecs().getFirst().uuid() + ".log");
            Process process = DriverProcess.start(cloud, INSTANCE);
            Eventually.holds(
                    "the deploy ramdisk boots",
                    LIMIT,
                    () -> Files.exists(log) && Files.readString(log).contains("Power on"));
            process.destroyForcibly();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();

            try (BareMetalDriver driver = newDriver(cloud)) {
                Instance instance = DriverProcess.request(
                                cloud.imageUrl().toString(),
                                FakeCloud.nodeName(0).value(),
                                INSTANCE)
                        .instance();
                ConsoleAccess console = driver.capability(ConsoleAccess.class).orElseThrow();
                Eventually.holds(
                        "the instance is deployed",
                        LIMIT,
                        () -> cloud.node(FakeCloud.nodeName(0)).state() == ProvisionState.ACTIVE);
                Eventually.holds(
                        "its boot is in the log",
                        Duration.ofSeconds(20),
                        () -> console.getConsoleOutput(RequestContext.of("req-console"), instance)
                                .contains("BOOTED"));
            }
        }
    }

    private static BareMetalDriver newDriver(FakeCloud cloud) {
        BareMetalDriver driver = new BareMetalDriver(
                cloud.conf().build(), new ScriptedDriverHost(new HostName("compute-0"), InstantSource.system()));
        driver.initHost(new HostName("compute-0"));
        return driver;
    }
}
