package org.novametal.examples.readme;

import java.util.UUID;
import org.novametal.baremetal.BareMetalDriver;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.host.DriverHost;
import org.novametal.driver.model.DestroyRequest;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.SpawnRequest;

/** The lines of README.md that show how to embed the driver. */
final class EmbeddingSample {
    private EmbeddingSample() {}

    static void run(NovaConf conf, DriverHost host, NodeSpec node, Flavor flavor, ImageMeta image)
            throws InterruptedException {
        // README begins
        BareMetalOptions options = BareMetalOptions.from(conf);
        try (BareMetalDriver driver =
                BareMetalDriver.builder().options(options).host(host).build()) {
            driver.initHost(host.host());
            driver.enrolment().enrol(node);
            Instance instance = Instance.builder(new InstanceId(UUID.randomUUID()), flavor)
                    .node(node.name())
                    .hostname("web-1")
                    .build();
            RequestContext context = RequestContext.of("req-1");
            driver.spawn(context, SpawnRequest.builder(instance, image).build());
            driver.destroy(context, DestroyRequest.of(instance));
        }
        // README ends
    }
}
