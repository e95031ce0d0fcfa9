package org.novametal.baremetal;

import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.driver.testing.ScriptedDriverHost;

/** A driver in a process of its own that spawns one instance: something to kill. */
final class DriverProcess {
    private DriverProcess() {}

    /** Arguments: the cloud's folder, the image's URL, the node's name, the instance's id. */
    public static void main(String[] arguments) throws Exception {
        try (BareMetalDriver driver = new BareMetalDriver(
                FakeCloud.conf(Path.of(arguments[0])).build(),
                new ScriptedDriverHost(new HostName("compute-0"), InstantSource.system()))) {
            driver.initHost(new HostName("compute-0"));
            driver.spawn(RequestContext.of("req-kill"), request(arguments[1], arguments[2], arguments[3]));
        }
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
