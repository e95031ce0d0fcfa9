package org.novametal.baremetal;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.novametal.driver.model.DestroyRequest;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.driver.testing.ScriptedDriverHost;

/** A driver in another process that spawns one instance, and may destroy it: something to kill. */
final class DriverProcess {
    private DriverProcess() {}

    /** Arguments: the cloud's folder, the image's URL, the node's name, the instance's id, and {@code destroy} or none. */
    public static void main(String[] arguments) throws Exception {
        try (BareMetalDriver driver = new BareMetalDriver(
                FakeCloud.conf(Path.of(arguments[0])).build(),
                new ScriptedDriverHost(new HostName("compute-0"), InstantSource.system()))) {
            driver.initHost(new HostName("compute-0"));
            SpawnRequest request = request(arguments[1], arguments[2], arguments[3]);
            driver.spawn(RequestContext.of("req-kill"), request);
            if (arguments.length > 4) {
                driver.destroy(RequestContext.of("req-kill"), DestroyRequest.of(request.instance()));
                new CountDownLatch(1).await(); // the cleaning goes on until the process is killed
            }
        }
    }

    /** Starts such a process; its output goes to {@code process.log} in the cloud's folder. */
    static Process start(FakeCloud cloud, String instance, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                DriverProcess.class.getName(),
                cloud.folder().toString(),
                cloud.imageUrl().toString(),
                FakeCloud.nodeName(0).value(),
                instance));
        command.addAll(List.of(more));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(cloud.folder().resolve("process.log").toFile())
                .start();
    }

    static SpawnRequest request(String imageUrl, String node, String instance) {
        Flavor flavor =
                Flavor.builder("metal").vcpus(4).memoryMb(8192).rootGb(1).build();
        return SpawnRequest.builder(
                        Instance.builder(InstanceId.of(instance), flavor)
                                .hostname("web1")
                                .node(new NodeName(node))
                                .build(),
                        ImageMeta.builder("image-1")
                                .source(URI.create(imageUrl))
                                .build())
                .build();
    }
}
