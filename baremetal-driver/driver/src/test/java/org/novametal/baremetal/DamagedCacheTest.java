package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.Iterables;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.driver.testing.ScriptedDriverHost;

/** The disk under the image cache changes or loses the bytes of an image. */
class DamagedCacheTest {
    @TempDir
    Path folder;

    private FakeCloud cloud;
    private BareMetalDriver driver;

    @BeforeEach
    void start() throws Exception {
        cloud = new FakeCloud(folder, 3);
        driver = new BareMetalDriver(
                cloud.conf().build(), new ScriptedDriverHost(new HostName("compute-0"), InstantSource.system()));
        driver.initHost(new HostName("compute-0"));
    }

    @AfterEach
    void stop() throws Exception {
        driver.close();
        cloud.close();
    }

    @Test
    void anImageWithAFlippedBitIsFetchedAgainByTheDeploymentThatFindsIt() throws Exception {
        URI image = folder.resolve("files/image").toUri();
        spawn(0, image);
        flipBit(cached());

        spawn(1, image);
        spawn(2, image);

        assertThat(cached()).hasBinaryContent(cloud.image());
        assertThat(cloud.serialOf(2).split("command line: ", -1))
                .as("boots of the ramdisk of the last node, and one piece before them")
                .hasSize(2);
    }

    private void spawn(int index, URI image) throws Exception {
        SpawnRequest plain = DriverProcess.request(
                image.toString(),
                FakeCloud.nodeName(index).value(),
                UUID.randomUUID().toString());
        ImageMeta checked = ImageMeta.builder("image")
                .source(image)
                .hash("sha256", Hashing.sha256().hashBytes(cloud.image()).toString())
                .build();
        driver.spawn(
                RequestContext.of("req-damage"),
                SpawnRequest.builder(plain.instance(), checked).build());

        assertThat(cloud.node(FakeCloud.nodeName(index)).state()).isEqualTo(ProvisionState.ACTIVE);
        assertThat(cloud.diskOf(index)).isEqualTo(cloud.image());
    }

    private Path cached() throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder.resolve("state/images"), "*.raw")) {
            return Iterables.getOnlyElement(found);
        }
    }

    private static void flipBit(Path file) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(1_500_000);
            int before = open.read();
            open.seek(1_500_000);
            open.write(before ^ 1);
        }
    }
}
