package org.novametal.baremetal.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.FakeCloud;
import org.novametal.driver.testkit.Eventually;

/** The state folder of a host lies on a file system of the test, which fills up or cannot be written. */
@Tag("peers")
@Timeout(300)
class FailingDiskTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** A mount namespace in which the state folder, {@code $1}, is on a small disk in memory. */
    private static final List<String> ON_A_SMALL_DISK = List.of("unshare", "-rm", "sh", "-c", """
            cp -a "$1" "$1.copy" && mount -t tmpfs -o size=24m,mode=700 tmpfs "$1" && cp -a "$1.copy/." "$1" && shift &&
            exec "$@"
            """, "sh");

    /** A mount namespace in which the state folder, {@code $1}, cannot be written. */
    private static final List<String> READ_ONLY = List.of("unshare", "-rm", "sh", "-c", """
            mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"
            """, "sh");

    private static final String NODES = "done [" + LifeVerb.NODE + "]";

    @TempDir
    Path folder;

    @Test
    void anOperationThatFindsTheDiskFullIsRefusedAndWorksWhenThereIsSpaceAgain() throws Exception {
        try (FakeCloud cloud = new FakeCloud(folder, 1);
                HostProcess host = HostProcess.launch(cloud, on(ON_A_SMALL_DISK))) {
            assertThat(host.answer()).isEqualTo("done started");
            assertThat(host.ask(LifeVerb.SPAWN.name())).isEqualTo("done SPAWN");

            Path filler = fill(host);

            assertThat(host.ask(LifeVerb.DESTROY.name()))
                    .startsWith("failed DRIVER_NOT_READY")
                    .contains("disk is full");
            assertThat(host.ask("nodes")).isIn(NODES, "failed DRIVER_NOT_READY");
            Files.delete(filler);
            assertThat(host.ask(LifeVerb.DESTROY.name())).isEqualTo("done DESTROY");
            assertThat(host.ask("nodes")).isEqualTo(NODES);
        }
    }

    @Test
    void aDeploymentThatFindsTheDiskFullGoesOnWhenThereIsSpaceAgain() throws Exception {
        try (FakeCloud cloud = new FakeCloud(folder, 1);
                HostProcess host = HostProcess.launch(cloud, on(ON_A_SMALL_DISK))) {
            assertThat(host.answer()).isEqualTo("done started");
            host.begin(LifeVerb.SPAWN);
            Eventually.holds(
                    "the ramdisk runs", LIMIT, () -> cloud.serialOf(0).contains("ironic-python-agent: starts"));

            Path filler = fill(host);
            Eventually.holds(
                    "the host says that the disk is full",
                    LIMIT,
                    () -> Files.readString(folder.resolve("process.log")).contains("disk is full"));

            Files.delete(filler);
            assertThat(host.answer()).isEqualTo("done SPAWN");
            assertThat(cloud.diskOf(0)).isEqualTo(cloud.image());
            assertThat(host.ask("nodes")).isEqualTo(NODES);
        }
    }

    @Test
    void aHostDoesNotStartOnADiskThatItCannotWriteAndStartsWhenItCan() throws Exception {
        try (FakeCloud cloud = new FakeCloud(folder, 1)) {
            try (HostProcess host = HostProcess.launch(cloud, on(READ_ONLY))) {
                assertThat(host.answer()).startsWith("failed DRIVER_NOT_READY").containsIgnoringCase("read-only");
            }
            try (HostProcess host = HostProcess.start(cloud)) {
                assertThat(host.ask("nodes")).isEqualTo(NODES);
            }
        }
    }

    private List<String> on(List<String> runner) {
        List<String> command = new ArrayList<>(runner);
        command.add(folder.resolve("state").toString());
        return command;
    }

    /** Fills the disk that only the host sees, to its last byte. */
    private Path fill(HostProcess host) throws IOException {
        Path filler = Path.of(
                "/proc/" + host.pid() + "/root" + folder.resolve("state").toRealPath() + "/filler");
        byte[] bytes = new byte[4096];
        try (var out = Files.newOutputStream(filler, StandardOpenOption.CREATE_NEW)) {
            while (true) {
                out.write(bytes);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
            return filler;
        }
    }
}
