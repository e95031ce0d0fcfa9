package org.novametal.baremetal.step.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.inventory.NodeRecords;
import org.novametal.baremetal.operation.DeploySpec;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.driver.model.PowerAfterSpawn;
import org.novametal.image.DiskImages;
import org.novametal.image.ImageOptions;
import org.novametal.image.ImageService;
import org.novametal.openstack.GlanceImage.Md5;

class FetchImageTest {
    @TempDir
    Path folder;

    @Test
    void aStepWhoseImageWaitsToBeConvertedSaysItsPlace() throws Exception {
        Path image = Files.write(folder.resolve("a.qcow2"), DiskImages.bytes(DiskImages.qcow2(1 << 20)));
        Path program = Files.createFile(folder.resolve("program"));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        ImageOptions options = new ImageOptions(
                folder.resolve("cache"),
                List.of(folder),
                Duration.ofMinutes(1),
                Duration.ofSeconds(30),
                5,
                Duration.ofMinutes(10),
                1,
                2L << 30,
                program.toString());
        LinkedBlockingQueue<String> waits = new LinkedBlockingQueue<>();
        StepContext context = mock(StepContext.class);
        when(context.node()).thenReturn(NodeRecords.of(StoreFixture.spec(1), StoreFixture.NOW));
        when(context.secrets()).thenReturn(Map.of());
        when(context.input(DeploySpec.class)).thenReturn(spec(image));
        doAnswer(call -> waits.add(call.getArgument(0))).when(context).waitsForTurn(anyString());

        try (ImageService images = new ImageService(options, new OkHttpClient())) {
            images.conversions().enter(() -> {}); // another conversion runs
            Thread step = Thread.startVirtualThread(() -> {
                try {
                    new FetchImage(images, Optional.empty(), Md5.IGNORED, 100, Duration.ofHours(1)).run(context);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });

            assertThat(waits.poll(20, TimeUnit.SECONDS)).isEqualTo("place 1 of 1 in the queue of conversions");

            step.interrupt();
            assertThat(step.join(Duration.ofSeconds(20))).isTrue();
        }
    }

    private static DeploySpec spec(Path image) {
        return new DeploySpec(
                "web1",
                "image-1",
                image.toUri(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                List.of(),
                PowerAfterSpawn.ON,
                "req-1",
                Set.of());
    }
}
